"""The checks of one submission after another, in the order in which they were collected."""

from collections.abc import Iterator
from itertools import chain
from time import monotonic
from typing import Any

import pytest

from grader.checks.plan import Plan
from grader.checks.plugins.grader import Grader
from grader.checks.plugins.state import State
from grader.result import OUT_OF_TIME, CheckResult, Outcome


class Loop:
    """The plugin that takes the place of pytest's own loop. `plans` come after the first one, in the same session."""

    def __init__(self, state: State, plans: Iterator[Plan]) -> None:
        self._state = state
        self._plans = plans
        self._grader = Grader(state)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        state = self._state
        for plan in chain((state.plan,), self._plans):
            state.plan = plan
            if not state.problem:
                self._carry_out(session.items)
            if state.problem:
                break  # before the next one is asked for: nobody would carry it out
        return True

    def _carry_out(self, items: list[Any]) -> None:
        """Run the checks that the present plan keeps."""
        state, plan = self._state, self._state.plan
        items = [item for item in items if plan.keep(state.checks[item.nodeid])]
        state.results.clear()
        try:
            plan.on_collected([state.checks[item.nodeid] for item in items])
        except Exception as error:  # then nothing can be run
            state.problem = error
            return
        for item, following in zip(items, [*items[1:], None]):  # none at all, too
            in_time = monotonic() < plan.deadline
            state.results.append((self._grader.grade if in_time else self._leave_out)(item, following))

    def _leave_out(self, item: Any, following: Any) -> CheckResult:
        message = "the time for the whole grading was used up before"
        result = CheckResult(self._state.checks[item.nodeid], Outcome.NOT_RUN, kind=OUT_OF_TIME, message=message)
        self._state.plan.on_result(result)
        item.ihook.pytest_runtest_teardown(item=item, nextitem=following)  # what the check before left for this one
        return result
