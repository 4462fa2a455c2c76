"""Runs a unittest suite in a process of its own and says what happens, line by line. It is a program: nothing of the grader is here.

Called as `python inside.py DESCRIPTOR`, in the folder that holds the submission, with the suite in tests/; standard input has a JSON object: the
limits, a program for the kernel's system call filter, and the names of tests that are over.
"""

from __future__ import annotations  # as it may be run by an older Python

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
    """Says of every test when it begins and how it ends; also of those that were skipped, expected to fail, or never got so far."""

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
        self._clear()  # Python 3.12.1 does not begin a test that is skipped, but ends it

    def _note(self, outcome: str, message: str, test: Any = None) -> None:
        if test is not None and not isinstance(test, unittest.TestCase):
            self._write(
                {"broken": str(test), "outcome": outcome, "message": message[:MAX_TEXT]}
            )  # a class's or module's set-up
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
        pass  # as it should be


def tests_in(suite: unittest.TestSuite) -> Iterator[unittest.TestCase]:
    """All tests, in order."""
    for part in suite:
        if isinstance(part, unittest.TestSuite):
            yield from tests_in(part)
        else:
            yield part


def without(suite: unittest.TestSuite, over: set[str]) -> unittest.TestSuite:
    """The suite without the tests whose names are in `over`; its nesting stays, on which setUpClass depends."""
    parts = (without(part, over) if isinstance(part, unittest.TestSuite) else part for part in suite)
    return type(suite)(part for part in parts if isinstance(part, unittest.TestSuite) or part.id() not in over)


def limit(memory: int, seconds: int, processes: int | None) -> None:
    """Limit this process and all that it starts: memory [MiB], processor time [s], files, core dumps; processes if they are this user's alone."""
    for which, value in (
        (resource.RLIMIT_AS, memory << 20),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 64 << 20),
        (resource.RLIMIT_CORE, 0),
        *([(resource.RLIMIT_NPROC, processes)] if processes else []),
    ):
        resource.setrlimit(which, (value, value))


def wall_in(program: bytes) -> bool:
    """Give up new privileges (those of setuid programs), and install a system call filter; both stay with all that this process starts."""
    libc = ctypes.CDLL(None, use_errno=True)
    if not program or not hasattr(libc, "prctl") or libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return False
    code = ctypes.create_string_buffer(program, len(program))
    described = ctypes.create_string_buffer(struct.pack("HP", len(program) // 8, ctypes.addressof(code)))
    return libc.prctl(PR_SET_SECCOMP, FILTER, ctypes.c_ulong(ctypes.addressof(described)), 0, 0) == 0


def main(descriptor: int) -> None:
    """Run what is not over yet."""
    asked = json.load(sys.stdin)
    limit(asked["memory"], asked["seconds"], asked["processes"])
    lines = os.fdopen(descriptor, "w", buffering=1)

    def write(said: dict[str, Any]) -> None:
        lines.write(json.dumps(said, default=str) + "\n")

    write({"walled": wall_in(bytes.fromhex(asked["filter"]))})  # before anything of the student's is imported
    sys.path[:0] = [os.getcwd()]
    suite = unittest.TestLoader().discover("tests")
    write({"collected": [test.id() for test in tests_in(suite)]})
    without(suite, set(asked["over"])).run(Recorder(write))
    write({"done": True})
    lines.flush()
    os._exit(0)  # threads of the student's would be waited for


if __name__ == "__main__":
    main(int(sys.argv[1]))
