"""The pytest plugin of the student template: public checks in the running process, told briefly.

A check that fails says its sentence and what was found, without a traceback through the checks; an exception in the student's own files keeps
its traceback; what is not written yet is one line. At the end stands what was reached, file by file.
"""

import importlib
import inspect
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.checks.framework import LocalFramework
from grader.checks.seeding import rng_for


@pytest.fixture
def student() -> LocalFramework:
    """The package `framework` beside the tests."""
    return LocalFramework(importlib.import_module("framework"))


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """Random numbers of this check, the same in every run."""
    return rng_for(request.node.name, 0)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: Any, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Tell a failed check in two sentences, where those say it all."""
    report = yield
    if call.excinfo is not None and report.failed:
        told = _told(call.excinfo.value)
        if told:
            report.longrepr = f"{_sentence(item)}\n\n    {told}\n"
    return report


def _told(error: BaseException) -> str | None:
    """What to say instead of a traceback; None where the traceback says more."""
    if isinstance(error, NotImplementedError):
        return f"not written yet: {error}"
    return str(error) if hasattr(error, "kind") else None


def _sentence(item: Any) -> str:
    return " ".join((inspect.getdoc(item.function) or item.name).split("\n\n")[0].split())


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Checks and points by assignment."""
    reached: dict[str, list[bool]] = defaultdict(list)
    for outcome in ("passed", "failed", "error"):
        for report in terminalreporter.stats.get(outcome, ()):
            if report.when == "call" or outcome == "error":
                reached[Path(report.nodeid.partition("::")[0]).stem].append(outcome == "passed")
    terminalreporter.section("your framework")
    for name, passed in sorted(reached.items()):
        title = name.removeprefix("test_").replace("_", " ")
        terminalreporter.line(f"{title:<24} {sum(passed):>3} of {len(passed)} public checks pass")
    terminalreporter.line("Hidden checks look at the same behaviour with other inputs.")
