"""One submission graded on some assignments: the package is put together, each check gets a worker, results become a report."""

import importlib.util
import math
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from types import ModuleType
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from grader.assignment import Assignment, AssignmentError, Course
from grader.checks.plugin import Plan, run_checks
from grader.isolation import probe
from grader.isolation.faults import BrokenReply, OutOfTime, StudentFault
from grader.isolation.limits import Limits
from grader.isolation.remote import RemoteFramework
from grader.isolation.sandbox import Sandbox, WorkerProcess
from grader.result import (
    AssignmentReport,
    Check,
    CheckResult,
    LeaderboardEntry,
    Outcome,
    Report,
)
from grader.submission import Submission

Row = list[Any]  # what a worker loads: [path, compiled code, why there is none, promised names]
_NO_CODE = np.empty(0, np.uint8)


@dataclass
class PreparedPackage:
    """The package of one assignment, compiled once; the notices say what is missing in it or could not be imported."""

    rows: list[Row]
    notices: list[str] = field(default_factory=list)


def grade(
    course: Course,
    submission: Submission,
    assignments: tuple[Assignment, ...],
    sandbox: Sandbox,
    *,
    seed: int | None = None,
    deadline: float = math.inf,
    allow_unconfined: bool = False,
    on_result: Callable[[CheckResult], None] = lambda _result: None,
    on_report: Callable[[Report], None] | None = None,
) -> Report:
    """Grade a submission on some assignments, every check in a process of its own.

    Args:
        seed: what the checks' inputs are drawn from; by default the submission's own.
        deadline: on the clock of `time.monotonic`; checks that have not begun by then are listed as not run.
        allow_unconfined: grade although student code could not be confined on this machine.
        on_result: hears of every check as it ends.
        on_report: is given the whole report as it is known, at the start, after collection and after every check.

    Raises:
        AssignmentError: if the course is broken.
        UnconfinedError: if hidden checks should not be run on this machine.
        SandboxError: if no worker can be started.
    """
    seed = submission.seed if seed is None else seed
    isolation = confinement(sandbox, allow_unconfined)
    draft = Draft(submission, seed, assignments, isolation)
    packages = {a.number: prepare(course, submission, a, sandbox) for a in assignments}

    @contextmanager
    def open_framework(assignment: Assignment) -> Iterator[RemoteFramework]:
        with _worker(sandbox, assignment) as worker:
            worker.request("load", packages[assignment.number].rows, {})
            yield RemoteFramework(worker)

    def announce() -> None:
        if on_report:
            on_report(draft.report())

    def finished(result: CheckResult) -> None:
        draft.results.append(result)
        announce()
        on_result(result)

    def collected(checks: Iterable[Check]) -> None:
        draft.checks.extend(checks)
        announce()

    announce()
    packages = {a.number: prepare(course, submission, a, sandbox) for a in assignments}
    draft.package_notices = {number: package.notices for number, package in packages.items()}
    reference = import_reference(course.root)
    plan = Plan(assignments, reference, seed, open_framework, finished, collected, deadline)
    plugin = run_checks(plan, [str(file) for a in assignments for file in a.test_files])
    draft.leaderboard = plugin.leaderboard
    return draft.report()


class UnconfinedError(Exception):
    """Student code could not be confined on this machine: a sentence that says why and what to do."""


_examined: WeakKeyDictionary[Sandbox, tuple[probe.Finding, ...]] = WeakKeyDictionary()


def confinement(sandbox: Sandbox, allow_unconfined: bool = False) -> dict[str, str]:
    """Try out once for each sandbox which layers hold; name -> "holds" or why not.

    Raises:
        UnconfinedError: if too few do, unless that is allowed.
    """
    if sandbox not in _examined:
        _examined[sandbox] = probe.examine(sandbox)
    findings = _examined[sandbox]
    missing = probe.shortfall(findings)
    if missing and not allow_unconfined:
        raise UnconfinedError(missing)
    layers = {finding.name: "holds" if finding.holds else finding.sentence for finding in findings}
    return {"unconfined": missing, **layers} if missing else layers


