"""One run of a check."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from grader.checks import collecting, verdict
from grader.checks.twin import Workbench
from grader.compare import Mismatch
from grader.picture import Picture, error_picture
from grader.result import Check, Matrix


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
    """One run of a check: what it runs on, and what is known of it so far."""

    item: Any
    check: Check
    open: Callable[[], AbstractContextManager[Any]]  # the framework that it is given
    started: float = field(default_factory=monotonic)
    seconds: float = 0.0  # that it took, once it has ended
    error: BaseException | None = None  # what it raised
    bench: Workbench | None = None
    extras: Extras = field(default_factory=Extras)
    score: Any = None  # that the check set, once it has ended, by our decorators or gradescope-utils'
    leaderboard_value: Any = None  # the same of a leaderboard
    matrix: Matrix | None = None  # what tests of the student's tell apart, if the check runs some

    def end(self) -> None:
        """Note how long it took, and what gradescope-utils' decorators kept: another run overwrites that."""
        self.seconds = monotonic() - self.started
        self.score = collecting.kept(self.item, "__score__", self.extras.score)
        self.leaderboard_value = collecting.kept(self.item, "__leaderboard_value__", self.extras.leaderboard_value)

    def after(self, before: "Run") -> "Run":
        """This run, in the place of one before it: both took time."""
        self.seconds += before.seconds
        return self

    @property
    def picture(self) -> Picture:
        """Where a wrong array is wrong."""
        arrays = (self.error.actual, self.error.expected) if isinstance(self.error, Mismatch) else (None, None)
        return error_picture(*arrays)

    @property
    def has_set_what_it_has_to(self) -> bool:
        """Whether it set a score, if it has to, and nothing that a leaderboard does not take."""
        has_score = not collecting.gives_partial_credit(self.item) or verdict.is_number(self.score)
        return has_score and fits_leaderboard(self.leaderboard_value)


def fits_leaderboard(value: Any) -> bool:
    """Whether a leaderboard takes it: a number, a text or nothing."""
    return value is None or isinstance(value, str) or verdict.is_number(value)
