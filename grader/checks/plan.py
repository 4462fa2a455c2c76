"""What is to be run, and what is told of a check that failed."""

import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from grader.assignment import Assignment
from grader.assignment.inside import seen_by
from grader.result import Check, CheckResult, LeaderboardEntry


@dataclass(frozen=True)
class Plan:
    """What to run and on what.

    `open` gives a fresh framework for one check of an assignment, and takes it away afterwards; of a check that has a
    time limit of its own, it is told that too. `on_begin` hears of such a check when it begins, `on_result` of every
    result at once. `on_failure` hears of a wrong answer or an exception after that, and may run the check again on
    packages of this process, then or once all checks have ended. `on_collected` hears which checks will run, before the
    first of them does.
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
    # For an assignment, by number, the earlier ones of which the student has files; and as `open`, with those of some.
    earlier: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    open_with: Callable[..., AbstractContextManager[Any]] | None = None
    # The reference once more, so that what it keeps is its own: whether gradients are recorded, for one.
    another_reference: Callable[[], ModuleType] | None = None
    leaderboard: dict[str, list[LeaderboardEntry]] = field(default_factory=dict)  # by assignment, as it is found out
    notices: dict[str, list[str]] = field(default_factory=dict)  # the same

    def reference_of(self, check: Check) -> ModuleType:
        """The reference as a check sees it."""
        return seen_by(self.reference, check.assignment)

    def in_place_of_the_student(self, check: Check) -> ModuleType:
        """The same to be asked as a student's package is, beside the reference itself."""
        package = self.another_reference() if self.another_reference else self.reference
        return seen_by(package, check.assignment)


@dataclass(frozen=True)
class Failure:
    """A check that the student's code failed: what it raised, and a way to see what it raises for other packages.

    `rerun` runs the check on a package of this process, and gives what it raises, if anything.

    `shapes` are those of the arrays that the framework was given. `rerun_other` runs another check, by its id.
    """

    check: Check
    error: BaseException
    rerun: Callable[[ModuleType], BaseException | None]
    shapes: tuple[tuple[int, ...], ...] = ()
    rerun_other: Callable[[str, ModuleType], BaseException | None] = lambda _id, _package: None
