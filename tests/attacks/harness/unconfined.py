"""The positive control: an attack beside its test in one process, as ordinary graders run it.

What fails even here is a fault, not an attack. Nothing protects the process but who it is: a user that exists for this
one run, with limits, in a session of its own, killed afterwards. Only root can arrange that; so controls are run once
and kept in controls.json.
"""

import contextlib
import json
import os
import re
import resource
import select
import shutil
import subprocess
import sys
import time
import traceback
from pathlib import Path

from harness import findings, processes
from harness.arena import PROVISIONAL, Arena
from harness.attack import Attack
from harness.configurations import Configuration, _become_subreaper

SECONDS = 6.0  # for the in-process grader
AFTERWARDS = 0.7  # in which what was left behind may still act
_LIMITS = {
    resource.RLIMIT_AS: 3 << 30,
    resource.RLIMIT_FSIZE: 64 << 20,
    resource.RLIMIT_NPROC: 100,
    resource.RLIMIT_CPU: 10,
    resource.RLIMIT_NOFILE: 512,
    resource.RLIMIT_CORE: 0,
}
_START = "import sys; sys.path[:0] = {paths!r}; from harness import unconfined; unconfined.{function}"


def control(attack: Attack, paths: list[str]) -> list[str]:
    """What the attack achieves where nothing stands in its way."""
    configuration = Configuration("user")
    uid = configuration.uid()
    arena = Arena(uid)
    try:
        return [
            re.sub(r"\d{2,}", "N", sentence) for sentence in _observe(attack, arena, configuration.python(), uid, paths)
        ]
    finally:
        _kill_all_of(uid)
        arena.close()


