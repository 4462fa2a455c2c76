"""From pytest's items to checks; a broken one stops the session before anything is run."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.assignment import AssignmentError
from grader.checks import collecting
from grader.checks.plugins.state import State


class Collection:
    """The plugin for it."""

    def __init__(self, state: State) -> None:
        self._state = state

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self, collector: pytest.Collector) -> Iterator[pytest.CollectReport]:
        """A file of checks that ends the process is as broken as one that raises; pytest would end with it."""
        try:
            return (yield)
        except SystemExit as error:
            return pytest.CollectReport(collector.nodeid, "failed", f"it ends the process: {error!r}", [])

    @pytest.hookimpl(tryfirst=True)
    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed and self._state.problem is None:
            file, _, place = report.nodeid.partition("::")
            problem = f"it cannot be imported:\n{report.longreprtext}"
            self._state.problem = AssignmentError(Path("/", file), problem, place)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        state = self._state
        try:
            state.checks = {} if state.problem else collecting.checks_of(items, state.plan.assignments)
        except AssignmentError as error:
            state.problem = error
        if state.problem:
            items.clear()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        session.config.option.tbstyle = "line"  # pytest would read and parse sources for a text that nobody is shown
