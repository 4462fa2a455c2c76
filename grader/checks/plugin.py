"""The pytest plugin: collects checks, gives each a framework of its own, and records how it ended.

It runs in the trusted process. What a check is given as `student` is decided by the caller (`Plan.open`): remote objects when a submission
is graded, a package in this process when the course examines itself.
"""

import math
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from types import ModuleType
from typing import Any, TypeVar

import numpy as np
import pytest
from _pytest.runner import runtestprotocol  # as plugins that run a test again do; pytest has no public name for it

from grader.assignment import Assignment, AssignmentError
from grader.checks import collecting, verdict
from grader.checks.errors import finish, under_test
from grader.checks.framework import LocalFramework
from grader.checks.seeding import rng_for
from grader.checks.twin import Workbench
from grader.compare import Mismatch
from grader.isolation.faults import SandboxError
from grader.picture import Picture, error_picture
from grader.result import Check, CheckResult, LeaderboardEntry, Outcome


@dataclass(frozen=True)
class Plan:
    """What to run and on what.

    `open` gives a fresh framework for one check of an assignment and takes it away afterwards; `on_result` hears of every result at once.
    `on_failure` hears of a wrong answer or an exception after that, and may run the check again on packages of this process.
    """

    assignments: tuple[Assignment, ...]
    reference: ModuleType
    seed: int
    open: Callable[[Assignment], AbstractContextManager[Any]]
    on_result: Callable[[CheckResult], None] = lambda _result: None
    on_collected: Callable[[Iterable[Check]], None] = lambda _checks: None
    deadline: float = math.inf  # on the clock of `time.monotonic`; no check begins after it
    keep: Callable[[Check], bool] = lambda _check: True
    on_failure: Callable[["Failure"], None] | None = None


@dataclass(frozen=True)
class Failure:
    """A check that the student's code failed: what it raised, and a way to see what it raises for a package of this process, if anything.

    `shapes` are those of the arrays that the framework was given.
    """

    check: Check
    error: BaseException
    rerun: Callable[[ModuleType], BaseException | None]
    shapes: tuple[tuple[int, ...], ...] = ()


@dataclass
class Extras:
    """What a check says of itself while it runs."""

    score: float | None = None
    leaderboard_value: float | str | None = None

    def set_score(self, value: float) -> None:
        self.score = value

    def set_leaderboard_value(self, value: float | str) -> None:
        self.leaderboard_value = value


