"""What can go wrong with a worker, as exceptions of the trusted process.

Some are the student's faults, some the grader's.
"""

import builtins
import re
import signal
from collections.abc import Sequence
from typing import Any

from grader.portable import Portable
from grader.result import Outcome


class StudentFault(Portable):
    """Base class. `outcome` is how the check ends. `kind` is a sentence without values or text of the student."""

    outcome = Outcome.ERROR
    kind = "Your code could not be run."

    def kind_in(self, function: str) -> str:
        """The kind, with the student's function in which it happened, if that helps.

        The name must not come from the student.
        """
        return self.kind


# How NumPy's messages about floating point begin, as a warning or (see `checks.strict`) an exception. The rest of a
# message could be text of the student's.
_WARNED = re.compile(r"(divide by zero|overflow|underflow|invalid value) encountered in ")
_NO_PARAMETER = re.compile(
    "'numpy.ndarray' object has no attribute 'grad'.*|attribute 'data' of 'numpy.ndarray' objects is not writable"
)
_TOO_LITTLE = {"builtins.BaseException", "builtins.Exception", "builtins.object"}  # names that every exception has
BUILT_IN = {
    f"builtins.{name}"
    for name, one in vars(builtins).items()
    if isinstance(one, type) and issubclass(one, BaseException)
} - _TOO_LITTLE


class StudentError(StudentFault):
    """The student's code raised an exception.

    `types` are the names of the exception's classes, the most derived first. `frames` are (file, line, function) in the
    student's files. `before` are the results of the calls before it in the same round trip.
    """

    def __init__(
        self, types: list[str], message: str, frames: list[tuple[str, int, str]], before: Sequence[Any] = ()
    ) -> None:
        self.types = types
        self.message = message
        self.frames = frames
        self.before = list(before)
        told = f"NumPy warned: {message}. Here a warning is an error." if self.warning else f"{self.name}: {message}"
        super().__init__(told if message else self.name)

    @property
    def warning(self) -> str:
        """What NumPy warned of, in its own words and no others; "" if it did not warn."""
        said = _WARNED.match(self.message) if "builtins.FloatingPointError" in self.types else None
        return said[1] if said else ""

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "before": []}  # handles of objects in a worker mean nothing in another process

    @property
    def name(self) -> str:
        return self.types[0].rpartition(".")[2] if self.types else "unknown error"

    @property
    def unwritten(self) -> bool:
        """Whether the code reached a stub that the student has not filled in."""
        return "builtins.NotImplementedError" in self.types

    @property
    def outcome(self) -> Outcome:
        blocked = "grader.isolation.inside.package.BlockedError" in self.types
        return Outcome.BLOCKED if blocked else Outcome.ERROR

    @property
    def kind(self) -> str:
        return self.kind_in("")

    def kind_in(self, function: str) -> str:
        if self.unwritten:
            return "A part that this check needs is not written yet."
        if self.outcome is Outcome.BLOCKED:
            return "A file or name that this check needs could not be imported."
        if "builtins.EOFError" in self.types and self.message == "EOF when reading a line":  # raised by input()
            return "Your code calls input(), which nobody answers while it is graded."
        where = f" in {function}" if function else ""
        if self.warning:
            return f"NumPy warned{where}: {self.warning}. Here a warning is an error."
        if _NO_PARAMETER.fullmatch(self.message):
            return f"A numpy.ndarray stands where a Parameter should be{where}."
        built_in = next((name.removeprefix("builtins.") for name in self.types if name in BUILT_IN), "an exception")
        none = ", as something is None there" if "'NoneType'" in self.message else ""
        return f"Your code raised {built_in}{where}{none}."

    def is_a(self, *classes: type[BaseException]) -> bool:
        wanted = {f"{cls.__module__}.{cls.__qualname__}" for cls in classes}
        return not wanted.isdisjoint(self.types)


class OutOfTime(StudentFault):
    """The check's time was used up; the process was killed."""

    outcome = Outcome.TIMEOUT
    kind = "The time limit was reached. Is there a loop that never ends, or one over every element?"

    def __init__(self, seconds: float) -> None:
        super().__init__(f"no answer within {round(seconds, 2):g} s; the process was stopped")


class WorkerDied(StudentFault):
    """The student's process ended in the middle of a check."""

    kind = "Your code ended its process."

    def __init__(self, status: int) -> None:
        self.status = status  # as `os.wait` gives it
        super().__init__(_explain(status))


class BrokenReply(StudentFault):
    """What came from the student's process was not an answer."""

    kind = "Your code disturbed the connection to the grader."


class TooMuch(StudentFault):
    """The answers of one check take more memory than allowed.

    `expected` is what right answers take in bytes, if known.
    """

    kind = "Your code returned far more data than this check can use."

    def __init__(self, size: int, expected: int = 0) -> None:
        self.size = size
        right = f", where right ones take {_bytes(expected)}" if expected else ""
        super().__init__(
            f"the answers in this check take {_bytes(size)} of memory or more{right}; the process was stopped"
        )


def _bytes(number: int) -> str:
    for unit, name in ((1_000_000, "MB"), (1_000, "kB")):
        if number >= unit:
            return f"{number / unit:.0f} {name}"
    return f"{number} bytes"


class SandboxError(Portable):
    """The grader's own fault: no worker could be started, or none that is confined as it should be."""


class LostForkServerError(SandboxError):
    """The process that starts workers is gone, and its workers with it. What they were asked can be asked again."""

    def __init__(self) -> None:
        super().__init__("the process that starts workers is gone; nothing was graded by this step")


class NotYetLoadedError(SandboxError):
    """The student's code imports a module that is allowed but was not loaded in this worker. Later workers have it."""

    def __init__(self) -> None:
        super().__init__("a worker had not loaded what can be imported; nothing was graded by this step")


def _explain(status: int) -> str:
    number = status & 0x7F
    if not number:
        return f"the process ended with exit code {status >> 8} in the middle of the check"
    try:
        name = signal.Signals(number).name
    except ValueError:
        name = "unknown signal"
    cause = _CAUSES.get(number, "")
    return f"the process was ended by signal {number} ({name}) in the middle of the check{cause}"


_CAUSES = {
    signal.SIGSEGV: ": memory that is not the program's was touched; endless recursion does this",
    signal.SIGKILL: ": the system may have run out of memory",
    signal.SIGXCPU: ": it used up its processor time",
    signal.SIGSYS: ": it made a kind of system call that no program here makes",
}
