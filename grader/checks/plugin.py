"""The pytest plugin: collects checks, gives each a framework of its own, and records how it ended.

It runs in the trusted process. What a check is given as `student` is decided by the caller (`Plan.open`): remote objects when a submission
is graded, a package in this process when the course examines itself.
"""

import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path
from time import monotonic
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from _pytest.runner import runtestprotocol  # as plugins that run a test again do; pytest has no public name for it

from grader.assignment import Assignment, AssignmentError
from grader.assignment.inside import seen_by
from grader.authored import Data
from grader.checks import collecting, verdict
from grader.checks.crossing import as_if_elsewhere
from grader.checks.errors import finish, under_test
from grader.checks.framework import LocalFramework
from grader.checks.places import function_of
from grader.checks.plan import Failure, Plan, Run, fits_leaderboard
from grader.checks.seeding import rng_for
from grader.checks.speed import SECONDS_OF_THE_REFERENCE, Speed, Work, measure
from grader.checks.twin import Workbench
from grader.isolation.outside.faults import SandboxError, TooMuch
from grader.isolation.outside.process import ROOM
from grader.result import Check, CheckResult, LeaderboardEntry, Outcome

TIMES_THE_REFERENCE = 8  # what a check's answers may take: twice for another dtype, four times for a wrong shape