def _observe(attack: Attack, arena: Arena, python: str, uid: int, paths: list[str]) -> list[str]:
    supervisor = subprocess.Popen(
        [python, "-I", "-c", _START.format(paths=paths, function=f"supervise({python!r}, {paths!r})")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={"PATH": "/usr/bin:/bin", "COURSE_TOKEN": arena.secret},
        start_new_session=True,
        user=uid,
        group=uid,
        extra_groups=[],
    )
    with supervisor:
        arena.pids = json.loads(supervisor.stdout.readline()) | {"FORKSERVER": 0, "WORKER": 0}
        before = {name: processes.health(pid) for name, pid in arena.pids.items() if pid}
        path = arena.submission(attack)
        subprocess.run(["chown", "-hR", f"{uid}:{uid}", str(arena.home)], check=True)
        arena.reset()
        with contextlib.suppress(BrokenPipeError):
            supervisor.stdin.write(json.dumps([str(path), arena.known()]).encode() + b"\n")
            supervisor.stdin.flush()
        ready, _, _ = select.select([supervisor.stdout], [], [], SECONDS + 5)
        said = supervisor.stdout.readline() if ready else b""
        time.sleep(AFTERWARDS)
        found = list(_judge(attack, arena, json.loads(said) if said else None))
        found += [
            f"the {name.lower()} is not as well as before"
            for name, health in before.items()
            if processes.health(arena.pids[name]) != health
        ]
        if _all_of(uid) - set(arena.pids.values()):
            found.append("a process is left")
        found += arena.reached()
        _kill_all_of(uid)
    return found


def _judge(attack: Attack, arena: Arena, said: dict | None):
    """From the results file and what was printed."""
    if said is None:
        yield "the supervisor died"
        return
    if said["late"]:
        yield "there was no result in time"
    try:
        results = json.loads(arena.results.read_text())
        tests = {name: (outcome, message) for name, (outcome, message) in results["tests"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        tests = {}
    if tests and results.get("grader") == "ordinary":
        arena.results.write_bytes(PROVISIONAL)  # what the grader itself wrote is no change
    if arena.secret in json.dumps(tests) + said["printed"]:
        yield "the secret came back"
    if not tests and not said["late"]:
        yield "there are no results"
    if tests:
        outcomes = {name: (outcome, float(outcome == "passed")) for name, (outcome, _) in tests.items()}
        yield from (f for f in findings.verdicts(attack, outcomes) if not ("right but" in f and "not collected" in f))
    hidden = [message for name, (_, message) in tests.items() if name != "test_public"]
    if any(arena.mark in message for message in hidden) or arena.mark in said["printed"]:
        yield "the student's words are shown with a hidden check"
    yield from findings.texts({"text": "\n".join([*hidden, said["printed"]])}, arena.mark)


def _all_of(uid: int) -> set[int]:
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            status = (folder / "status").read_text()
            if folder.stat().st_uid == uid or f"\nUid:\t{uid}\t" in status:
                found |= {int(folder.name)} if "\nState:\tZ" not in status else set()
    return found


def _kill_all_of(uid: int) -> None:
    for _ in range(50):
        alive = _all_of(uid)
        if not alive:
            return
        for pid in alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, 9)
        time.sleep(0.02)


# In the throw-away user's processes


def supervise(python: str, paths: list[str]) -> None:
    """What platforms call `run_autograder`: starts the grader, waits, keeps what it printed."""
    for which, value in _LIMITS.items():
        resource.setrlimit(which, (value, value))
    os.dup2(os.open(os.devnull, os.O_RDWR), 3)
    _become_subreaper()
    bystander = subprocess.Popen(["sleep", "1000"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    print(json.dumps({"GRADER": os.getpid(), "SIBLING": bystander.pid}), flush=True)
    path, known = json.loads(sys.stdin.readline())
    work = Path(known["COURSE"]).parent / "submission" / "unpacked"
    log = open(Path(path).parent / "printed" if Path(path).is_file() else Path(path) / "printed", "w+b")  # noqa: SIM115
    function = f"grade({path!r}, {str(work)!r}, {known!r})"
    grader = subprocess.Popen(
        [python, "-I", "-c", _START.format(paths=paths, function=function)],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        pass_fds=[3],
    )
    try:
        late = grader.wait(SECONDS) is None
    except subprocess.TimeoutExpired:
        late = True
        grader.kill()
    log.seek(0)
    printed = log.read(10_000_000).decode(errors="replace")
    print(json.dumps({"late": late, "printed": printed}), flush=True)
    sys.stdin.read()


def grade(path: str, work: str, known: dict[str, str]) -> None:
    """Unpack, put the test beside the submission, run it with pytest, write the results: all in this process."""
    import pytest

    home = Path(path)
    if home.is_file():
        with contextlib.suppress(Exception):
            shutil.unpack_archive(path, work)
        home = Path(work)
    home.mkdir(exist_ok=True)
    shutil.copy(known["ORDINARY_TEST"], home / "test_ordinary.py")
    given = Path(known["COURSE"]) / "reference"
    if (home / "framework").is_dir() and not (home / "framework").is_symlink():
        for name in ("__init__.py", "tiny/__init__.py", "more/__init__.py"):
            with contextlib.suppress(OSError):
                if not (home / "framework" / name).exists():
                    shutil.copy(given / name, home / "framework" / name)
    os.chdir(home)
    sys.path[:0] = [str(home), known["COURSE"]]
    collector = _Collector()
    options = ["-q", "-p", "no:cacheprovider", "--capture=no", "--color=no"]
    pytest.main([*options, str(home / "test_ordinary.py")], plugins=[collector])
    tests = collector.tests
    if collector.problem:
        tests = {name: ["not collected", collector.problem] for name in findings.ALL}
    with open(known["RESULTS"], "w") as file:
        json.dump({"grader": "ordinary", "tests": tests}, file)


class _Collector:
    """Keeps what pytest reports, as plugins of graders do."""

    def __init__(self) -> None:
        self.tests: dict[str, list[str]] = {}
        self.problem = ""

    def pytest_collectreport(self, report) -> None:
        if report.failed:
            self.problem += str(report.longrepr)

    def pytest_runtest_logreport(self, report) -> None:
        name = report.nodeid.rpartition("::")[2]
        if report.when == "call" or report.failed:
            self.tests[name] = [report.outcome, str(report.longrepr or "")]


def main(names: list[str], paths: list[str]) -> None:
    """Run controls and write controls.json."""
    from concurrent.futures import ThreadPoolExecutor

    from harness import controls
    from harness.attack import all_attacks

    known = {name: control["file"] for name, control in controls.read().items()}
    stale = [a for a in all_attacks() if known.get(a.id) != controls.fingerprint(a)]
    attacks = [a for a in all_attacks() if any(a.id.startswith(n) for n in names)] if names else stale
    with ThreadPoolExecutor(2) as pool:
        for attack, found in zip(attacks, pool.map(lambda a: _safely(a, paths), attacks), strict=True):
            print(attack.id, found, flush=True)
            controls.note(attack, found)


def _safely(attack: Attack, paths: list[str]) -> list[str]:
    try:
        return control(attack, paths)
    except Exception:
        return ["the control failed: " + traceback.format_exc()[-400:]]