@dataclass
class Draft:
    """A report in the making: complete in shape at every moment, whatever interrupts the grading."""

    submission: Submission
    seed: int
    assignments: tuple[Assignment, ...]
    isolation: dict[str, str]
    started: float = field(default_factory=monotonic)
    package_notices: dict[str, list[str]] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)
    results: list[CheckResult] = field(default_factory=list)
    leaderboard: dict[str, list[LeaderboardEntry]] = field(default_factory=dict)

    def report(self) -> Report:
        """What is known now; a check without a result is listed as interrupted, its points withheld."""
        done = {result.check.id: result for result in self.results}
        results = [done.get(check.id) or _interrupted(check) for check in self.checks]
        assignments = tuple(self._assignment(a, results) for a in self.assignments)
        seconds = monotonic() - self.started
        return Report(self.submission.name, self.seed, assignments, self.submission.notices, seconds, self.isolation)

    def _assignment(self, assignment: Assignment, results: list[CheckResult]) -> AssignmentReport:
        mine = tuple(r for r in results if r.check.assignment == assignment.number)
        return AssignmentReport(
            number=assignment.number,
            title=assignment.title,
            points=assignment.points,
            results=mine,
            notices=tuple(self.package_notices.get(assignment.number, ())),
            seconds=sum(r.seconds for r in mine),
            leaderboard=tuple(self.leaderboard.get(assignment.number, ())),
        )


def _interrupted(check: Check) -> CheckResult:
    kind = "The grading was interrupted before this check. It costs you nothing; it will have to be graded again."
    return CheckResult(check, Outcome.INTERNAL, kind=kind, message="the grading was interrupted before this check")


def import_reference(root: Path) -> ModuleType:
    """The reference of the course at `root`, as the package `reference` of the trusted process.

    Raises:
        AssignmentError: if it cannot be imported.
    """
    home = root.resolve() / "reference" / "__init__.py"
    loaded = sys.modules.get("reference")
    if loaded and loaded.__file__ == str(home):
        return loaded
    for name in [name for name in sys.modules if name.partition(".")[0] == "reference"]:
        del sys.modules[name]  # of another course
    spec = importlib.util.spec_from_file_location("reference", home)
    sys.modules["reference"] = package = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(package)
    except Exception as error:
        del sys.modules["reference"]
        raise AssignmentError(home, f"it cannot be imported: {type(error).__name__}: {error}") from error
    return package


def prepare(course: Course, submission: Submission, assignment: Assignment, sandbox: Sandbox) -> PreparedPackage:
    """Put together the package that an assignment is graded with, compile it in a worker and find the files that cannot be imported.

    A file whose import never ends or ends the process is left out, and the rest tried again: it costs only its own checks.
    """
    sources, notices = package_sources(course, submission, assignment)
    rows = _compile(course, sources, assignment, sandbox)
    own = {path for path in sources if path in assignment.holes or path not in course.reference}
    broken, problem = _try_imports(rows, own, assignment, sandbox)
    notices += [_import_notice(path, why) for path, why in broken.items() if sources.get(path) is not None]
    if problem:
        notices.append(f"Importing the package does not work: {problem}.")
    return PreparedPackage(rows, notices)


def package_sources(
    course: Course, submission: Submission, assignment: Assignment
) -> tuple[dict[str, bytes | None], list[str]]:
    """Which file comes from where: the student's own for this assignment, the reference or a stub for others, extra files as they are.

    A file that should be there and is not is None. An extra file that would be imported in place of another is left out.
    """
    notices = []
    sources: dict[str, bytes | None] = {path: text.encode() for path, text in course.base_files(assignment).items()}
    for path in assignment.holes:
        sources[path] = submission.files.get(path)
        if sources[path] is None:
            notices.append(f"framework/{path} is missing.")
    modules = {_module(path): path for path in sources}
    for path, data in submission.files.items():
        taken = modules.setdefault(_module(path), path)
        if taken == path:
            sources.setdefault(path, data)
        else:
            notices.append(f"framework/{path} was left out: it would be imported in place of framework/{taken}.")
    return sources, notices


