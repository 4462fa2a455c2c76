"""What happens while pytest sets up, calls and tears down a check, noted in its `Run`."""

from collections.abc import Iterator
from typing import Any

import pytest

from grader.checks import collecting
from grader.checks.errors import finish
from grader.checks.plugins.state import State


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
        if bench and bench.deferred:  # it had to wait, as it costs less than anything after it would
            raise bench.deferred[0]

    def pytest_runtest_makereport(self, call: pytest.CallInfo[None]) -> None:
        run = self._state.present
        if call.excinfo is not None and run.error is None:
            run.error = call.excinfo.value

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> bool:
        self._state.fault = excinfo.value
        return True  # nobody else has to print it
