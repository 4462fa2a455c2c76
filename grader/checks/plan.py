"""What is to be run, how far a run of a check has come, and what is told of one that failed."""

import math
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from time import monotonic
from types import ModuleType
from typing import Any

from grader.assignment import Assignment
from grader.assignment.inside import seen_by
from grader.checks import collecting, verdict
from grader.checks.twin import Workbench
from grader.compare import Mismatch
from grader.picture import Picture, error_picture
from grader.result import Check, CheckResult, LeaderboardEntry


@dataclass(frozen=True)
class Plan:
    """What to run and on what.

    `open` gives a fresh framework for one check of an assignment, and takes it away afterwards; of a check that has a
    time limit of its own, it is told that too. `on_begin` hears of such a check when it begins, `on_result` of every
    result at once.
    `on_failure` hears of a wrong answer or an exception after that, and may run the check again on packages of this process, then or once
    all checks have ended. `on_collected` hears which checks will run, before the first of them does.
    """

    assignments: tuple[Assignment, ...]
    reference: ModuleType
    seed: int
    open: Callable[..., AbstractContextManager[Any]]
    on_result: Callable[[CheckResult], None] = lambda _result: None
    on_collected: Callable[[Sequence[Check]], None] = lambda _checks: None
    deadline: float = math.inf  # on the clock of `time.monotonic`; no check begins after it
    keep: Callable[[Check], bool] = lambda _check: True
    on_failure: Callable[["Failure"], None] | None = None
    on_begin: Callable[[Check], None] = lambda _check: None
    open_reference: Callable[..., AbstractContextManager[Any]] | None = (
        None  # as `open`, with the reference in a worker
    )
    leaderboard: dict[str, list[LeaderboardEntry]] = field(default_factory=dict)  # by assignment, as it is found out

    def reference_of(self, check: Check) -> ModuleType:
        """The reference as a check sees it."""
        return seen_by(self.reference, check.assignment)


@dataclass(frozen=True)
class Failure:
    """A check that the student's code failed: what it raised, and a way to see what it raises for a package of this process, if anything.

    `shapes` are those of the arrays that the framework was given.
    """

    check: Check
    error: BaseException
    rerun: Callable[[ModuleType], BaseException | None]
    shapes: tuple[tuple[int, ...], ...] = ()


@dataclass
class Extras:
    """What a check says of itself while it runs."""

    score: float | None = None
    leaderboard_value: float | str | None = None

    def set_score(self, value: float) -> None:
        self.score = value

    def set_leaderboard_value(self, value: float | str) -> None:
        self.leaderboard_value = value


@dataclass
class Run:
    """One run of a check, as far as it has come."""

    item: Any
    check: Check
    started: float = field(default_factory=monotonic)
    seconds: float = 0.0
    error: BaseException | None = None  # what it raised
    ended: verdict.Verdict = verdict.PASSED  # how
    lost: bool = False  # its worker was, by our own fault
    bench: Workbench | None = None
    extras: Extras = field(default_factory=Extras)
    framework: Any = None
    opened: ExitStack = field(default_factory=ExitStack)  # what is closed once its last answers are there

    @property
    def picture(self) -> Picture:
        """Where a wrong array is wrong."""
        arrays = (self.error.actual, self.error.expected) if isinstance(self.error, Mismatch) else (None, None)
        return error_picture(*arrays)

    @property
    def score(self) -> Any:
        """What the check set as its score, by our decorators or gradescope-utils'."""
        return collecting.kept(self.item, "__score__", self.extras.score)

    @property
    def leaderboard_value(self) -> Any:
        """The same of a leaderboard."""
        return collecting.kept(self.item, "__leaderboard_value__", self.extras.leaderboard_value)

    @property
    def has_set_what_it_has_to(self) -> bool:
        """Whether it set a score, if it has to, and nothing that a leaderboard does not take."""
        has_score = not collecting.gives_partial_credit(self.item) or verdict.is_number(self.score)
        return has_score and fits_leaderboard(self.leaderboard_value)


def fits_leaderboard(value: Any) -> bool:
    """Whether a leaderboard takes it: a number, a text or nothing."""
    return value is None or isinstance(value, str) or verdict.is_number(value)
