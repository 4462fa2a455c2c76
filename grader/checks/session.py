"""A session of pytest over the checks of some assignments. Nothing in the environment takes part in it."""

import os
from collections.abc import Iterable

import pytest

from grader.checks.plan import Plan
from grader.checks.plugins.collection import Collection
from grader.checks.plugins.fixtures import Fixtures
from grader.checks.plugins.loop import Loop
from grader.checks.plugins.phases import Phases
from grader.checks.plugins.state import State
from grader.result import CheckResult

# pytest's own plugins that no check can need. Their output would go nowhere, and they take time to be imported and
# registered. unraisableexception collects garbage ten times, which takes longer than thirty checks.
UNUSED = (
    *("terminal", "capture", "logging", "junitxml", "pastebin", "cacheprovider", "stepwise", "setuponly", "setupplan"),
    *("doctest", "legacypath", "threadexception", "unraisableexception"),
)


def run_checks(plans: Iterable[Plan], files: list[str]) -> list[CheckResult]:
    """Run the checks in `files` by one plan after another, and return the results of the last plan.

    The first plan is taken from the iterable before the checks are collected, each other plan when the one before has
    been carried out. Raises what `run_session` raises.
    """
    plans = iter(plans)
    first = next(plans, None)
    if first is None:
        return []
    state = State(first)
    run_session(state, Loop(state, plans), files)
    return state.results


def run_session(state: State, loop: object, files: list[str]) -> None:
    """Run pytest over `files`; `loop` is the plugin that does something with the checks once they are collected.

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
    plugins = [Collection(state), loop, Phases(state), Fixtures(state)]
    status = pytest.main([*quiet, *alone, *files], plugins=plugins)
    if state.problem:
        raise state.problem
    if status == pytest.ExitCode.INTERRUPTED:  # pytest swallows Ctrl-C
        raise KeyboardInterrupt
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise RuntimeError(f"the checks could not be run to the end: {state.fault or status!r}") from state.fault
