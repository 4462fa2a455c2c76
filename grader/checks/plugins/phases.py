"""What happens while pytest sets up, calls and tears down a check, noted in its `Run`."""

from collections.abc import Iterator
from typing import Any

import pytest

from grader.checks import collecting
from grader.checks.errors import finish
from grader.checks.plugins.state import State
from grader.checks.wrong import Wrong


class Phases:
    """The plugin for it."""

    def __init__(self, state: State) -> None:
        self._state = state

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: Any) -> None:
        for layer in collecting.layers(item.function):  # gradescope-utils keeps them on the function
            vars(layer).pop("__score__", None)
            vars(layer).pop("__leaderboard_value__", None)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Iterator[None]:
        yield
        finish()  # what a check asked for last, and did not look at, is a part of it
        bench = self._state.present.bench
        error = bench.wrong.first() if bench else None  # it had to wait: a check goes on after wrong values
        if error is not None:
            raise error

    def pytest_runtest_makereport(self, call: pytest.CallInfo[None]) -> None:
        run = self._state.present
        if call.excinfo is not None and run.error is None:
            error, wrong = call.excinfo.value, run.bench.wrong if run.bench else Wrong()
            run.error = wrong.first(error) if wrong.values and error is not wrong.values[0] else error

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> bool:
        self._state.fault = excinfo.value
        return True  # nobody else has to print it
