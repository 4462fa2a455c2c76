"""Runs the command line as a process, and watches its results file and its processes from outside."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from grader.formats.gradescope import validate

DRIVER = Path(__file__).with_name("driver.py")
EVERY = 0.004  # seconds between two looks


def members(session: int) -> set[int]:
    """The living processes of a session: the fork server and every worker are in that of their grader."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _parent, _group, its_session = stat.read_text().rpartition(")")[2].split()[:4]
        except (OSError, ValueError):
            continue
        if int(its_session) == session and state not in "ZX":
            found.add(int(stat.parent.name))
    return found


class Run:
    """`grader grade ... -o results.json --format gradescope`; `problems` says which promises were broken."""

    def __init__(self, course: Path, submission: Path, folder: Path, *flags: str, **popen) -> None:
        self.results = folder / "results.json"
        self.results.unlink(missing_ok=True)
        self.problems: list[str] = []
        self._last: dict = {}
        self._acks = folder.parent / f"{folder.name}.acks"
        self._errors = folder.parent / f"{folder.name}.errors"
        command = [sys.executable, "-B", str(DRIVER), "--course", str(course), "grade", str(submission)]
        command += ["-o", str(self.results), "--format", "gradescope", "--seed", "7", *flags]
        with self._acks.open("wb") as acks, self._errors.open("wb") as errors:
            options = {
                "stdin": subprocess.DEVNULL,
                "stdout": acks,
                "stderr": errors,
                "start_new_session": True,
                **popen,
            }
            self.process = subprocess.Popen(command, **options)

    @property
    def errors(self) -> str:
        return self._errors.read_text(errors="replace")

    @property
    def announced(self) -> set[str]:
        """The checks that `on_result` heard of; a line that was cut off was not said."""
        return {line for line in self._acks.read_text().split("\n")[:-1] if line}

    def watch(self, seconds: float = 60.0) -> Iterator[dict]:
        """The results at every moment until the process ends. Once there are any, they are always complete."""
        end = time.monotonic() + seconds
        while self.process.poll() is None:
            if time.monotonic() > end:
                self.process.kill()
                self.problems.append(f"it did not end within {seconds:g} s")
            yield self.look()
            time.sleep(EVERY)

    def look(self, path: Path | None = None) -> dict:
        """What is in the results file; it is noted where it is not whole, or has less than before."""
        path = path or self.results
        if not path.exists():
            if self._last and path.parent.exists():
                self.problems.append("the results are gone")
            return {}
        text = path.read_text()
        try:
            found = json.loads(text)
        except ValueError:
            self.problems.append(f"not JSON: {text[:200]!r}")
            return {}
        if sums(found) != sums(self._last) or not self._last:
            self._note(found)
        return found

    def _note(self, found: dict) -> None:
        validate(found)
        if any(new < old for new, old in zip(sums(found), sums(self._last), strict=True)):
            self.problems.append(f"from {sums(self._last)} to {sums(found)}")
        self._last = found

    def until(self, ready: Callable[[dict], bool]) -> dict:
        """Watch until the results are so, or the process has ended."""
        return next((found for found in self.watch() if found and ready(found)), {})

    def finish(self) -> dict:
        """Watch it to its end, and that nothing stays: the last results."""
        for _found in self.watch():
            pass
        return self.aftermath()

    def aftermath(self, path: Path | None = None) -> dict:
        """After the process has ended."""
        self.process.wait()
        until = time.monotonic() + 10
        while left := members(self.process.pid):
            if time.monotonic() > until:
                self.problems.append(f"left running: {left}")
                break
            time.sleep(EVERY)
        return self.look(path)

    def lost(self, found: dict) -> int:
        """How many results were announced and are not in the file."""
        return len(self.announced - known(found))


def sums(found: dict) -> tuple[int, float, float]:
    """What must never shrink: the number of checks, their points and the score."""
    tests = found.get("tests", [])
    return len(tests), sum(t["max_score"] for t in tests), found.get("score", 0.0)


def known(found: dict) -> set[str]:
    """The checks with a result of their own."""
    return {t["extra_data"]["id"] for t in found.get("tests", []) if t["extra_data"]["outcome"] != "internal"}


def without_override() -> None:
    """In a child: let permissions bind root, too."""
    import ctypes

    if os.geteuid() == 0:
        for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
            ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP; the next program does not have it