@dataclass
class ChecksPlugin:
    """One run of pytest over the hidden and public tests of some assignments."""

    plan: Plan
    checks: dict[str, Check] = field(default_factory=dict)
    results: list[CheckResult] = field(default_factory=list)
    leaderboard: dict[str, list[LeaderboardEntry]] = field(default_factory=dict)
    problem: AssignmentError | None = None
    fault: BaseException | None = None  # what went wrong in pytest or in here
    _spent: dict[str, float] = field(default_factory=dict)
    _item: Any = None
    _stand_in: ModuleType | None = None  # the package of this process on which the present check runs once more
    _error: BaseException | None = None  # what the present run of a check raised
    _bench: Workbench | None = None
    _lost: bool = False  # the present check lost its worker, by our own fault
    _extras: Extras = field(default_factory=Extras)
    _verdict: verdict.Verdict = verdict.PASSED

    # Collection

    @pytest.hookimpl(tryfirst=True)
    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed and self.problem is None:
            file, _, place = report.nodeid.partition("::")
            self.problem = AssignmentError(Path("/", file), f"it cannot be imported:\n{report.longreprtext}", place)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        try:
            self.checks = {} if self.problem else collecting.checks_of(items, self.plan.assignments)
        except AssignmentError as error:
            self.problem = error
        if self.problem:
            items.clear()
        items[:] = [item for item in items if self.plan.keep(self.checks[item.nodeid])]
        self.plan.on_collected(self.checks[item.nodeid] for item in items)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        session.config.option.tbstyle = "line"  # pytest would read and parse sources for a text that nobody is shown

    # One check

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: Any, nextitem: Any) -> bool | None:
        self._item = item
        check = self.checks[item.nodeid]
        assignment = self._assignment(check)
        if self._spent.get(assignment.number, 0.0) >= assignment.total_seconds:
            message = f"the {assignment.total_seconds:g} s for all checks of this assignment were used up before"
        elif monotonic() >= self.plan.deadline:
            message = "the time for the whole grading was used up before"
        else:
            return None
        self._record(CheckResult(check, Outcome.NOT_RUN, kind="The time for all checks was used up.", message=message))
        item.session._setupstate.teardown_exact(nextitem)  # as pytest does after a check that ran
        return True

    def pytest_runtest_logstart(self) -> None:
        self._extras = Extras()
        self._verdict = verdict.PASSED
        self._lost = False
        self._error = None
        self._bench = None
        self._started = monotonic()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: Any) -> None:
        for layer in collecting.layers(item.function):  # gradescope-utils keeps them on the function
            vars(layer).pop("__score__", None)
            vars(layer).pop("__leaderboard_value__", None)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Iterator[None]:
        yield
        finish()  # what a check asked for last, and did not look at, is a part of it

    def pytest_runtest_makereport(self, call: pytest.CallInfo[None]) -> None:
        if call.excinfo is None or self._error is not None:
            return
        self._error = call.excinfo.value
        if self._stand_in is None:
            self._verdict = verdict.judge(self._error)
            self._lost = isinstance(self._error, SandboxError)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        if self._lost:  # then nothing is known about the student's code; a second time, the points are withheld
            self.pytest_runtest_logstart()
            self._run_again()
        check = self.checks[nodeid]
        seconds = monotonic() - self._started
        self._spent[check.assignment] = self._spent.get(check.assignment, 0.0) + seconds
        v = self._settled(self._verdict)
        self._record(CheckResult(check, v.outcome, v.share * check.points, v.kind, v.message, v.detail, seconds, self._picture()))
        if self.plan.on_failure and self._error and v.outcome in (Outcome.FAILED, Outcome.ERROR):
            shapes = self._bench.shapes if self._bench else ()
            self.plan.on_failure(Failure(check, self._error, self._rerun, shapes))

    def pytest_runtest_teardown(self, item: Any) -> None:
        if self._verdict.outcome is not Outcome.INTERNAL and self._stand_in is None:
            self._take_extras(item)

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> bool:
        self.fault = excinfo.value
        return True  # nobody else has to print it

    def _picture(self) -> Picture:
        arrays = (self._error.actual, self._error.expected) if isinstance(self._error, Mismatch) else (None, None)
        return error_picture(*arrays)

    def _record(self, result: CheckResult) -> None:
        self.results.append(result)
        self.plan.on_result(result)

    def _settled(self, found: verdict.Verdict) -> verdict.Verdict:
        """Whose failure a doubtful one is: the check's, if it fails for the reference too, else the student's."""
        if not found.doubtful:
            return found
        return verdict.internal(found.error) if self._fails_for_the_reference() else found

    def _fails_for_the_reference(self) -> bool:
        error = self._rerun(self.plan.reference)
        return error is not None or not (self._has_score() and _fits_leaderboard(self._leaderboard_value(self._item)))

    def _rerun(self, package: ModuleType) -> BaseException | None:
        """What the present check raises for a package of this process."""
        before, self._stand_in, self._error = self._error, package, None
        self._extras = Extras()
        try:
            self._run_again()
            return self._error
        finally:
            self._stand_in, self._error = None, before
            self._item.session._setupstate.teardown_exact(None)  # for the next check, wherever a time limit ended this run

    def _run_again(self) -> None:
        self._item._initrequest()  # fresh fixtures
        runtestprotocol(self._item, log=False, nextitem=None)

    def _take_extras(self, item: Any) -> None:
        """The score and leaderboard value that the check set, by our decorators or gradescope-utils'."""
        if collecting.gives_partial_credit(item):
            self._verdict = verdict.partial(self._verdict, self._score(item), self.checks[item.nodeid].points)
        column = collecting.leaderboard_column(item)
        value = self._leaderboard_value(item)
        if column is None or value is None:
            return
        if not _fits_leaderboard(value):
            self._verdict = verdict.judge(ValueError(f"a leaderboard takes a number or a text, but was given {value!r}"))
            return
        plain = value.item() if isinstance(value, np.generic) else value
        entry = LeaderboardEntry(column[0], plain, column[1])
        self.leaderboard.setdefault(self.checks[item.nodeid].assignment, []).append(entry)

    def _score(self, item: Any) -> Any:
        return collecting.kept(item, "__score__", self._extras.score)

    def _has_score(self) -> bool:
        """Whether the present check set a score, if it has to."""
        return not collecting.gives_partial_credit(self._item) or verdict.is_number(self._score(self._item))

    def _leaderboard_value(self, item: Any) -> Any:
        return collecting.kept(item, "__leaderboard_value__", self._extras.leaderboard_value)

    def _assignment(self, check: Check) -> Assignment:
        return next(a for a in self.plan.assignments if a.number == check.assignment)

    # Fixtures. They know the present check themselves: pytest takes longer to make its `request` than they take to run

    @pytest.fixture
    def student(self) -> Iterator[Any]:
        """The framework under test; a fresh one, in a process of its own, for every check."""
        if self._stand_in:
            yield LocalFramework(self._stand_in)
            return
        with self.plan.open(self._assignment(self.checks[self._item.nodeid])) as framework, under_test(framework):
            yield framework

    @pytest.fixture
    def reference(self) -> LocalFramework:
        """The reference, with the interface of `student`."""
        return LocalFramework(self.plan.reference)

    @pytest.fixture
    def rng(self) -> np.random.Generator:
        """Random numbers of this check and submission."""
        return rng_for(self.checks[self._item.nodeid].id, self.plan.seed)

    @pytest.fixture
    def twin(self, student: Any, rng: np.random.Generator) -> Workbench:
        """Makes objects on both sides, see `checks.twin`."""
        self._bench = Workbench(student, self.plan.reference, rng)
        return self._bench

    @pytest.fixture
    def set_score(self) -> Callable[[float], None]:
        return self._extras.set_score

    @pytest.fixture
    def set_leaderboard_value(self) -> Callable[[float | str], None]:
        return self._extras.set_leaderboard_value


