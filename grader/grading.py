"""Grades a submission on some assignments: puts the package together, gives each check a worker, makes a report."""

import importlib.util
import math
import os
import signal
import sys
import traceback
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from time import monotonic
from types import ModuleType
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from grader.ahead import Ahead
from grader.assignment import Assignment, AssignmentError, Course, Variants
from grader.assignment.inside import attach, is_attached, read_inside, require_sound, seen_by
from grader.checks.crossing import class_at
from grader.checks.plan import Plan
from grader.checks.session import run_checks
from grader.diagnosis import EXPLANATION_SECONDS, Investigation, Suspects, diagnosed
from grader.isolation.outside.faults import SandboxError
from grader.isolation.outside.remote import ClassAt, RemoteFramework
from grader.isolation.outside.sandbox import Sandbox
from grader.isolation.probing import probe
from grader.preparation import PreparedPackage, earlier_assignments, prepare
from grader.result import (
    OUT_OF_TIME,
    AssignmentReport,
    Check,
    CheckResult,
    LeaderboardEntry,
    Outcome,
    Report,
)
from grader.submission import Submission
from grader.workers import Workers

T = TypeVar("T")


@dataclass(frozen=True)
class Settings:
    """How submissions are graded.

    seed: what the checks' inputs are drawn from; by default each submission's own seed. deadline: in the time of
    `time.monotonic`; checks that have not begun by then are listed as not run. allow_unconfined: grade even if student
    code cannot be confined on this machine. explained_for: processor time [s] in which the failures of one
    assignment are explained; if it is 0, none is, as that takes longer than the checks themselves. keep: which checks
    are run, the others are not in the report. on_begin: called with a check that trains, when it begins. on_result:
    called with the result of every check when it ends. on_report: called with the whole report so far, after collection
    and after every check.
    """

    seed: int | None = None
    deadline: float = math.inf
    allow_unconfined: bool = False
    explained_for: float = EXPLANATION_SECONDS
    keep: Callable[[Check], bool] = lambda _check: True
    on_begin: Callable[[Check], None] = lambda _check: None
    on_result: Callable[[CheckResult], None] = lambda _result: None
    on_report: Callable[[Report], None] | None = None

    @property
    def last_explanation(self) -> float:
        """When explaining has to end: half of the time that is left, as the report has to be written, too."""
        return self.deadline if self.deadline == math.inf else (monotonic() + self.deadline) / 2


def grade(
    course: Course, submission: Submission, assignments: tuple[Assignment, ...], sandbox: Sandbox, **settings: Any
) -> Report:
    """Grade a submission on some assignments, every check in a process of its own.

    `settings` are the fields of `Settings`.

    Raises:
        AssignmentError: if the course is broken.
        UnconfinedError: if hidden checks should not be run on this machine.
        SandboxError: if no worker can be started.
    """
    reports: list[Report] = []
    grade_each(course, [submission], assignments, sandbox, reports.append, **settings)
    return reports[0]


def grade_each(
    course: Course,
    submissions: Iterable[Submission],
    assignments: tuple[Assignment, ...],
    sandbox: Sandbox,
    on_graded: Callable[[Report], None],
    **settings: Any,
) -> None:
    """Grade one submission after another. The checks are collected once.

    The next submission is taken from the iterable when the one before has been graded.

    Raises:
        AssignmentError, UnconfinedError, SandboxError: as `grade`, at the first submission that cannot be graded.
    """
    reference = import_reference(course.root)
    grading = Grading(course, assignments, sandbox, reference, Suspects(course, assignments), Settings(**settings))
    with closing(plan for submission in submissions for plan in grading.plan(submission, on_graded)) as plans:
        run_checks(plans, [str(file) for a in assignments for file in a.test_files])


