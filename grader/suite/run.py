"""Runs a suite in a process.

The process is killed when it takes too long, and started again where it died. What it said becomes a report.
"""

import contextlib
import json
import math
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from select import select
from time import monotonic
from typing import Any

from grader.isolation.walls import identity
from grader.result import Outcome, Report, Visibility
from grader.suite.listing import UNREADABLE, Declared, declared_tests
from grader.suite.report import Story, report_of
from grader.suite.walls import network_filter

INSIDE = Path(__file__).with_name("inside.py")
MAX_SAID = 20 << 20  # bytes of output that are read
MAX_STARTS = 50  # how often a suite is started that dies again and again
PROCESSES = 64  # how many a submission may start, if the suite has a user of its own


class SuiteError(Exception):
    """The suite cannot be run here. The message says why and what to do."""


@dataclass(frozen=True)
class Limits:
    """Limits of the whole suite: wall time [s] and address space [MiB].

    `python` is the interpreter that runs it. `network` leaves the network open to it.
    """

    seconds: float = 300.0
    memory: int = 1024
    python: str = sys.executable
    network: bool = False


def run_suite(tests: Path, submission: Path, limits: Limits = Limits(), allow_unconfined: bool = False) -> Report:
    """Run the suite in the folder `tests` on the folder `submission`, and report every test of it.

    The suite becomes tests/ in a copy of the submission. That copy is the working directory, and modules are imported
    from it.

    Raises:
        SuiteError: if it cannot be run, or if this is root and the suite cannot have a user of its own.
    """
    declared = declared_tests(tests)
    _require_sound(declared)
    limits = replace(limits, python=_found(limits.python))
    user = None if allow_unconfined else _user(limits.python)
    begun = monotonic()
    with _workspace(tests, submission, user) as folder:
        _require_library(folder, user, limits.python)
        story, deaths = _told(folder, user, limits, begun + limits.seconds)
    return report_of(tests.resolve().name, submission.resolve().name, declared, story, deaths, monotonic() - begun)


def _require_sound(declared: Mapping[str, Declared]) -> None:
    """Refuse a suite that its author has to mend."""
    for test in declared.values():
        if test.weight is not None and not (math.isfinite(test.weight) and test.weight >= 0):
            raise SuiteError(f"{test.id} has the weight {test.weight:g}; it should be a number of points, 0 or more")
        if test.visibility not in (None, UNREADABLE, *Visibility):
            raise SuiteError(f"{test.id} has the visibility {test.visibility!r}; there are {', '.join(Visibility)}")


def _found(python: str) -> str:
    path = shutil.which(python)
    if path is None:
        raise SuiteError(f"there is no program {python}; --python names the Python that runs the suite")
    return os.path.abspath(path)


def _require_library(folder: Path, user: int | None, python: str) -> None:
    """Refuse a suite that cannot import gradescope-utils: that is no fault of the student's."""
    asked = any(
        "gradescope_utils" in path.read_text(encoding="utf-8", errors="replace")
        for path in (folder / "tests").rglob("test*.py")
    )
    if not asked:
        return
    code = f"import sys; sys.path.insert(0, {str(folder / 'tests')!r}); import gradescope_utils"
    if subprocess.run(
        [python, "-s", "-B", "-I", "-c", code], cwd="/", capture_output=True, **_identity(user)
    ).returncode:
        raise SuiteError(
            f"the suite imports gradescope_utils, which {python} does not have:"
            f" {python} -m pip install gradescope-utils"
        )


def _user(python: str) -> int:
    """A user id for the suite.

    Raises:
        SuiteError: if there is none, or if other users cannot run this Python.
    """
    ids = identity.user_ids()
    if ids is None:
        raise SuiteError(
            "A suite shares a process with student code, and only root can give that a user of its own."
            " Run it as root in a container, or say --allow-unconfined."
        )
    user = ids.take()
    with contextlib.suppress(OSError):
        tried = subprocess.run([python, "-I", "-c", "import unittest"], cwd="/", capture_output=True, **_identity(user))
        if tried.returncode == 0:
            return user
    raise SuiteError(
        f"{python} can be run by root alone, and a suite should not run as root: it shares a process with student code."
        " Name a Python that everybody can run (--python /usr/bin/python3), or say --allow-unconfined."
    )


