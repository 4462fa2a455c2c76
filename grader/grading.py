"""One submission graded on some assignments: the package is put together, each check gets a worker, results become a report."""

import importlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic
from types import ModuleType
from typing import Any

import numpy as np

from grader.assignment import Assignment, Course
from grader.checks.plugin import ChecksPlugin, Plan, run_checks
from grader.isolation.faults import StudentError, StudentFault
from grader.isolation.limits import Limits
from grader.isolation.remote import RemoteFramework
from grader.isolation.sandbox import Sandbox, WorkerProcess
from grader.result import AssignmentReport, CheckResult, Report
from grader.submission import Submission

Row = list[Any]  # what a worker loads: [path, compiled code, why there is none, promised names]


@dataclass
class PreparedPackage:
    """The package of one assignment, compiled once; `broken` are the student's files that cannot be imported, and why."""

    rows: list[Row]
    notices: list[str] = field(default_factory=list)


def grade(
    course: Course,
    submission: Submission,
    assignments: tuple[Assignment, ...],
    sandbox: Sandbox,
    *,
    seed: int | None = None,
    on_result: Callable[[CheckResult], None] = lambda _result: None,
) -> Report:
    """Grade a submission on some assignments, every check in a process of its own.

    Raises:
        AssignmentError: if the course is broken.
        SandboxError: if no worker can be started.
    """
    started = monotonic()
    seed = submission.seed if seed is None else seed
    packages = {a.number: prepare(course, submission, a, sandbox) for a in assignments}

    @contextmanager
    def open_framework(assignment: Assignment) -> Iterator[RemoteFramework]:
        worker = sandbox.spawn(_limits(assignment))
        worker.limit(assignment.seconds)
        try:
            worker.request("load", packages[assignment.number].rows, {})
            yield RemoteFramework(worker)
        finally:
            worker.end()

    plan = Plan(assignments, import_reference(), seed, open_framework, on_result)
    plugin = run_checks(plan, [str(file) for a in assignments for file in a.test_files])
    reports = tuple(_report(a, plugin, packages[a.number].notices) for a in assignments)
    return Report(submission.name, seed, reports, submission.notices, monotonic() - started)


def import_reference() -> ModuleType:
    """The reference, as a package of the trusted process."""
    return importlib.import_module("reference")


def prepare(
    course: Course, submission: Submission, assignment: Assignment, sandbox: Sandbox
) -> PreparedPackage:
    """Put together the package that an assignment is graded with, compile it in a worker and find the files that cannot be imported.

    A file whose import never ends or ends the process is left out, and the rest tried again: it costs only its own checks.
    """
    sources, notices = package_sources(course, submission, assignment)
    prepared = PreparedPackage([], notices)
    prepared.rows = _compile(course, sources, assignment, sandbox)
    while True:
        broken = _import_once(prepared, assignment, sandbox)
        if not broken:
            return prepared
        path, problem = broken
        row = next(row for row in prepared.rows if row[0] == path)
        row[1], row[2] = np.empty(0, np.uint8), problem
        prepared.notices.append(f"framework/{path} could not be imported: {problem}")


def package_sources(
    course: Course, submission: Submission, assignment: Assignment
) -> tuple[dict[str, bytes | None], list[str]]:
    """Which file comes from where: the student's own for this assignment, the reference or a stub for others, extra files as they are.

    A file that should be there and is not is None.
    """
    notices = []
    sources: dict[str, bytes | None] = {
        path: text.encode() for path, text in course.base_files(assignment).items()
    }
    for path in assignment.holes:
        sources[path] = submission.files.get(path)
        if sources[path] is None:
            notices.append(f"framework/{path} is missing.")
    extra = {path: data for path, data in submission.files.items() if path not in sources}
    return sources | extra, notices


def _limits(assignment: Assignment) -> Limits:
    return Limits(assignment.seconds, assignment.memory)


def _compile(
    course: Course, sources: dict[str, bytes | None], assignment: Assignment, sandbox: Sandbox
) -> list[Row]:
    present = {path: np.frombuffer(data, np.uint8) for path, data in sources.items() if data is not None}
    promises = {path: list(course.promises(path)) for path in course.reference}
    compiled = _ask(sandbox, assignment, "compile", present)
    rows = [[path, code, problem, promises.get(path, [])] for path, code, problem in compiled]
    absent = [path for path, data in sources.items() if data is None]
    return rows + [[path, np.empty(0, np.uint8), "the file is missing", promises[path]] for path in absent]


def _ask(sandbox: Sandbox, assignment: Assignment, do: str, content: Any) -> Any:
    worker = sandbox.spawn(_limits(assignment))
    worker.limit(assignment.seconds)
    try:
        return worker.request(do, content, {})
    finally:
        worker.end()


def _import_once(
    prepared: PreparedPackage, assignment: Assignment, sandbox: Sandbox
) -> tuple[str, str] | None:
    """Import the package in a worker; the file that took the worker down with it, if one did."""
    worker = sandbox.spawn(_limits(assignment))
    worker.limit(assignment.seconds)
    try:
        [broken] = worker.request("load", prepared.rows, {})
    except StudentFault as fault:
        return _blame(worker, fault, prepared)
    finally:
        worker.end()
    known = {row[0] for row in prepared.rows if row[2]}
    for path, problem in broken.items():
        if path not in known or not any(path in notice for notice in prepared.notices):
            prepared.notices.append(f"framework/{path} could not be imported: {problem}")
    return None


def _blame(worker: WorkerProcess, fault: StudentFault, prepared: PreparedPackage) -> tuple[str, str]:
    loadable = [row[0] for row in prepared.rows if not row[2]]
    if isinstance(fault, StudentError) or worker.at not in loadable:
        raise fault
    return worker.at, f"importing it does not work: {fault}"


def _report(assignment: Assignment, plugin: ChecksPlugin, notices: list[str]) -> AssignmentReport:
    mine = tuple(r for r in plugin.results if r.check.assignment == assignment.number)
    return AssignmentReport(
        number=assignment.number,
        title=assignment.title,
        points=assignment.points,
        results=mine,
        notices=tuple(notices),
        seconds=sum(r.seconds for r in mine),
        leaderboard=tuple(plugin.leaderboard.get(assignment.number, ())),
    )


def quiet_environment() -> None:
    """Keep the surroundings out of a grading: pytest's plugins and options, and BLAS threads of the trusted process."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.environ.pop("PYTEST_ADDOPTS", None)
