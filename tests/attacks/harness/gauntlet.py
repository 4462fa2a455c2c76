"""All attacks in one configuration, one after the other, on one grader; a new one whenever an attack has ended it."""

import json
import os
import select
import subprocess
import time
from pathlib import Path

import numpy

from harness import findings, processes
from harness.arena import Arena
from harness.attack import Attack
from harness.configurations import Configuration

# For one submission: compiling, imports and checks of two assignments, each up to its limit; no waiting for others.
SECONDS = 15.0
MOMENT = 1.0  # at most for a process that has just been killed to be gone
PATIENCE = 60.0  # until a grader that says nothing is taken for dead; long, as only the wall clock is left then
PATHS = [str(Path(__file__).parents[1]), str(Path(__file__).parents[3]), str(Path(numpy.__file__).parents[1])]
_START = (
    "import sys; sys.path[:0] = {paths!r}; sys.argv = sys.argv[1:]; from harness.grading_server import main; main()"
)


class Gauntlet:
    """A grader in a process of its own and the arena around it."""

    def __init__(self, configuration: Configuration) -> None:
        self.configuration = configuration
        self.uid = configuration.uid()
        self.arena = Arena(self.uid)
        self.start()

    def start(self) -> None:
        """Start the grader under attack."""
        name, course = self.configuration.name, str(self.arena.course)
        python = self.configuration.python()
        who = {} if self.uid is None else {"user": self.uid, "group": self.uid, "extra_groups": []}
        self.process = subprocess.Popen(
            [python, "-I", "-c", _START.format(paths=PATHS), "server", name, course],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd="/",
            env={**os.environ, "COURSE_TOKEN": self.arena.secret},  # as a platform's token would be
            start_new_session=True,
            **who,
        )
        hello = self.hear()
        if hello is None:
            raise RuntimeError(f"the grader did not start in configuration {name}")
        self.learn(hello)

    def learn(self, pids: dict[str, int]) -> None:
        self.arena.pids = pids
        self.before = {name: processes.health(pid) for name, pid in pids.items()}
        if None in self.before.values():
            raise RuntimeError(f"somebody is not well before any attack: {self.before}")

    def hear(self) -> dict | None:
        """The grader's next line, or None if it has nothing more to say."""
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
        line = self.process.stdout.readline() if ready else b""
        return json.loads(line) if line else None

    def run(self, attack: Attack) -> list[str]:
        """What the attack achieved, in sentences."""
        found = self.run_once(attack)
        return self.run_once(attack) if findings.could_be_the_machine(found) else found

    def run_once(self, attack: Attack) -> list[str]:
        """What it achieved this time."""
        path = self.arena.submission(attack)
        pids = self.arena.pids
        self.process.stdin.write(json.dumps(str(path)).encode() + b"\n")
        self.process.stdin.flush()
        said = self.hear()
        found = list(self.judge(attack, said))
        found += [
            f"{name.lower()} {pid} is not as well as before" for name, pid in pids.items() if self.harmed(name, pid)
        ]
        if said is not None:
            found += [f"process {pid} is left" for pid in self.orphans(set(said["pids"].values()))]
        found += self.arena.reached()
        if said is None or any("as well" in f or "is left" in f for f in found):
            self.restart()
        else:
            self.learn(said["pids"])
        self.arena.reset()
        return found

    def orphans(self, expected: set[int]) -> set[int]:
        """Processes that are there and, a moment later, still there."""
        found = processes.descendants(self.process.pid) - expected
        until = time.monotonic() + MOMENT
        while found and time.monotonic() < until:
            time.sleep(MOMENT / 50)
            found &= processes.descendants(self.process.pid)
        return found

    def harmed(self, name: str, pid: int) -> bool:
        return processes.health(pid) != self.before[name]

    def judge(self, attack: Attack, said: dict | None):
        """What the grader's own answer shows."""
        if said is None:
            yield "the grader died or says nothing any more"
            return
        if said["seconds"] > SECONDS:
            yield f"the grading took {said['seconds']:.1f} s"
        if said["heard secret"] or self.arena.secret in said.get("report", ""):
            yield "the secret came back"
        if said["descriptors"]:
            yield f"{said['descriptors']} descriptors came into the grader"
        if not said["neighbour"]:
            yield "another student's worker does not answer any more"
        if "crash" in said:
            yield f"the grading crashed: {said['crash'].strip().splitlines()[-1][:300]}"
        elif "refused" in said:
            if not attack.refused:
                yield f"the submission was refused: {said['refused'][:300]}"
        else:
            yield from findings.verdicts(attack, said["outcomes"])
            yield from findings.proofs(attack, said["outcomes"])
            yield from findings.seconds(said["taken"], said["waited"])
            yield from findings.texts(said["texts"], self.arena.mark)
            yield from findings.gradescope(said["texts"]["gradescope"], self.arena.mark)

    def restart(self) -> None:
        self.stop()
        self.start()

    def stop(self) -> None:
        """End the grader and whatever is below it."""
        for pid in (*processes.descendants(self.process.pid), self.process.pid):
            try:
                os.kill(pid, 9)
            except OSError:
                continue
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def close(self) -> None:
        self.stop()
        self.arena.close()

    def __enter__(self):
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()
