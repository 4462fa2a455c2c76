"""Puts together the package of one assignment, from a submission and the course. Workers compile it and try it."""

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.assignment import Assignment, Course
from grader.assignment.inside import FILE
from grader.isolation.outside.clock import Budget
from grader.isolation.outside.faults import BrokenReply, NotYetLoadedError, OutOfTime, StudentFault
from grader.isolation.outside.process import ROOM, WorkerProcess
from grader.isolation.outside.sandbox import Sandbox
from grader.isolation.walls.limits import Limits
from grader.isolation.wire.files import MISSING, packed
from grader.isolation.wire.values import Encoded, encoded
from grader.submission import Submission

CODE_PER_SOURCE = 32  # bytes of compiled code for a byte of source, at most; the most found for any statement is 21
Row = list[Any]  # what a worker loads: [path, compiled code, why there is none, promised names]
_NO_CODE = np.empty(0, np.uint8)


@dataclass
class PreparedPackage:
    """The package of one assignment, compiled once and ready to be sent.

    The notices say what is missing in it or broken. `fault` is the error of its import, if that fails even without the
    files that cannot be imported.
    """

    rows: Encoded
    notices: list[str] = field(default_factory=list)
    fault: StudentFault | None = None


def prepare(
    course: Course, submission: Submission, assignment: Assignment, sandbox: Sandbox, earlier: Collection[str] = ()
) -> PreparedPackage:
    """Put together the package that an assignment is graded with.

    Files of earlier assignments are the reference's, except those of the numbers in `earlier`. A worker compiles it and
    finds the files that cannot be imported. A file whose import never ends, or ends the process, is left out, and the
    rest is tried again. So such a file costs only its own checks.
    """
    sources, notices = student_files(course, submission, assignment)
    sources |= _files_of(course, submission, earlier)
    rows = _surroundings(course, assignment, sources) + _compile(course, sources, assignment, sandbox)
    broken, fault = _try_imports(rows, sources.keys(), assignment, sandbox)
    told = {
        path: _without_spare_names(course, path, why) for path, why in broken.items() if sources.get(path) is not None
    }
    missed = [(path, why, _replaced_file(course, assignment, why)) for path, why in told.items() if why]
    notices += [_import_notice(path, why) + _advice(assignment, other) for path, why, other in missed]
    if fault:
        notices.append(f"Importing the package does not work: {fault}.")
    return PreparedPackage(encoded(packed(rows)), notices, fault)


def student_files(
    course: Course, submission: Submission, assignment: Assignment
) -> tuple[dict[str, bytes | None], list[str]]:
    """The files that are taken from the student: those with holes of this assignment, and new files.

    A missing file has the value None. A file that would be imported in place of another is left out.
    """
    sources = {path: submission.files.get(path) for path in assignment.holes}
    notices = [f"framework/{path} is missing." for path, data in sources.items() if data is None]
    modules = {_module(path): path for path in course.reference}
    if assignment.number in course.inside:
        modules[_module(FILE)] = f"{FILE} of assignment {assignment.number}"
    for path, data in submission.files.items():
        taken = modules.setdefault(_module(path), path)
        if taken != path:
            notices.append(f"framework/{path} was left out: it would be imported in place of framework/{taken}.")
        elif path not in course.reference:
            sources[path] = data
    return sources, notices


def earlier_assignments(course: Course, submission: Submission, assignment: Assignment) -> tuple[str, ...]:
    """Numbers of the assignments that this one builds on and of which the student has written something."""
    numbers = sorted(course.required(assignment))
    return tuple(number for number in numbers if _files_of(course, submission, (number,)))


def _files_of(course: Course, submission: Submission, numbers: Collection[str]) -> dict[str, bytes | None]:
    """The student's files with holes of these assignments. A file that is still as students receive it is none."""
    return {
        path: submission.files[path]
        for path, owner in course.owners.items()
        if owner.number in numbers and path in submission.files and not _is_untouched(course, submission, path)
    }


def _is_untouched(course: Course, submission: Submission, path: str) -> bool:
    return submission.files[path].split() == course.stubs[path].encode().split()


def _surroundings(course: Course, assignment: Assignment, sources: Collection[str]) -> list[Row]:
    """Rows of all other files. Files of later assignments have their names only, and no code."""
    base = course.base_files(assignment)
    rows = []
    for path in course.reference.keys() - set(sources):
        code = np.frombuffer(course.compiled[path], np.uint8) if path in base else _NO_CODE
        rows.append(
            [path, code, None if path in base else "it belongs to a later assignment", list(course.promises[path])]
        )
    if inside := course.inside.get(assignment.number):
        path, compiled, names = inside.row
        rows.append([path, np.frombuffer(compiled, np.uint8), None, list(names)])
    return rows


