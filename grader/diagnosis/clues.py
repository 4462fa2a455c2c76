"""What is found out about one failed check."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from grader.assignment import Misconception
from grader.checks.plan import Failure
from grader.compare import Mismatch
from grader.diagnosis.cause import Cause
from grader.diagnosis.evidence import frames_of, parts
from grader.diagnosis.theory import Fit, Found, Theory
from grader.isolation.outside.faults import StudentError
from grader.patterns import observe


@dataclass(frozen=True)
class Clues:
    """Every cause found, what the wrong answer looks like, and how many different wrong numbers are in it.

    A cause leads to the very same, unless `fits` says by its name how else it fits.
    """

    causes: tuple[Cause, ...] = ()
    observation: str = ""
    numbers: int = 0
    fits: Mapping[str, Fit] = field(default_factory=dict)

    def fit(self, cause: Cause) -> Fit:
        """How a cause fits this check."""
        return self.fits.get(cause.name, Fit.WHOLE)


@dataclass
class Case:
    """One failed check, and how far the search for its causes has come.

    `tried` says what a trial of each theory found; `causes` are what is left of them in the end; `cut` says that the time
    ended a search.
    """

    failure: Failure
    suspects: list[Misconception] = field(default_factory=list)
    tried: dict[Theory, Found] = field(default_factory=dict)
    causes: dict[Cause, Fit] = field(default_factory=dict)
    cut: bool = False

    @property
    def fitting(self) -> list[Theory]:
        """What leads to all or a part of what was seen, and to nothing else."""
        return [theory for theory, found in self.tried.items() if found.fit in (Fit.WHOLE, Fit.PART)]

    @property
    def failing(self) -> list[Theory]:
        """Beliefs of the bank, as they stand there, that fail this check in whatever way."""
        failing = (theory for theory, found in self.tried.items() if found.fit is not Fit.NOTHING)
        return [theory for theory in failing if theory.is_as_in_the_bank]

    @property
    def is_explained(self) -> bool:
        return Fit.WHOLE in self.causes.values()

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
    """What is needed of an exception later.

    That is no traceback, which holds all that the check had in hand, and no view of a larger buffer.
    """
    if isinstance(error, StudentError):
        return StudentError(error.types, error.message, error.frames)
    if isinstance(error, Mismatch):
        bare = Mismatch(error.kind, str(error))
        if error.actual is not None and error.expected is not None:
            bare.actual, bare.expected, bare.tolerance = error.actual.copy(), error.expected.copy(), error.tolerance
        bare.later = tuple(map(evidence_of, error.later))
        return bare
    error.frames = frames_of(error)  # type: ignore[attr-defined]
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)


def size_of(error: BaseException) -> int:
    """The bytes of its arrays."""
    arrays = [a for one in parts(error) if isinstance(one, Mismatch) for a in (one.actual, one.expected)]
    return sum(array.nbytes for array in arrays if array is not None)
