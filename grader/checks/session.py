"""A session of pytest over the checks of some assignments. Nothing in the environment takes part in it."""

import os
from collections.abc import Iterable
from typing import TypeVar

import pytest

from grader.checks.plan import Plan
from grader.checks.plugin import ChecksPlugin
from grader.result import CheckResult

# pytest's own plugins that no check can need. Their output would go nowhere, and they take time to be imported and
# registered. unraisableexception collects garbage ten times, which takes longer than thirty checks.
UNUSED = (
    *("terminal", "capture", "logging", "junitxml", "pastebin", "cacheprovider", "stepwise", "setuponly", "setupplan"),
    *("doctest", "legacypath", "threadexception", "unraisableexception"),
)

Session = TypeVar("Session", bound=ChecksPlugin)


def run_checks(plans: Iterable[Plan], files: list[str]) -> list[CheckResult]:
    """Run the checks in `files` by one plan after another, and return the results of the last plan.

    The first plan is taken from the iterable before the checks are collected, each other plan when the one before has
    been carried out. Raises what `run_session` raises.
    """
    plans = iter(plans)
    first = next(plans, None)
    return run_session(ChecksPlugin(first, plans), files).results if first else []


def run_session(plugin: Session, files: list[str]) -> Session:
    """Run pytest over `files` with a plugin, and return the plugin.

    Raises:
        AssignmentError: if the course is broken; nothing was run then.
        Exception: what `on_collected` raised; nothing was run then, either.
        RuntimeError: if pytest itself failed.
    """
    # No configuration, plugin or cache of the environment takes part, as a grading depends on the course alone.
    quiet = ["--noconftest", *(f"-pno:{name}" for name in UNUSED)]
    alone = ["-c", "/dev/null", "--rootdir", "/", "--import-mode=importlib", "-W", "default"]
    # Otherwise pytest looks at every entry of / and of all folders below it, down to the files.
    alone += ["--confcutdir", os.path.commonpath(map(os.path.dirname, files))]
    status = pytest.main([*quiet, *alone, *files], plugins=[plugin])
    if plugin.problem:
        raise plugin.problem
    if status == pytest.ExitCode.INTERRUPTED:  # pytest swallows Ctrl-C
        raise KeyboardInterrupt
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise RuntimeError(f"the checks could not be run to the end: {plugin.fault or status!r}") from plugin.fault
    return plugin
