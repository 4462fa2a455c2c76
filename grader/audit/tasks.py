"""Pieces of an audit's work. Each is one function of the course, and its result is plain data.

So it can be done in another process, and its result can be kept.
"""

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from grader.assignment import Course
from grader.assignment.fingerprints import (
    HANDOUT,
    SURVIVORS,
    fingerprint_of,
    fingerprint_of_data,
    fingerprint_of_grader,
    machine,
)
from grader.assignment.folder import NOT_FOR_GRADING
from grader.grading import quiet_environment

# Rooms that only show results, or send them elsewhere, and so cannot change one.
NOT_TAKING_PART = ("cli.py", "cohort", "commands", "figures", "formats", "gradescope", "release")
BANK = "misconceptions"  # only the entry that a task is about counts, see `bank`
DAYS_KEPT = 14  # so that results are still there when somebody comes back to a branch


@dataclass(frozen=True)
class Task:
    """`work(course, assignment, *arguments)` returns plain data, as JSON has it. `assignment` is its number.

    Its result depends on the reference, the assignment's folder without the bank, and the grader. `depends` is what
    else it depends on, as text.
    """

    assignment: str
    work: Callable[..., Any]
    arguments: tuple[Any, ...] = ()
    depends: str = ""


class Cache:
    """Results of earlier audits in a folder, one file each.

    Its date is that of its last use. Without a folder nothing is kept.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def get(self, key: str) -> Any:
        """The result that was kept under a key, or None."""
        if self._folder is None:
            return None
        try:
            result = json.loads(self._file(key).read_text(encoding="utf-8"))
            os.utime(self._file(key))
        except (OSError, ValueError):
            return None
        return result

    def put(self, key: str, result: Any) -> None:
        if self._folder:
            self._folder.mkdir(parents=True, exist_ok=True)
            part = self._file(f"{key}.part")
            part.write_text(json.dumps(result), encoding="utf-8")
            part.replace(self._file(key))

    def prune(self) -> None:
        """Remove what was not used for `DAYS_KEPT`."""
        oldest = time.time() - DAYS_KEPT * 24 * 3600
        for file in self._folder.glob("*.json") if self._folder else ():
            with suppress(OSError):  # another audit was faster, or this one may not
                if file.stat().st_mtime < oldest:
                    file.unlink()

    def _file(self, key: str) -> Path:
        assert self._folder
        return self._folder / f"{key}.json"


def perform(
    course: Course,
    tasks: Iterable[Task],
    executor: Executor,
    kept: Cache,
    on_done: Callable[[Task], None] = lambda _: None,
) -> dict[Task, Any]:
    """Do all tasks except those whose result is kept, and return all results.

    Raises:
        AssignmentError: if the course is broken.
    """
    around = cache(lambda number: surroundings_of(course, number))
    results: dict[Task, Any] = {}
    waiting: dict[Future[Any], tuple[Task, str]] = {}
    for task in tasks:
        key = fingerprint(task, around(task.assignment))
        results[task] = kept.get(key)
        if results[task] is None:
            waiting[executor.submit(_perform, course.root, task)] = task, key
        else:
            on_done(task)
    for future in as_completed(waiting):
        task, key = waiting[future]
        results[task] = future.result()
        kept.put(key, results[task])
        on_done(task)
    return results


def fingerprint(task: Task, surroundings: str) -> str:
    """A hash of everything that a task's result depends on.

    `surroundings` is the hash of what its assignment depends on.
    """
    what = (task.work.__module__, task.work.__qualname__, repr(task.arguments), task.depends, surroundings)
    return hashlib.sha256("\0".join(what).encode()).hexdigest()


def surroundings_of(course: Course, number: str) -> str:
    """A hash of what every task of an assignment depends on.

    Each file that a check may read counts, whatever its kind.
    """
    [assignment] = course.select((number,))
    folders = (
        (assignment.folder, (HANDOUT, SURVIVORS, BANK, *NOT_FOR_GRADING)),
        (assignment.folder.parent, [a.folder.name for a in course.assignments]),  # what assignments share
        (course.root / "reference", ()),
    )
    owners = [(a.name, sorted(a.holes.items()), a.requires) for a in course.assignments]
    data = fingerprint_of_data(assignment)
    files = (fingerprint_of_grader(NOT_TAKING_PART), data, *(fingerprint_of(*folder) for folder in folders))
    return "\0".join((machine(), *files, number, repr(owners)))


@contextmanager
def processes(jobs: int) -> Iterator[Executor]:
    """Fresh processes for tasks. Tasks that have not begun when the block ends are dropped."""
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=quiet_environment) as executor:
        try:
            yield executor
        finally:
            executor.shutdown(cancel_futures=True)


def _perform(root: Path, task: Task) -> Any:
    course = _course(root)
    [assignment] = course.select((task.assignment,))
    return task.work(course, assignment, *task.arguments)


@cache
def _course(root: Path) -> Course:
    return Course.load(root)
