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
    """Every cause found, what the wrong answer looks like, and how many different wrong numbers it has.

    A cause gives exactly the same result, unless `fits` says, by the cause's name, how else it fits.
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

    `tried` has what a trial of each theory found. `causes` are those that are left in the end. `cut` says that a search
    ended because its time was over.
    """

    failure: Failure
    suspects: list[Misconception] = field(default_factory=list)
    tried: dict[Theory, Found] = field(default_factory=dict)
    causes: dict[Cause, Fit] = field(default_factory=dict)
    cut: bool = False

    @property
    def fitting(self) -> list[Theory]:
        """The theories that give all or a part of what was seen, and nothing else."""
        return [theory for theory, found in self.tried.items() if found.fit in (Fit.WHOLE, Fit.PART)]

    @property
    def failing(self) -> list[Theory]:
        """Misconceptions, as they are in the bank, that fail this check in whatever way."""
        failing = (theory for theory, found in self.tried.items() if found.fit is not Fit.NOTHING)
        return [theory for theory in failing if theory.is_as_in_the_bank]

    @property
    def is_explained(self) -> bool:
        return not {Fit.WHOLE, Fit.ALIKE}.isdisjoint(self.causes.values())

    def is_shared_by(self, cause: Cause) -> bool:
        """Whether a cause explains this failure, alone or beside another one."""
        return any(cause.name in other.name.split(" + ") for other in self.causes)

    @property
    def has_array(self) -> bool:
        """Whether the evidence is a wrong array, and not just an exception."""
        error = self.failure.error
        return isinstance(error, Mismatch) and error.actual is not None


def observed(failure: Failure) -> str:
    """What the wrong answer looks like, if anything."""
    error = failure.error
    return observe(error.actual, error.expected, failure.shapes) if isinstance(error, Mismatch) else ""


def evidence_of(error: BaseException) -> BaseException:
    """What is needed of an exception later.

    It must not keep its traceback, which holds everything that the check used, or a view of a larger buffer.
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
