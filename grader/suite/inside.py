"""Runs a unittest suite in a process of its own, and writes a line for each event. It imports nothing of the grader.

It is called as `python inside.py DESCRIPTOR`, in a copy of the submission with the suite in tests/. Beside this file,
submission/ is the submission as it was handed in. It reads a JSON object from standard input: the limits, a program for
the kernel's system call filter, and the names of tests that are over. It writes lines of JSON to DESCRIPTOR.
"""

from __future__ import annotations  # an older Python may run this

import contextlib
import ctypes
import json
import os
import resource
import struct
import sys
import unittest
from collections.abc import Callable, Iterator
from typing import Any

MAX_TEXT = 20_000  # characters of one message
SAID = (
    "weight",
    "score",
    "visibility",
    "number",
    "tags",
    "hide_errors",
    "leaderboard_column",
    "leaderboard_value",
    "leaderboard_sort_order",
)
PR_SET_SECCOMP, FILTER, PR_SET_NO_NEW_PRIVS = 22, 2, 38


class Recorder(unittest.TestResult):
    """Writes when a test begins and how it ends, also for tests that are skipped, expected to fail, or never begin."""

    def __init__(self, write: Callable[[dict[str, Any]], None]) -> None:
        super().__init__()
        self.buffer = True
        self._write = write
        self._clear()

    def _clear(self) -> None:
        self._outcome, self._message = "passed", ""

    def startTest(self, test: unittest.TestCase) -> None:  # noqa: N802
        super().startTest(test)
        self._clear()
        self._write({"began": test.id()})

    def stopTest(self, test: unittest.TestCase) -> None:  # noqa: N802
        printed = self._stdout_buffer.getvalue() + self._stderr_buffer.getvalue() if self.buffer else ""
        self._mirrorOutput = False
        super().stopTest(test)
        function = getattr(test, test._testMethodName, None)
        said = {name: getattr(function, f"__{name}__", None) for name in SAID}
        said["title"] = test.shortDescription() or ""
        self._write(
            {
                "ended": test.id(),
                "outcome": self._outcome,
                "message": self._message,
                "printed": printed[:MAX_TEXT],
                **said,
            }
        )
        self._clear()  # for a skipped test, Python 3.12.1 calls stopTest without startTest

    def _note(self, outcome: str, message: str, test: Any = None) -> None:
        if test is not None and not isinstance(test, unittest.TestCase):
            # The set-up of a class or module failed.
            self._write({"broken": str(test), "outcome": outcome, "message": message[:MAX_TEXT]})
            return
        if self._outcome != "failed" or outcome == "error":
            self._outcome = outcome
        self._message = f"{self._message}\n{message}".strip()[:MAX_TEXT]

    def addError(self, test: Any, err: Any) -> None:  # noqa: N802
        self._note("error", f"{err[0].__name__}: {err[1]}", test)

    def addFailure(self, test: Any, err: Any) -> None:  # noqa: N802
        self._note("failed", str(err[1]), test)

    def addSubTest(self, test: unittest.TestCase, subtest: Any, err: Any) -> None:  # noqa: N802
        if err is not None:
            outcome = "failed" if issubclass(err[0], test.failureException) else "error"
            self._note(outcome, f"{subtest._subDescription()}: {err[1]}")

    def addSkip(self, test: Any, reason: str) -> None:  # noqa: N802
        self._note("skipped", f"skipped: {reason}", test)

    def addUnexpectedSuccess(self, test: Any) -> None:  # noqa: N802
        self._note("failed", "it was expected to fail, and did not", test)

    def addExpectedFailure(self, test: Any, err: Any) -> None:  # noqa: N802
        pass  # the test has passed


def tests_in(suite: unittest.TestSuite) -> Iterator[unittest.TestCase]:
    """All tests of a suite, in order."""
    for part in suite:
        if isinstance(part, unittest.TestSuite):
            yield from tests_in(part)
        else:
            yield part


def without(suite: unittest.TestSuite, over: set[str]) -> unittest.TestSuite:
    """The suite without the tests named in `over`. Its nesting stays, as setUpClass depends on it."""
    parts = (without(part, over) if isinstance(part, unittest.TestSuite) else part for part in suite)
    return type(suite)(part for part in parts if isinstance(part, unittest.TestSuite) or part.id() not in over)


def limit(memory: int, seconds: int, processes: int | None) -> None:
    """Limit this process and all that it starts: memory [MiB], processor time [s], files, and core dumps.

    `processes` limits the user's processes. It is None if other processes of the user exist.
    """
    for which, value in (
        (resource.RLIMIT_AS, memory << 20),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 64 << 20),
        (resource.RLIMIT_CORE, 0),
        *([(resource.RLIMIT_NPROC, processes)] if processes else []),
    ):
        resource.setrlimit(which, (value, value))


def wall_in(program: bytes) -> bool:
    """Give up gaining privileges (from setuid programs), and install a system call filter.

    Both hold for this process and all that it starts.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if not program or not hasattr(libc, "prctl") or libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return False
    code = ctypes.create_string_buffer(program, len(program))
    described = ctypes.create_string_buffer(struct.pack("HP", len(program) // 8, ctypes.addressof(code)))
    return libc.prctl(PR_SET_SECCOMP, FILTER, ctypes.c_ulong(ctypes.addressof(described)), 0, 0) == 0


def look_in(submission: str) -> None:
    """Let check_submitted_files of gradescope-utils look in this folder.

    By itself it looks in /autograder/submission, which is there only on Gradescope, and which this user may be kept out
    of.
    """
    with contextlib.suppress(ImportError):
        from gradescope_utils.autograder_utils import files

        files.SUBMISSION_BASE = submission
        files.check_submitted_files.__defaults__ = (submission,)


def main(descriptor: int) -> None:
    """Run the tests that are not over yet."""
    asked = json.load(sys.stdin)
    limit(asked["memory"], asked["seconds"], asked["processes"])
    lines = os.fdopen(descriptor, "w", buffering=1)

    def write(said: dict[str, Any]) -> None:
        lines.write(json.dumps(said, default=str) + "\n")

    write({"walled": wall_in(bytes.fromhex(asked["filter"]))})  # before anything of the student's is imported
    sys.path[:0] = [os.path.abspath("tests"), os.getcwd()]
    look_in(os.path.join(os.path.dirname(os.path.abspath(__file__)), "submission"))
    suite = unittest.TestLoader().discover("tests")
    write({"collected": [test.id() for test in tests_in(suite)]})
    without(suite, set(asked["over"])).run(Recorder(write))
    write({"done": True})
    lines.flush()
    os._exit(0)  # an ordinary exit would wait for threads that student code has started


if __name__ == "__main__":
    main(int(sys.argv[1]))