def _identity(user: int | None) -> dict[str, Any]:
    return {} if user is None else dict(user=user, group=user, extra_groups=[])


@contextlib.contextmanager
def _workspace(tests: Path, submission: Path, user: int | None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="suite-", ignore_cleanup_errors=True) as name:
        folder = Path(name, "work")
        for copy in (folder, Path(name, "submission")):  # one to work in, and one as it was handed in
            shutil.copytree(submission, copy, symlinks=True)
        if (folder / "tests").is_symlink() or (folder / "tests").is_file():
            (folder / "tests").unlink()
        shutil.rmtree(folder / "tests", ignore_errors=True)
        shutil.copytree(tests, folder / "tests", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(INSIDE, Path(name, "inside.py"))
        if user is not None:
            for path in (Path(name), *Path(name).rglob("*")):
                os.chown(path, user, user, follow_symlinks=False)
        yield folder


# The process


def _told(folder: Path, user: int | None, limits: Limits, deadline: float) -> tuple[Story, dict[str, Outcome]]:
    """All that the processes said, and the tests during which one ended."""
    story, deaths = Story(), {}
    for _ in range(MAX_STARTS):
        story.running = None
        in_time = _once(folder, user, limits, Turns(story, deaths, deadline, limits.seconds))
        if story.running:
            deaths[story.running] = Outcome.ERROR if in_time else Outcome.TIMEOUT
        if story.done or not story.running or monotonic() >= deadline:
            break
    return story, deaths


@dataclass(frozen=True)
class Turns:
    """How the time of a suite is shared: half of it evenly among its tests; the other half is for whoever needs more.

    So a test that never ends costs no other test its part.
    """

    story: Story
    deaths: Mapping[str, Outcome]
    deadline: float
    seconds: float

    @property
    def over(self) -> list[str]:
        """The tests that have ended, in whatever way."""
        return [*self.story.ended, *self.deaths]

    def end(self, now: float) -> float:
        """When a test that begins now is ended: when no more is left than the parts of those that wait."""
        tests = self.story.collected
        waiting = len(set(tests) - {*self.over, self.story.running})
        if self.story.running is None or not waiting:
            return self.deadline
        part = self.seconds / 2 / len(tests)
        return min(max(self.deadline - waiting * part, now + part), self.deadline)


def _once(folder: Path, user: int | None, limits: Limits, turns: Turns) -> bool:
    """Run the tests that are not over. Returns False if time was used up: that of one test, or of the suite."""
    ours, theirs = os.pipe()
    process = subprocess.Popen(
        [limits.python, "-s", "-B", str(folder.parent / "inside.py"), str(theirs)],
        cwd=folder,
        env={
            "PATH": "/usr/bin:/bin",
            "LC_ALL": "C.UTF-8",
            "HOME": str(folder),
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=[theirs],
        start_new_session=True,
        **_identity(user),
    )
    os.close(theirs)
    try:
        seconds = math.ceil(limits.seconds) + 1
        asked = {
            "over": turns.over,
            "memory": limits.memory,
            "seconds": seconds,
            "processes": None if user is None else PROCESSES,
        }
        asked["filter"] = "" if limits.network else network_filter().hex()
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(json.dumps(asked).encode())
            process.stdin.close()
        return _listen(ours, process, turns)
    finally:
        os.close(ours)
        _end(process, user)


def _listen(descriptor: int, process: subprocess.Popen[bytes], turns: Turns) -> bool:
    """Read lines until the process ends. A child of it that holds the pipe open is not waited for."""
    heard, rest = 0, b""
    running, end = None, turns.deadline
    while heard < MAX_SAID and (now := monotonic()) < end:
        if running != turns.story.running:
            running, end = turns.story.running, turns.end(now)
        if not select([descriptor], [], [], 0.05)[0]:
            if process.poll() is not None:
                return True
            continue
        data = os.read(descriptor, 1 << 16)
        if not data:
            with contextlib.suppress(subprocess.TimeoutExpired):  # it closed the pipe, but runs on
                process.wait(max(turns.deadline - monotonic(), 0.1))
                return True
            return False
        heard += len(data)
        *lines, rest = (rest + data).split(b"\n")
        for line in lines:
            turns.story.hear(line)
    return heard >= MAX_SAID


def _end(process: subprocess.Popen[bytes], user: int | None) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    if user is not None:
        identity.kill_all_of(user)
    process.wait()
