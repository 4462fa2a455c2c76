"""What can go wrong with a worker, as exceptions of the trusted process: the student's faults, and the grader's own."""

import signal
from collections.abc import Sequence
from typing import Any

from grader.result import Outcome


class StudentFault(Exception):
    """Base: `outcome` is how the check ends, `kind` a sentence without values or words of the student."""

    outcome = Outcome.ERROR
    kind = "Your code could not be run."


class StudentError(StudentFault):
    """The student's code raised.

    `types` are the names of the exception's classes, most special first; `frames` are (file, line, function) in the
    student's files; `before` the results of what was done before, in the same round trip.
    """

    def __init__(
        self, types: list[str], message: str, frames: list[tuple[str, int, str]], before: Sequence[Any] = ()
    ) -> None:
        self.types = types
        self.message = message
        self.frames = frames
        self.before = list(before)
        super().__init__(f"{self.name}: {message}" if message else self.name)

    @property
    def name(self) -> str:
        return self.types[0].rpartition(".")[2] if self.types else "unknown error"

    @property
    def unwritten(self) -> bool:
        """Whether a stub was reached that the student has not filled in."""
        return "builtins.NotImplementedError" in self.types

    @property
    def outcome(self) -> Outcome:
        blocked = "grader.isolation.package.BlockedError" in self.types
        return Outcome.BLOCKED if blocked else Outcome.ERROR

    @property
    def kind(self) -> str:
        if self.unwritten:
            return "A part that this check needs is not written yet."
        if self.outcome is Outcome.BLOCKED:
            return "A file or name that this check needs could not be imported."
        if "builtins.EOFError" in self.types and self.message == "EOF when reading a line":  # so says Python alone, where nobody types
            return "Your code calls input(), which nobody answers while it is graded."
        return "Your code raised an exception."

    def is_a(self, *classes: type[BaseException]) -> bool:
        wanted = {f"{cls.__module__}.{cls.__qualname__}" for cls in classes}
        return not wanted.isdisjoint(self.types)


class OutOfTime(StudentFault):
    """The check's time was used up; the process was killed."""

    outcome = Outcome.TIMEOUT
    kind = "The time limit was reached. Is there a loop that never ends, or one over every element?"

    def __init__(self, seconds: float) -> None:
        super().__init__(f"no answer within {seconds:g} s; the process was stopped")


class WorkerDied(StudentFault):
    """The student's process ended in the middle of a check."""

    kind = "Your code ended its process."

    def __init__(self, status: int) -> None:
        self.status = status  # as `os.wait` gives it
        super().__init__(_explain(status))


class BrokenReply(StudentFault):
    """What came from the student's process was not an answer."""

    kind = "Your code disturbed the connection to the grader."


class SandboxError(Exception):
    """The grader's own fault: a worker could not be had, or not one that is confined as wanted."""


class LostZygoteError(SandboxError):
    """The process that starts workers is gone, and its workers with it. Whatever was asked of them can be asked again."""

    def __init__(self) -> None:
        super().__init__("the process that starts workers is gone; nothing was graded by this step")


class NotYetLoadedError(SandboxError):
    """The student's code imports what can be imported, but was not loaded in this worker: in one that comes after it, it is."""

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