def _module(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__")


def _import_notice(path: str, problem: str) -> str:
    verb = "is not complete" if problem.startswith("it does not define") else "could not be imported"
    return f"framework/{path} {verb}: {problem}"


@contextmanager
def _worker(sandbox: Sandbox, assignment: Assignment) -> Iterator[WorkerProcess]:
    worker = sandbox.spawn(Limits(assignment.seconds, assignment.memory))
    worker.limit(assignment.seconds)
    try:
        yield worker
    finally:
        worker.end()


def _compile(
    course: Course, sources: dict[str, bytes | None], assignment: Assignment, sandbox: Sandbox
) -> list[Row]:
    present = {path: np.frombuffer(data, np.uint8) for path, data in sources.items() if data is not None}
    try:
        compiled = _compile_together(present, assignment, sandbox)
    except StudentFault:  # a source that takes the compiler down; which one?
        compiled = _compile_apart(present, assignment, sandbox)
    promises = {path: list(course.promises(path)) for path in course.reference}
    rows = [[path, code, problem, promises.get(path, [])] for path, code, problem in compiled]
    absent = [path for path, data in sources.items() if data is None]
    return rows + [[path, _NO_CODE, "the file is missing", promises[path]] for path in absent]


def _compile_together(present: dict[str, np.ndarray], assignment: Assignment, sandbox: Sandbox) -> list[Row]:
    with _worker(sandbox, assignment) as worker:
        return worker.request("compile", present, {})


def _compile_apart(present: dict[str, np.ndarray], assignment: Assignment, sandbox: Sandbox) -> list[Row]:
    """Every source in a worker of its own, as long as there is time."""
    deadline = monotonic() + assignment.total_seconds
    rows: list[Row] = []
    for path, source in present.items():
        try:
            if monotonic() > deadline:
                raise OutOfTime(assignment.total_seconds)
            rows += _compile_together({path: source}, assignment, sandbox)
        except StudentFault as fault:
            rows.append([path, _NO_CODE, f"it cannot be compiled: {fault}"])
    return rows


def _try_imports(
    rows: list[Row], own: set[str], assignment: Assignment, sandbox: Sandbox
) -> tuple[dict[str, str], str]:
    """Import the package in workers until nothing takes one down: the files that are broken and why, and what else is wrong.

    A file that took its worker down is marked in `rows`, so that it is not executed again; only the student's `own` can be.
    """
    deadline = monotonic() + assignment.total_seconds
    while True:
        with _worker(sandbox, assignment) as worker:
            try:
                return _broken_files(worker, worker.request("load", rows, {})), ""
            except StudentFault as fault:
                problem = str(fault)
        blamed = [row for row in rows if row[0] == worker.at and not row[2] and row[0] in own]
        if worker.fault and blamed and monotonic() < deadline:
            blamed[0][1:3] = _NO_CODE, f"importing it does not work: {problem}"
        else:
            return {row[0]: row[2] for row in rows if row[2]}, problem


def _broken_files(worker: WorkerProcess, reply: Any) -> dict[str, str]:
    """What a worker said of its import; it runs the student's code, so it may say anything."""
    if type(reply) is list and len(reply) == 1 and type(reply[0]) is dict:
        return {str(path)[:200]: why if type(why) is str else "its message is too long" for path, why in reply[0].items()}
    raise worker.fail(BrokenReply("it did not say which files could be imported"))


def quiet_environment() -> None:
    """Keep pytest plugins and options of the surroundings out of a grading."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.environ.pop("PYTEST_ADDOPTS", None)
