"""Integrated checks: run on all that the student wrote, and if that fails, on which side the fault is.

The check is first run with the student's own files of earlier assignments, as far as there are any. If it passes, it
has passed. If not, it is run as every other check, with the reference's files in their place, and that run counts. So
own files can only help: a fault in one of them has cost its points where that file is graded. If the check passes
without them, each earlier assignment is tried by itself, and the first one that fails is named.
"""

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

from grader.checks.plugins.state import State
from grader.checks.run import Run
from grader.checks.verdict import Verdict, judge
from grader.isolation.outside.faults import SandboxError
from grader.result import Check, Outcome, Visibility

HERE = "{}: it fails with your own files of {} and with the solution's, so look among the files of this assignment."
EARLIER = (
    "{}: with your own files of {} it fails, and with the solution's it passes. So the parts of this assignment work,"
    " and {} does not work with them ({}). That costs no points here."
)


class Integrated:
    """Runs the integrated checks of the state's present plan; `run` runs a check on what a function opens."""

    def __init__(self, state: State, run: Callable[[Any, Callable[[], AbstractContextManager[Any]]], Run]) -> None:
        self._state = state
        self._run = run

    def run(self, item: Any) -> Run | None:
        """The run on all that the student wrote; None if the check is no such check, or there is nothing earlier."""
        check = self._state.checks[item.nodeid]
        earlier = self._earlier(check)
        return self._run_with(item, earlier) if check.integrated and earlier else None

    def tell(self, item: Any, error: BaseException, found: Verdict) -> None:
        """Say where the fault is with which that run ended; `found` is how the check ended without earlier files."""
        check = self._state.checks[item.nodeid]
        if isinstance(error, SandboxError) or found.outcome is Outcome.INTERNAL:
            return  # then nothing is known
        if check.visibility is not Visibility.VISIBLE:
            return  # a notice is shown at once
        name, earlier = f"{check.component}, {check.title.rstrip('.')}", self._earlier(check)
        if found.outcome is Outcome.PASSED:
            said = EARLIER.format(name, _listed(earlier), *self._blamed(item, error, earlier))
        else:
            said = HERE.format(name, _listed(earlier))
        self._state.plan.notices.setdefault(check.assignment, []).append(said)

    def _blamed(self, item: Any, error: BaseException, earlier: tuple[str, ...]) -> tuple[str, str]:
        """What is at fault, and how it fails."""
        for number in earlier if len(earlier) > 1 else ():
            alone = self._run_with(item, (number,)).error
            if alone is not None and not isinstance(alone, SandboxError):
                return f"something in your files of {number}", _kind(alone)
        whose = earlier[0] if len(earlier) == 1 else f"{_listed(earlier)} together"
        return f"something in your files of {whose}", _kind(error)

    def _run_with(self, item: Any, earlier: Collection[str]) -> Run:
        check, plan = self._state.checks[item.nodeid], self._state.plan
        assert plan.open_with
        assignment = self._state.assignment_of(check)
        plan.on_begin(check)
        return self._run(item, partial(plan.open_with, assignment, earlier, check.time_limit))

    def _earlier(self, check: Check) -> tuple[str, ...]:
        return self._state.plan.earlier.get(check.assignment, ()) if self._state.plan.open_with else ()


def _kind(error: BaseException) -> str:
    """How it failed, in words without values."""
    return judge(error).kind.rstrip(".")


def _listed(numbers: Collection[str]) -> str:
    *first, last = numbers
    return f"{', '.join(first)} and {last}" if first else last
