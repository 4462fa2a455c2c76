"""What is found out about one failed check."""

from dataclasses import dataclass, field

from grader.assignment import Misconception
from grader.checks.plan import Failure
from grader.compare import Mismatch
from grader.diagnosis.cause import Cause
from grader.isolation.outside.faults import StudentError
from grader.patterns import observe


@dataclass(frozen=True)
class Clues:
    """Every cause found that leaves the same evidence, what the wrong answer looks like, and how many different wrong numbers are in it."""

    causes: tuple[Cause, ...] = ()
    observation: str = ""
    numbers: int = 0


@dataclass
class Case:
    """One failed check, and how far the search for its causes has come.

    `tried` are names of misconceptions; `failing` those that fail the check, too, but in another way; `cut` says that the time ended a search.
    """

    failure: Failure
    suspects: list[Misconception] = field(default_factory=list)
    causes: list[Cause] = field(default_factory=list)
    tried: set[str] = field(default_factory=set)
    failing: list[Misconception] = field(default_factory=list)
    cut: bool = False

    @property
    def has_array(self) -> bool:
        """Whether a wrong array is the evidence, and not just an exception."""
        error = self.failure.error
        return isinstance(error, Mismatch) and error.actual is not None


def observed(failure: Failure) -> str:
    """What the wrong answer looks like, if anything."""
    error = failure.error
    return observe(error.actual, error.expected, failure.shapes) if isinstance(error, Mismatch) else ""


def evidence_of(error: BaseException) -> BaseException:
    """What is needed of an exception later: no traceback, which holds all that the check had in hand, and no view of a larger buffer."""
    if isinstance(error, StudentError):
        return StudentError(error.types, error.message, error.frames)
    if isinstance(error, Mismatch):
        bare = Mismatch(error.kind, str(error))
        if error.actual is not None and error.expected is not None:
            bare.actual, bare.expected, bare.tolerance = error.actual.copy(), error.expected.copy(), error.tolerance
        return bare
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)


def size_of(error: BaseException) -> int:
    """The bytes of its arrays."""
    arrays = (error.actual, error.expected) if isinstance(error, Mismatch) else ()
    return sum(array.nbytes for array in arrays if array is not None)
