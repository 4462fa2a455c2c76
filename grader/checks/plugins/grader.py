"""One check on the student's code: run, run again where that is needed, and put down to whose failure it is."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from functools import partial
from types import ModuleType
from typing import Any

import numpy as np

from grader.assignment.inside import seen_by
from grader.checks import collecting, verdict
from grader.checks.constants import Constants
from grader.checks.crossing import as_if_elsewhere
from grader.checks.framework import LocalFramework
from grader.checks.places import function_of
from grader.checks.plan import Failure
from grader.checks.plugins.integrated import Integrated
from grader.checks.plugins.state import State
from grader.checks.run import Run, fits_leaderboard
from grader.checks.verdict import Verdict
from grader.isolation.outside.faults import SandboxError, TooMuch
from grader.isolation.outside.process import ROOM
from grader.result import Check, CheckResult, LeaderboardEntry, Outcome

TIMES_THE_REFERENCE = 8  # what a check's answers may take: twice for another dtype, four times for a wrong shape
Open = Callable[[], AbstractContextManager[Any]]


class Grader:
    """Grades by the state's present plan.

    It remembers how many bytes the reference's answers take in the checks in which a student's took too many.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._needs: dict[str, int] = {}
        self._constants: Constants | None = None  # of the collected checks
        self._integrated = Integrated(state, self._run)

    def grade(self, item: Any, following: Any = None) -> CheckResult:
        """Run the check of an item, before that of the following one, say how it ended, and return that."""
        whole = self._integrated.run(item)
        run = whole if whole and whole.error is None else self._run_of_the_student(item, following)
        if whole and run is not whole:
            run.after(whole)
        found = self._settled(run, self._with_extras(run, self._judged(run)))
        points = found.share * run.check.points
        words = found.kind, found.message, found.detail
        result = CheckResult(run.check, found.outcome, points, *words, run.seconds, run.picture, matrix=run.matrix)
        if whole and whole.error is not None:
            self._integrated.tell(item, whole.error, found)
        self._state.plan.on_result(result)
        self._tell_of_failure(run, found)
        return result

    def _tell_of_failure(self, run: Run, found: Verdict) -> None:
        plan = self._state.plan
        if plan.on_failure and run.error and found.outcome in (Outcome.FAILED, Outcome.ERROR):
            shapes = run.bench.shapes if run.bench else ()
            rerun, rerun_other = partial(self._error_of, run.item), partial(self._error_of_other, run.item.session)
            plan.on_failure(Failure(run.check, run.error, rerun, shapes, rerun_other))

    # Runs

    def _run(self, item: Any, opened: Open, following: Any = None) -> Run:
        """One run of a check on the framework that `opened` gives."""
        state, check = self._state, self._state.checks[item.nodeid]
        run, before = Run(item, check, opened), state.run
        self._constants = self._constants or Constants(item.session.items, state.plan.reference)
        self._constants.restore(item)
        state.run = run
        try:
            item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
        except BaseException:  # a time limit in the middle of pytest: the next run begins with nothing of this one
            item.ihook.pytest_runtest_teardown(item=item, nextitem=None)
            item._initrequest()  # pytest has no public name for fresh fixtures
            raise
        finally:
            state.run = before
        run.end()
        return run

    def _run_of_the_student(self, item: Any, following: Any) -> Run:
        """The run that counts: a second one if the first was lost by our own fault, or had too little room."""
        check = self._state.checks[item.nodeid]
        opened = partial(self._open, check)
        run = self._run(item, opened, following)
        if isinstance(run.error, SandboxError):  # nothing is known about the student's code yet
            run = self._run(item, opened).after(run)
        if isinstance(run.error, TooMuch) and check.id not in self._needs:
            self._needs[check.id] = self._bytes_of_the_reference(item)
            if self._room(check) > ROOM:
                run = self._run(item, opened).after(run)
        if isinstance(run.error, TooMuch):
            run.error = TooMuch(run.error.size, self._needs[check.id])
        return run

    def _room(self, check: Check) -> int:
        """What the answers of a student may take, in bytes, if that is more than usual."""
        return TIMES_THE_REFERENCE * self._needs.get(check.id, 0)

    @contextmanager
    def _open(self, check: Check) -> Iterator[Any]:
        """The student's framework for a check."""
        plan, own, room = self._state.plan, check.time_limit, self._room(check)
        if own:
            plan.on_begin(check)
        with plan.open(self._state.assignment_of(check), *([own] if own else [])) as framework:
            if room:
                framework.allow(room)
            yield framework

    def _bytes_of_the_reference(self, item: Any) -> int:
        """What the reference's answers in a check take; 0 if that cannot be found out."""
        state = self._state
        if state.plan.open_reference is None:
            return 0
        assignment = state.assignment_of(state.checks[item.nodeid])
        with suppress(SandboxError), state.plan.open_reference(assignment) as framework:
            self._run(item, lambda: nullcontext(framework))
            return framework.taken
        return 0

    def _error_of(self, item: Any, package: ModuleType) -> BaseException | None:
        """What a check raises for a package of this process."""
        seen = seen_by(package, self._state.checks[item.nodeid].assignment)
        return self._run(item, lambda: nullcontext(LocalFramework(seen))).error

    def _error_of_other(self, session: Any, id: str, package: ModuleType) -> BaseException | None:
        """The same of the check with this id."""
        return next(self._error_of(i, package) for i in session.items if self._state.checks[i.nodeid].id == id)

    # Verdicts

    def _judged(self, run: Run) -> Verdict:
        if run.error is None:
            return verdict.PASSED
        holes = self._state.assignment_of(run.check).holes
        return verdict.judge(run.error, function_of(run.error, self._state.plan.reference, holes))

    def _with_extras(self, run: Run, found: Verdict) -> Verdict:
        """With the score and leaderboard value that the check set, by our decorators or gradescope-utils'."""
        if found.outcome is Outcome.INTERNAL:
            return found
        if collecting.gives_partial_credit(run.item):
            found = verdict.partial(found, run.score, run.check.points)
        column, value = collecting.leaderboard_column(run.item), run.leaderboard_value
        if column is None or value is None:
            return found
        if not fits_leaderboard(value):
            return verdict.judge(ValueError(f"a leaderboard takes a number or a text, but was given {value!r}"))
        plain = value.item() if isinstance(value, np.generic) else value
        entry = LeaderboardEntry(column[0], plain, column[1])
        self._state.plan.leaderboard.setdefault(run.check.assignment, []).append(entry)
        return found

    def _settled(self, run: Run, found: Verdict) -> Verdict:
        """Whose failure a doubtful one is: the check's, if it fails for the reference too, else the student's."""
        if not found.doubtful:
            return found
        reference = as_if_elsewhere(self._state.plan.in_place_of_the_student(run.check))
        again = self._run(run.item, lambda: nullcontext(reference))
        is_ours = again.error is not None or not again.has_set_what_it_has_to
        return verdict.internal(found.error) if is_ours else found