@dataclass(frozen=True)
class Grading:
    """What is the same for all submissions."""

    course: Course
    assignments: tuple[Assignment, ...]
    sandbox: Sandbox
    reference: ModuleType
    suspects: Suspects
    settings: Settings
    solutions: dict[str, PreparedPackage] = field(default_factory=dict)  # the reference as a submission, made on demand

    def plan(self, submission: Submission, on_graded: Callable[[Report], None]) -> Iterator[Plan]:
        """Yield the plan for one submission. When it has been carried out, give its whole report to `on_graded`."""
        settings = self.settings
        seed = submission.seed if settings.seed is None else settings.seed
        draft = Draft(submission, seed, self.assignments)
        packages: dict[str, PreparedPackage] = {}
        walls = Ahead(lambda: confinement(self.sandbox, settings.allow_unconfined))

        def prepare_all() -> None:
            walls.result()  # if student code cannot be confined, none of it is touched
            for a in self.assignments:
                packages[a.number] = _at_second_try(lambda a=a: prepare(self.course, submission, a, self.sandbox))
            workers.make_first(self.assignments[0])

        def announce() -> None:
            if settings.on_report:
                settings.on_report(draft.report())

        def finished(result: CheckResult) -> None:
            draft.hear(result)
            announce()
            settings.on_result(result)

        def collected(checks: Sequence[Check]) -> None:
            draft.expect(checks)
            draft.isolation = walls.result()
            announce()  # trying to import the student's package may take minutes
            preparation.result()
            draft.package_notices.update({number: package.notices for number, package in packages.items()})
            by_number = {a.number: a for a in self.assignments}
            workers.expect((by_number[check.assignment] for check in checks), _own_limits(checks))

        investigation = Investigation(self.suspects)
        hear_of = investigation.hear_of if settings.explained_for else None
        workers = Workers(self.sandbox, packages, self._class_at, settings.deadline)
        with workers, Ahead(prepare_all) as preparation:
            plan = Plan(self.assignments, self.reference, seed, workers.open, finished, collected, settings.deadline)
            yield replace(plan, on_failure=hear_of, **self._further(submission))
        draft.leaderboard, draft.check_notices = plan.leaderboard, plan.notices
        investigation.explain(draft.results, settings.explained_for, settings.last_explanation)
        draft.add(investigation)
        on_graded(draft.report())

    def _further(self, submission: Submission) -> dict[str, Any]:
        """Which checks a plan keeps, and what it can open besides the package of an assignment; by names of fields."""
        earlier = {a.number: earlier_assignments(self.course, submission, a) for a in self.assignments}
        open_with = partial(self._open_with, submission)
        another = Variants(self.course).package
        return {
            "keep": self.settings.keep,
            "on_begin": self.settings.on_begin,
            "open_reference": self._open_reference,
            "earlier": earlier,
            "open_with": open_with,
            "another_reference": another,
        }

    @contextmanager
    def _open_with(
        self, submission: Submission, assignment: Assignment, earlier: Collection[str], own: float | None = None
    ) -> Iterator[RemoteFramework]:
        """The student's framework in a worker, with the student's own files of these earlier assignments."""
        package = prepare(self.course, submission, assignment, self.sandbox, earlier)
        with (
            Workers(self.sandbox, {assignment.number: package}, self._class_at, self.settings.deadline) as workers,
            workers.open(assignment, own) as framework,
        ):
            yield framework

    def _class_at(self, assignment: Assignment) -> ClassAt:
        return partial(class_at, seen_by(self.reference, assignment.number))

    @contextmanager
    def _open_reference(self, assignment: Assignment, own: float | None = None) -> Iterator[RemoteFramework]:
        """The reference in a worker: how large its answers are, and how fast it is, decides about a student's.

        `own` is a time limit other than that of a check [s].
        """
        if assignment.number not in self.solutions:
            solution = Submission(
                "the reference", {path: text.encode() for path, text in self.course.reference.items()}
            )
            self.solutions[assignment.number] = prepare(self.course, solution, assignment, self.sandbox)
        with (
            Workers(self.sandbox, self.solutions, self._class_at) as workers,
            workers.open(assignment, own) as framework,
        ):
            framework.allow(math.inf)
            yield framework


def _own_limits(checks: Iterable[Check]) -> dict[str, list[float]]:
    """The time limits of checks that have one of their own, by assignment."""
    own: dict[str, list[float]] = {}
    for check in checks:
        if check.time_limit is not None:
            own.setdefault(check.assignment, []).append(check.time_aside)
    return own


class UnconfinedError(Exception):
    """Student code could not be confined on this machine. The message says why and what to do."""


_examined: WeakKeyDictionary[Sandbox, tuple[probe.Finding, ...]] = WeakKeyDictionary()


def confinement(sandbox: Sandbox, allow_unconfined: bool = False) -> dict[str, str]:
    """Try out which layers hold, once for each sandbox.

    Returns:
        Name of the layer -> "holds", or why it does not.

    Raises:
        UnconfinedError: if too few hold, unless that is allowed.
    """
    if sandbox not in _examined:
        _examined[sandbox] = _at_second_try(lambda: probe.examine(sandbox))
    findings = _examined[sandbox]
    missing = probe.shortfall(findings)
    if missing and not allow_unconfined:
        raise UnconfinedError(missing)
    layers = {finding.name: "holds" if finding.holds else finding.sentence for finding in findings}
    return {"unconfined": missing, **layers} if missing else layers


CUT = "Not all that could explain {} of the failed checks was tried: the time for that was over. It costs no points."


def _at_second_try(action: Callable[[], T]) -> T:
    """The result of the action, which is tried twice if a worker was lost by our own fault."""
    try:
        return action()
    except SandboxError:
        return action()