@dataclass(eq=False)  # one is no other: pytest before 9.1 keeps plugins in a set
class ChecksPlugin:
    """One run of pytest over the hidden and public tests of some assignments.

    When a check is through, the student's process may still be busy with what it was asked for last: that check is concluded after the
    next one, which runs meanwhile.
    """

    plan: Plan  # the present one
    plans: Iterator[Plan] = field(default_factory=lambda: iter(()))  # those that come after it, in the same session
    checks: dict[str, Check] = field(default_factory=dict)
    results: list[CheckResult] = field(default_factory=list)
    problem: Exception | None = None  # why nothing is run
    fault: BaseException | None = None  # what went wrong in pytest or in here
    _run: Run | None = None  # the present one
    _open: Run | None = None  # the one before, if it is to be concluded
    _is_last: bool = False  # no check comes after this run of one, which is concluded at once
    _stand_in: Callable[[], Any] | None = None  # makes what the present check runs on once more
    _needs: dict[str, int] = field(
        default_factory=dict
    )  # bytes that the reference's answers take, of the checks where that was found out

    # Collection

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self, collector: pytest.Collector) -> Iterator[pytest.CollectReport]:
        """A file of checks that ends the process is as broken as one that raises; pytest would end with it."""
        try:
            return (yield)
        except SystemExit as error:
            return pytest.CollectReport(collector.nodeid, "failed", f"it ends the process: {error!r}", [])

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

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        session.config.option.tbstyle = "line"  # pytest would read and parse sources for a text that nobody is shown

    # One submission after another

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        for plan in chain((self.plan,), self.plans):
            self.plan = plan
            if not self.problem:
                self._run_all(session.items)
            if self.problem:
                break  # before the next one is asked for: nobody would carry it out
        return True

    def _run_all(self, items: list[Any]) -> None:
        """Run the checks that the present plan keeps."""
        items = [item for item in items if self.plan.keep(self.checks[item.nodeid])]
        self.results.clear()
        try:
            self.plan.on_collected([self.checks[item.nodeid] for item in items])
        except Exception as error:  # then nothing can be run
            self.problem = error
            return
        for item, following in zip(items, [*items[1:], None], strict=True):
            item._initrequest()  # fresh fixtures
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)

    # One check

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: Any, nextitem: Any) -> bool | None:
        self._is_last = nextitem is None
        check = self.checks[item.nodeid]
        if monotonic() < self.plan.deadline:
            self._run = Run(item, check)
            return None
        message = "the time for the whole grading was used up before"
        self._conclude_the_one_before()
        self._record(CheckResult(check, Outcome.NOT_RUN, kind="The time for all checks was used up.", message=message))
        item.session._setupstate.teardown_exact(nextitem)  # as pytest does after a check that ran
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: Any) -> None:
        for layer in collecting.layers(item.function):  # gradescope-utils keeps them on the function
            vars(layer).pop("__score__", None)
            vars(layer).pop("__leaderboard_value__", None)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: Any) -> Iterator[None]:
        yield
        if self._is_last or collecting.gives_partial_credit(item) or collecting.leaderboard_column(item):
            finish()  # what a check asked for last, and did not look at, is a part of it
            self._raise_deferred()
        elif self._run.framework:
            self._run.framework.begin()

    def pytest_runtest_makereport(self, call: pytest.CallInfo[None]) -> None:
        if call.excinfo is not None and self._run.error is None:
            self._fail(call.excinfo.value)

    def _fail(self, error: BaseException) -> None:
        self._run.error = error
        if self._stand_in is None:
            function = function_of(error, self.plan.reference, self._assignment(self._run.check).holes)
            self._run.ended = verdict.judge(error, function)
            self._run.lost = isinstance(error, SandboxError)

    def pytest_runtest_logfinish(self) -> None:
        self._run.seconds = monotonic() - self._run.started
        self._conclude_the_one_before()
        if self._run.error is None and self._run.framework and self._run.framework.is_busy:
            self._open = self._run
        else:
            self._conclude()

    def _conclude_the_one_before(self) -> None:
        before, self._open = self._open, None
        if before:
            present, self._run = self._run, before
            self._conclude()
            self._run = present

    def _conclude(self) -> None:
        """Hear the last answers in the present run, settle who is at fault, and say how the check ended."""
        run, waiting = self._run, monotonic()
        self._hear_the_end()
        if run.lost:  # then nothing is known about the student's code; a second time, the points are withheld
            self._run = run = Run(run.item, run.check, seconds=run.seconds)
            self._run_again()
            self._hear_the_end()
        if isinstance(run.error, TooMuch):
            self._run = run = self._with_the_room_it_needs(run)
        run.seconds += monotonic() - waiting
        v = self._settled(run.ended)
        points = v.share * run.check.points
        self._record(CheckResult(run.check, v.outcome, points, v.kind, v.message, v.detail, run.seconds, run.picture))
        if self.plan.on_failure and run.error and v.outcome in (Outcome.FAILED, Outcome.ERROR):
            shapes = run.bench.shapes if run.bench else ()
            self.plan.on_failure(Failure(run.check, run.error, partial(self._rerun, run.item, run.check), shapes))

    def _with_the_room_it_needs(self, run: Run) -> Run:
        """The run, or another one if the reference's own answers take so much that there has to be more room for those of the student."""
        need = self._needs.get(run.check.id)
        if need is None:
            need = self._needs[run.check.id] = self._need()
            if need * TIMES_THE_REFERENCE > ROOM:
                self._run = run = Run(run.item, run.check, seconds=run.seconds)
                self._run_again()
                self._hear_the_end()
        if isinstance(run.error, TooMuch):
            run.error = TooMuch(run.error.size, need)
            run.ended = verdict.judge(run.error)
        return run

    def _need(self) -> int:
        """Bytes that the reference's answers in the present check take; 0 if that cannot be found out."""
        if self.plan.open_reference is None:
            return 0
        with suppress(SandboxError), self.plan.open_reference(self._assignment(self._run.check)) as framework:
            self._rerun_of(self._run.item, self._run.check, lambda: framework)
            return framework.taken
        return 0

    def _hear_the_end(self) -> None:
        try:
            with self._run.opened:
                if self._run.framework and self._run.error is None:
                    self._run.framework.finish()
                    self._raise_deferred()
        except Exception as error:
            if self._run.error is None:
                self._fail(error)

    def _raise_deferred(self) -> None:
        """Raise what was wrong but has to wait for the end, as it costs less than anything after it would."""
        if self._run.bench and self._run.bench.deferred:
            raise self._run.bench.deferred[0]

    def pytest_runtest_teardown(self, item: Any) -> None:
        if self._run.ended.outcome is not Outcome.INTERNAL and self._stand_in is None:
            self._take_extras(item)

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> bool:
        self.fault = excinfo.value
        return True  # nobody else has to print it

    def pytest_sessionfinish(self) -> None:
        for run in (self._open, self._run):  # where the session was interrupted
            if run:
                run.opened.close()

    def _record(self, result: CheckResult) -> None:
        self.results.append(result)
        self.plan.on_result(result)

    def _settled(self, found: verdict.Verdict) -> verdict.Verdict:
        """Whose failure a doubtful one is: the check's, if it fails for the reference too, else the student's."""
        if not found.doubtful:
            return found
        return verdict.internal(found.error) if self._fails_for_the_reference() else found

    def _fails_for_the_reference(self) -> bool:
        again = self._rerun_of(
            self._run.item, self._run.check, lambda: as_if_elsewhere(self.plan.reference_of(self._run.check))
        )
        return again.error is not None or not again.has_set_what_it_has_to

    def _rerun(self, item: Any, check: Check, package: ModuleType) -> BaseException | None:
        """What a check raises for a package of this process."""
        return self._rerun_of(item, check, lambda: LocalFramework(seen_by(package, check.assignment))).error

    def _rerun_of(self, item: Any, check: Check, framework: Callable[[], Any]) -> Run:
        before, self._stand_in = self._run, framework
        self._run = again = Run(item, check)
        try:
            with (
                warnings.catch_warnings()
            ):  # pytest keeps them from a check's first run, but not from what is run later
                warnings.simplefilter("ignore")
                self._run_again()
            return again
        finally:
            self._stand_in, self._run = None, before
            item.session._setupstate.teardown_exact(None)  # for the next check, wherever a time limit ended this run

    def _run_again(self) -> None:
        item = self._run.item
        item.session._setupstate.teardown_exact(None)  # what the check after this one has set up
        item._initrequest()  # fresh fixtures
        self._is_last = True
        runtestprotocol(item, log=False, nextitem=None)

    def _take_extras(self, item: Any) -> None:
        """The score and leaderboard value that the check set, by our decorators or gradescope-utils'."""
        run = self._run
        if collecting.gives_partial_credit(item):
            run.ended = verdict.partial(run.ended, run.score, run.check.points)
        column = collecting.leaderboard_column(item)
        value = run.leaderboard_value
        if column is None or value is None:
            return
        if not fits_leaderboard(value):
            run.ended = verdict.judge(ValueError(f"a leaderboard takes a number or a text, but was given {value!r}"))
            return
        plain = value.item() if isinstance(value, np.generic) else value
        entry = LeaderboardEntry(column[0], plain, column[1])
        self.plan.leaderboard.setdefault(run.check.assignment, []).append(entry)

    def _assignment(self, check: Check) -> Assignment:
        return next(a for a in self.plan.assignments if a.number == check.assignment)

    # Fixtures. They know the present check themselves: pytest takes longer to make its `request` than they take to run

    @pytest.fixture
    def student(self) -> Iterator[Any]:
        """The framework under test; a fresh one, in a process of its own, for every check."""
        run = self._run
        if self._stand_in:
            run.framework = self._stand_in()
        else:
            before, assignment, own = monotonic(), self._assignment(run.check), run.check.time_limit
            if own:
                self.plan.on_begin(run.check)
            opened = self.plan.open(assignment, own) if own else self.plan.open(assignment)
            run.framework = run.opened.enter_context(opened)
            if need := self._needs.get(run.check.id):
                run.framework.allow(TIMES_THE_REFERENCE * need)
            run.started += monotonic() - before  # to wait for a worker, or for its import, is no part of a check
        with under_test(run.framework):
            yield run.framework

    @pytest.fixture
    def reference(self) -> LocalFramework:
        """The reference, with the interface of `student`."""
        return LocalFramework(self.plan.reference_of(self._run.check))

    @pytest.fixture
    def rng(self) -> np.random.Generator:
        """Random numbers of this check and submission."""
        return rng_for(self._run.check.id, self.plan.seed)

    @pytest.fixture
    def data(self) -> Data:
        """Files of data, by name."""
        return Data(self._assignment(self._run.check).folder / "data")

    @pytest.fixture
    def twin(self, student: Any, rng: np.random.Generator) -> Workbench:
        """Makes objects on both sides, see `checks.twin`."""
        self._run.bench = Workbench(student, self.plan.reference_of(self._run.check), rng)
        return self._run.bench

    @pytest.fixture
    def measure(self, student: Any, rng: np.random.Generator) -> Iterator[Callable[[Work], Speed]]:
        """Measures how fast the framework is beside the reference, see `checks.speed`."""
        opened: AbstractContextManager[Any] = nullcontext(LocalFramework(self.plan.reference_of(self._run.check)))
        if student.is_alone and self.plan.open_reference:
            opened = self.plan.open_reference(self._assignment(self._run.check), SECONDS_OF_THE_REFERENCE)
        with opened as rival:
            yield lambda work: measure(student, rival, work, rng)

    @pytest.fixture
    def set_score(self) -> Callable[[float], None]:
        return self._run.extras.set_score

    @pytest.fixture
    def set_leaderboard_value(self) -> Callable[[float | str], None]:
        return self._run.extras.set_leaderboard_value
