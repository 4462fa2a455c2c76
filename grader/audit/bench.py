"""A session of pytest in which every check can be run again and again, each time on another package."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from types import ModuleType
from typing import Any, TypeVar

import numpy as np
import pytest

from grader.assignment import Assignment
from grader.assignment.inside import seen_by
from grader.audit.memory import memory_limit
from grader.checks.framework import LocalFramework
from grader.checks.plan import Failure, Plan
from grader.checks.plugins.grader import Grader
from grader.checks.plugins.state import State
from grader.checks.session import run_session
from grader.compare import Mismatch, tolerance_for
from grader.diagnosis.time_limit import Overtime, time_limit
from grader.grading import import_reference
from grader.result import Check, CheckResult, Outcome

T = TypeVar("T")
MEMORY = 4096  # MiB for this process: several times what any check needs


class Bench:
    """The plugin of such a session. It does its work in place of a loop over all checks."""

    def __init__(self, state: State, work: Callable[["Bench"], None]) -> None:
        self._state = state
        self._grader = Grader(state)
        self._work = work
        self._items: dict[str, pytest.Item] = {}
        self.error: BaseException | None = None  # what the last run raised, if anything

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        if self._state.problem:
            return None  # as usual: pytest ends the session
        self._items = {self._state.checks[item.nodeid].id: item for item in session.items}
        self._work(self)
        return True

    @property
    def reference(self) -> ModuleType:
        return self._state.plan.reference

    @property
    def all_checks(self) -> list[Check]:
        return list(self._state.checks.values())

    def run(
        self,
        check: Check,
        make: Callable[[], ModuleType],
        seed: int = 0,
        on_failure: Callable[[Failure], None] | None = None,
        wrap: Callable[[ModuleType], Any] = LocalFramework,
    ) -> CheckResult:
        """Run one check on a package. Its time limit is a limit of processor time here.

        Args:
            make: imports the package afresh, so that no check sees what another one left behind, as in a worker.
            seed: what the check's inputs are drawn from.
            on_failure: is called with a failure, and may run the check again.
            wrap: turns the package into what the check gets as `student`.
        """
        item = self._items[check.id]
        self.error = None

        @contextmanager
        def opened(_assignment: Assignment, _own: float | None = None) -> Iterator[Any]:
            yield wrap(seen_by(make(), check.assignment))

        def heard(failure: Failure) -> None:
            self.error = failure.error
            if on_failure:
                on_failure(failure)

        state = self._state
        state.plan = replace(state.plan, seed=seed, on_failure=heard, open=opened)
        # An investigation sets limits of its own in place of this one.
        try:
            with time_limit(check.time_limit or state.assignment_of(check).seconds):
                return self._grader.grade(item)
        except Overtime:  # not in the check itself, but while pytest or the grader looked at how it had ended
            return CheckResult(check, Outcome.TIMEOUT, kind="The time was used up.")


def at_bench(assignment: Assignment, work: Callable[[Bench], T]) -> T:
    """Do some work with the checks of an assignment ready to run, in limited memory.

    Raises:
        AssignmentError: if the course is broken.
    """
    reference = import_reference(assignment.folder.parents[1])
    done: list[T] = []
    state = State(Plan((assignment,), reference, 0, open=lambda *_check: nullcontext()))  # until one is to be run
    bench = Bench(state, work=lambda bench: done.append(work(bench)))
    with memory_limit(MEMORY):
        run_session(state, bench, [str(file) for file in assignment.test_files])
    return done[0]


def failed(result: CheckResult) -> bool:
    """Whether a check did not pass, in whatever way."""
    return result.outcome is not Outcome.PASSED


def described(result: CheckResult) -> str:
    """One check's result in a line."""
    return f"{result.check.id}: {result.outcome}: {result.message[:300]}"


def distance(error: BaseException | None) -> float | None:
    """How far off a wrong array is: its largest difference, as a multiple of what is allowed.

    None if no numbers were compared.
    """
    if not isinstance(error, Mismatch) or error.actual is None or error.expected is None:
        return None
    actual, expected = error.actual, error.expected
    if actual.shape != expected.shape or actual.dtype != expected.dtype or actual.dtype.kind != "f":
        return None
    if not np.all(np.isfinite(actual) | (actual == expected)):  # NaN and infinity count as infinitely far off
        return None
    tolerance = error.tolerance or tolerance_for(expected.dtype)
    with np.errstate(all="ignore"):
        ratio = np.abs(actual - expected) / tolerance.allowed(expected)
    finite = ratio[np.isfinite(ratio)]
    return float(finite.max()) if finite.size else None