def _fits_leaderboard(value: Any) -> bool:
    return value is None or isinstance(value, str) or verdict.is_number(value)


# Plugins of pytest's own that no check can need: what they print or write goes nowhere here, and they take time to be imported and registered;
# unraisableexception collects garbage ten times, which takes longer than thirty checks.
UNUSED = (
    "terminal",
    "logging",
    "junitxml",
    "pastebin",
    "doctest",
    "cacheprovider",
    "setuponly",
    "setupplan",
    "unraisableexception",
)

Session = TypeVar("Session", bound=ChecksPlugin)


def run_checks(plan: Plan, files: list[str]) -> ChecksPlugin:
    """Run the checks in `files` and return what was found; raises what `run_session` does."""
    return run_session(ChecksPlugin(plan), files)


def run_session(plugin: Session, files: list[str]) -> Session:
    """Run pytest over `files` with a plugin, and return the plugin.

    Raises:
        AssignmentError: if the course is broken; nothing was run then.
        RuntimeError: if pytest itself failed.
    """
    # No configuration, plugin or cache of the surroundings takes part: a grading depends on the course alone.
    quiet = ["--noconftest", "--capture=no", *(f"-pno:{name}" for name in UNUSED)]
    alone = ["-c", "/dev/null", "--rootdir", "/", "--import-mode=importlib", "-W", "default"]
    alone += ["--confcutdir", os.path.commonpath(map(os.path.dirname, files))]  # else pytest looks at every entry of / and of all folders below it, down to the files
    status = pytest.main([*quiet, *alone, *files], plugins=[plugin])
    if plugin.problem:
        raise plugin.problem
    if status == pytest.ExitCode.INTERRUPTED:  # pytest swallows Ctrl-C
        raise KeyboardInterrupt
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise RuntimeError(f"the checks could not be run to the end: {plugin.fault or status!r}") from plugin.fault
    return plugin