@dataclass
class Draft:
    """A report in the making. It is complete at every moment, whatever interrupts the grading."""

    submission: Submission
    seed: int
    assignments: tuple[Assignment, ...]
    isolation: dict[str, str] = field(default_factory=dict)
    started: float = field(default_factory=monotonic)
    notices: tuple[str, ...] = ()
    package_notices: dict[str, list[str]] = field(default_factory=dict)
    check_notices: dict[str, list[str]] = field(default_factory=dict)
    leaderboard: dict[str, list[LeaderboardEntry]] = field(default_factory=dict)
    _results: dict[str, dict[str, CheckResult]] = field(default_factory=dict)  # by assignment, by check

    @property
    def results(self) -> list[CheckResult]:
        """Of every check that is expected."""
        return [result for by_check in self._results.values() for result in by_check.values()]

    def expect(self, checks: Iterable[Check]) -> None:
        """These will run. Until one has a result, it is listed as interrupted, its points withheld."""
        for check in checks:
            self.hear(_interrupted(check))

    def hear(self, result: CheckResult) -> None:
        """Note how a check ended."""
        self._results.setdefault(result.check.assignment, {})[result.check.id] = result

    def report(self) -> Report:
        """What is known now."""
        assignments = tuple(map(self._assignment, self.assignments))
        seconds = monotonic() - self.started
        return Report(
            self.submission.name,
            self.seed,
            assignments,
            self._cut_short() + self.submission.notices + self.notices,
            seconds,
            self.isolation,
        )

    def _cut_short(self) -> tuple[str, ...]:
        """A notice if the time did not suffice for all checks. It comes first, as it explains the score."""
        left = [r.check.points for r in self.results if r.kind == OUT_OF_TIME]
        if not left:
            return ()
        many = "1 check was" if len(left) == 1 else f"{len(left)} checks were"
        return (
            f"The time for the whole grading was used up: {many} not run, and {math.fsum(left):g} points not earned.",
        )

    def add(self, found: Investigation) -> None:
        """Add why checks failed, and for how many that was not found out."""
        for result in diagnosed(self.results, found):
            self.hear(result)
        for number, count in found.cut.items():
            if count:
                self.package_notices[number] = [*self.package_notices[number], CUT.format(count)]
        if found.problem:
            self.notices = (
                "Some mistakes could not be explained. That costs no points; please tell your course staff.",
            )

    def _assignment(self, assignment: Assignment) -> AssignmentReport:
        mine = tuple(self._results.get(assignment.number, {}).values())
        return AssignmentReport(
            number=assignment.number,
            title=assignment.title,
            points=assignment.points,
            results=mine,
            notices=(*self.package_notices.get(assignment.number, ()), *self.check_notices.get(assignment.number, ())),
            seconds=sum(r.seconds for r in mine),
            leaderboard=tuple(self.leaderboard.get(assignment.number, ())),
        )


def _interrupted(check: Check) -> CheckResult:
    kind = "The grading was interrupted before this check. It costs you nothing; it will have to be graded again."
    return CheckResult(check, Outcome.INTERNAL, kind=kind, message="the grading was interrupted before this check")


def end_hard(seconds: float) -> None:
    """Have the kernel end this process after so many seconds, in case it hangs.

    The results file stays as it is, and every worker ends with this process.
    """
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, seconds)


def import_reference(root: Path) -> ModuleType:
    """The reference of the course at `root`, imported into the trusted process as the package `reference`.

    Raises:
        AssignmentError: if it cannot be imported.
    """
    home = root.resolve() / "reference" / "__init__.py"
    loaded = sys.modules.get("reference")
    package = loaded if loaded and loaded.__file__ == str(home) else _imported_anew(home)
    if not is_attached(package):  # also if something else than the grader has imported it
        inside = read_inside(root)
        attach(package, inside)
        require_sound(package, inside)
    return package


def _imported_anew(home: Path) -> ModuleType:
    for name in [name for name in sys.modules if name.partition(".")[0] == "reference"]:
        del sys.modules[name]  # the reference of another course
    spec = importlib.util.spec_from_file_location("reference", home)
    sys.modules["reference"] = package = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(package)
    except Exception as error:
        del sys.modules["reference"]
        problem = f"it cannot be imported: {type(error).__name__}: {error}"
        raise AssignmentError(_at_fault(error, home), problem) from error
    return package


def _at_fault(error: Exception, home: Path) -> Path:
    """The file of the reference in which an import failed."""
    files = [Path(frame.filename) for frame in traceback.extract_tb(error.__traceback__)]
    return next((file for file in reversed(files) if file.is_relative_to(home.parent)), home)


def quiet_environment() -> None:
    """Keep pytest plugins and options of the environment out of a grading."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.environ.pop("PYTEST_ADDOPTS", None)
