"""A plugin of pytest that writes what became of every check into a file, for `running` to read."""

import json
from pathlib import Path
from typing import Any

import pytest

from grader.checks.local import STATE, sentence_of


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--record", metavar="FILE", help="write what became of every check into this file")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("record"):
        config.pluginmanager.register(Recorder(config))


class Recorder:
    """Collects the checks of a run and their outcomes."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.checks: dict[str, dict[str, Any]] = {}
        self.broken: list[str] = []  # files of checks that cannot be collected

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.broken.append(report.nodeid)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        state = self.config.stash[STATE]
        for item in session.items:
            cls = getattr(item, "cls", None)
            self.checks[item.nodeid] = {
                "assignment": state.assignment_of(item.path.name),
                "component": cls.__name__.removeprefix("Test") if cls else item.name.partition("[")[0],
                "sentence": sentence_of(item),
            }

    def pytest_runtest_logreport(self, report: Any) -> None:
        check = self.checks.get(report.nodeid)
        if check is not None and (report.when == "call" or not report.passed):
            check["outcome"] = getattr(report, "category", report.outcome)

    def pytest_sessionfinish(self) -> None:
        package = self.config.stash[STATE].package if self._was_imported() else None
        failed_import = "" if package is None else package.failure
        found = {"checks": self.checks, "broken": self.broken, "failed_import": failed_import}
        Path(self.config.getoption("record")).write_text(json.dumps(found), encoding="utf-8")

    def _was_imported(self) -> bool:
        return "package" in vars(self.config.stash[STATE])  # a cached property
