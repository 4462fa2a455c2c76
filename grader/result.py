"""What a grading finds out: pure data, with no behaviour but sums.

Every failure is somebody's. FAILED, ERROR, TIMEOUT, BLOCKED and NOT_RUN are the student's: they cost points and explain
themselves. INTERNAL is ours: its points are withheld, neither given nor taken, until the submission is graded again. A
broken assignment is the instructor's, and never gets this far: see `assignment.AssignmentError`.
"""

import math
from dataclasses import dataclass, field
from enum import StrEnum

# So often an integrated check may use up its time: with all of the student's older files, with none of them, and with
# those of the one assignment that is then found to be at fault.
RUNS = 3


class Outcome(StrEnum):
    """How one check ended."""

    PASSED = "passed"
    FAILED = "failed"  # the answer was compared and is wrong
    ERROR = "error"  # the student's code raised, or its process died
    TIMEOUT = "timeout"  # the check's time was used up
    BLOCKED = "blocked"  # the file under test could not be imported
    NOT_RUN = "not run"  # the time for the whole grading was used up before this check
    INTERNAL = "internal"  # the grader's own fault


class Visibility(StrEnum):
    """When Gradescope shows a check to students; the names are Gradescope's."""

    VISIBLE = "visible"
    HIDDEN = "hidden"
    AFTER_DUE_DATE = "after_due_date"
    AFTER_PUBLISHED = "after_published"


@dataclass(frozen=True)
class Check:
    """One graded behaviour.

    `id` is the same in every run. `title` is the sentence that a student reads. `points` is what the check is worth.
    `public` says whether students have its source. `hint` is written by the author, and may be shown even if the check
    is hidden. `fine` says that it asks for fine print, see `checks.decorators.fine`. `time_limit` is its own,
    where it has one: it trains something. `integrated` says that it is run on older files of the student's, too, see
    `checks.decorators.integrated`.
    """

    id: str
    assignment: str
    component: str
    title: str
    points: float
    public: bool
    visibility: Visibility = Visibility.VISIBLE
    number: str | None = None
    tags: tuple[str, ...] = ()
    hint: str | None = None
    fine: bool = False
    time_limit: float | None = None
    integrated: bool = False

    @property
    def time_aside(self) -> float:
        """What is set aside for it of the time of its assignment, if it has a limit of its own."""
        return (self.time_limit or 0.0) * (RUNS if self.integrated else 1)

    @property
    def place(self) -> str:
        """Its assignment and component, as in "03 MSELoss"."""
        return f"{self.assignment} {self.component}".strip()

    @property
    def short_name(self) -> str:
        """Its component and name without parameters, as misconceptions write it: "Linear/test_forward"."""
        return self.id.split("/", 2)[2].partition("[")[0]


@dataclass(frozen=True)
class Diagnosis:
    """Why a check failed, as far as that could be found out.

    It contains no value and no input, so it may be shown for a hidden check. `observation` says what the wrong answer
    looks like, `explanation` what it comes from, and `hint` is a question; each may be "". `causes` are the names of
    all that would explain this failure, the most likely first. They are for instructors.
    """

    observation: str = ""
    explanation: str = ""
    hint: str = ""
    causes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Caught:
    """A wrong implementation: the belief behind it, and the tests, by name, that reject it."""

    belief: str
    tests: tuple[str, ...]


@dataclass(frozen=True)
class Matrix:
    """What the tests that a student wrote tell apart. It has no value in it, so it may be shown for a hidden check.

    `tests` are the names of all. `caught` has the wrong implementations that some test rejects; of the others only the
    number is told, `uncaught`. `rejecting` are the tests that reject a right implementation: then nothing is caught.
    """

    tests: tuple[str, ...]
    caught: tuple[Caught, ...] = ()
    uncaught: int = 0
    rejecting: tuple[str, ...] = ()


@dataclass(frozen=True)
class CheckResult:
    """What one check found.

    `kind` is a sentence without values, inputs or text of the student, so it may be shown for a hidden check. `message`
    and `detail` may contain all of these. They are for instructors, and for students if the check is public.
    """

    check: Check
    outcome: Outcome
    earned: float = 0.0
    kind: str = ""
    message: str = ""
    detail: str = ""
    seconds: float = 0.0
    picture: tuple[tuple[int, ...], ...] = ()  # where an array is wrong, see `picture.Picture`
    diagnosis: Diagnosis | None = None
    matrix: Matrix | None = None  # of a check that runs a student's own tests


@dataclass(frozen=True)
class LeaderboardEntry:
    """One column of a Gradescope leaderboard; `order` is "asc" or "desc"."""

    name: str
    value: float | str
    order: str = "desc"


@dataclass(frozen=True)
class AssignmentReport:
    """All checks of one assignment. The maximum is the assignment's own, whatever checks were run."""

    number: str
    title: str
    points: float
    results: tuple[CheckResult, ...]
    notices: tuple[str, ...] = ()
    seconds: float = 0.0
    leaderboard: tuple[LeaderboardEntry, ...] = ()

    @property
    def heading(self) -> str:
        """As in "03 Losses". A unittest suite has no number."""
        return f"{self.number} {self.title}".strip()

    @property
    def earned(self) -> float:
        return round(math.fsum(result.earned for result in self.results), 4)

    @property
    def withheld(self) -> float:
        """Points of checks in which the grader itself failed."""
        lost = (r.check.points for r in self.results if r.outcome is Outcome.INTERNAL)
        return round(math.fsum(lost), 4)


@dataclass(frozen=True)
class Report:
    """One submission, graded. `made_from` says from what and when, as far as that was noted."""

    submission: str
    seed: int
    assignments: tuple[AssignmentReport, ...]
    notices: tuple[str, ...] = ()
    seconds: float = 0.0
    isolation: dict[str, str] = field(default_factory=dict)
    made_from: dict[str, str] = field(default_factory=dict)

    @property
    def all_results(self) -> list[CheckResult]:
        """Of all checks, in the order of the assignments."""
        return [result for assignment in self.assignments for result in assignment.results]

    @property
    def earned(self) -> float:
        return round(math.fsum(a.earned for a in self.assignments), 4)

    @property
    def points(self) -> float:
        return round(math.fsum(a.points for a in self.assignments), 4)

    @property
    def withheld(self) -> float:
        return round(math.fsum(a.withheld for a in self.assignments), 4)


OUT_OF_TIME = "The time for all checks was used up."  # the kind of a check that was not run for that reason
NOT_BEGUN = "The grading was interrupted before it had begun. It costs you nothing; it will have to be graded again."


def nothing_yet(name: str, notice: str = NOT_BEGUN) -> Report:
    """The report that is written first, in case nothing else can be written."""
    return Report(name, 0, (), (notice,))