def _module(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__")


def _import_notice(path: str, problem: str) -> str:
    verb = "is not complete" if problem.startswith(MISSING) else "could not be imported"
    return f"framework/{path} {verb}: {problem}"


def _without_spare_names(course: Course, path: str, problem: str) -> str:
    """The problem without missing names that nobody asks for; "" if nothing else is missing."""
    if not problem.startswith(MISSING) or path not in course.owners:
        return problem
    asked = course.asked(path)
    names = [name for name in problem.removeprefix(MISSING).split(", ") if name in asked]
    return MISSING + ", ".join(names) if names else ""


_WANTED_NAME = re.compile(r"cannot import name '\w+' from 'framework\.([\w.]+)'")


def _replaced_file(course: Course, assignment: Assignment, problem: str) -> str:
    """The file of another assignment in which a name is missing, because it is the reference's file; "" if none."""
    found = _WANTED_NAME.search(problem)
    file = found.group(1).replace(".", "/") + ".py" if found else ""
    return file if file in course.reference and file not in assignment.holes else ""


def _advice(assignment: Assignment, file: str) -> str:
    if not file:
        return ""
    number = assignment.number
    moved = f"move what you added there to a file of {number}, or to a new one"
    return f" While {number} is graded, framework/{file} is not yours: {moved}."


@contextmanager
def _worker(sandbox: Sandbox, assignment: Assignment, budget: Budget) -> Iterator[WorkerProcess]:
    worker = sandbox.spawn(Limits(assignment.seconds, assignment.memory))
    seconds = budget.grant()
    worker.limit(seconds)
    try:
        yield worker
    finally:
        budget.give_back(seconds - worker.clock.used)
        worker.end()


def _budget(assignment: Assignment) -> Budget:
    """The time to compile sources, or to try imports: as much as all checks together have."""
    return Budget(assignment.seconds, assignment.total_seconds, 1)


def _compile(course: Course, sources: dict[str, bytes | None], assignment: Assignment, sandbox: Sandbox) -> list[Row]:
    present = {path: np.frombuffer(data, np.uint8) for path, data in sources.items() if data is not None}
    try:
        compiled = _compile_together(present, assignment, sandbox, _budget(assignment))
    except StudentFault:  # one of the sources crashes the compiler; compile them one by one
        compiled = _compile_apart(present, assignment, sandbox)
    compiled += [[path, _NO_CODE, "the file is missing"] for path, data in sources.items() if data is None]
    promises = {path: list(course.promises[path]) for path in sources if path in course.promises}
    return [[path, code, problem, promises.get(path, [])] for path, code, problem in compiled]


def _compile_together(
    present: dict[str, np.ndarray], assignment: Assignment, sandbox: Sandbox, budget: Budget
) -> list[Row]:
    try:
        with _worker(sandbox, assignment, budget) as worker:
            worker.allow(ROOM + CODE_PER_SOURCE * sum(source.nbytes for source in present.values()))
            return worker.request("compile", present, {})
    except NotYetLoadedError:
        return _compile_together(present, assignment, sandbox, budget)


def _compile_apart(present: dict[str, np.ndarray], assignment: Assignment, sandbox: Sandbox) -> list[Row]:
    """Compile every source in a worker of its own, as long as there is time."""
    budget = _budget(assignment)
    rows: list[Row] = []
    for path, source in present.items():
        try:
            if budget.left <= 0:
                raise OutOfTime(assignment.total_seconds)
            rows += _compile_together({path: source}, assignment, sandbox, budget)
        except StudentFault as fault:
            rows.append([path, _NO_CODE, f"it cannot be compiled: {fault}"])
    return rows


def _try_imports(
    rows: list[Row], own: Collection[str], assignment: Assignment, sandbox: Sandbox
) -> tuple[dict[str, str], StudentFault | None]:
    """Import the package in workers, until no file ends its worker.

    A file that ended its worker is marked in `rows` and not executed again. Only the student's `own` files can be
    marked.

    Returns:
        The broken files with the reason, and what else is wrong, or None.
    """
    budget = _budget(assignment)
    while True:
        with _worker(sandbox, assignment, budget) as worker:
            try:
                return _broken_files(worker, worker.request("load", packed(rows), {})), None
            except StudentFault as fault:
                problem = fault
            except NotYetLoadedError:
                continue
        blamed = [row for row in rows if row[0] == worker.at and not row[2] and row[0] in own]
        if worker.fault and blamed and budget.left > 0:
            blamed[0][1:3] = _NO_CODE, f"importing it does not work: {problem}"
        else:
            return {row[0]: row[2] for row in rows if row[2]}, problem


def _broken_files(worker: WorkerProcess, reply: Any) -> dict[str, str]:
    """The broken files, as a worker reports them. It runs the student's code, so the report may contain anything."""
    if type(reply) is list and len(reply) == 1 and type(reply[0]) is dict:
        return {
            str(path)[:200]: why if type(why) is str else "its message is too long" for path, why in reply[0].items()
        }
    raise worker.fail(BrokenReply("it did not say which files could be imported"))
