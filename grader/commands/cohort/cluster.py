"""Grades a class on a cluster: Dask's scheduler gives each submission to a worker. The store stays here alone."""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.assignment import Course
from grader.commands.cohort.crew import Crew, OnAnswer
from grader.commands.cohort.process import OUR_FAULT
from grader.commands.cohort.share import Share, Task, packed
from grader.provenance import Provenance
from grader.submission import SubmissionError, read_submission

if TYPE_CHECKING:
    from distributed import Client

    from grader.commands.cohort.sending import Read

LOUD = ("distributed", "tornado", "asyncio")  # what they would say is said here, in a sentence
CONNECT = 10.0  # s until a scheduler that does not answer counts as not there
CLOSE = 5.0  # s for saying goodbye


class ClusterCrew:
    """Stands for a `Crew` whose processes are on other machines. `jobs` submissions are read at once here."""

    def __init__(self, course: Course, share: Share, jobs: int, address: str, made_from: Provenance) -> None:
        self._course, self._share, self._jobs = course, share, jobs
        self._address, self._made_from = address, made_from

    def work(
        self, tasks: Iterable[Task], on_answer: OnAnswer, on_begin: Callable[[str], None] = lambda _name: None
    ) -> None:
        """As `Crew.work`. What is only looked at is not sent anywhere.

        Raises:
            click.ClickException: if there is no scheduler, if it is lost, or if no worker can grade.
        """
        tasks = list(tasks)
        root = self._course.root
        Crew(root, self._share, self._jobs).work([task for task in tasks if not task.grade], on_answer, on_begin)
        if graded := [task for task in tasks if task.grade]:
            expected = tuple(self._course.reference)
            with _connected(self._address) as client, ThreadPoolExecutor(self._jobs) as readers:
                from grader.commands.cohort.sending import Sending
                from grader.commands.cohort.there import Job

                job = Job(str(root.resolve()), self._share, self._made_from)
                reading = _read_ahead(readers, graded, expected, 2 * self._jobs)
                Sending(client, job, reading, on_answer, on_begin).work()


@contextmanager
def _connected(address: str) -> Iterator["Client"]:
    try:
        from distributed import Client
    except ImportError as error:
        raise click.ClickException(
            "--cluster needs the package distributed; in the grader's folder: .venv/bin/pip install -e '.[cluster]'"
        ) from error
    for name in {*LOUD, *logging.root.manager.loggerDict}:  # Dask gives some of its modules a level of their own
        if name.partition(".")[0] in LOUD:
            logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        client = Client(address, timeout=CONNECT, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise click.ClickException(
            f"there is no scheduler at {address}: {error}. Start one with `dask scheduler`, or name another"
        ) from error
    try:
        yield client
    finally:
        client.close(timeout=CLOSE)


def _read_ahead(
    readers: ThreadPoolExecutor, tasks: Iterable[Task], expected: tuple[str, ...], many: int
) -> "Iterator[Read]":
    """All tasks in their order with what they hold. At most `many` are held here at once."""
    reading: deque = deque()
    for task in tasks:
        reading.append(readers.submit(_read, task, expected))
        if len(reading) >= many:
            yield reading.popleft().result()
    while reading:
        yield reading.popleft().result()


def _read(task: Task, expected: tuple[str, ...]) -> "Read":
    try:
        submission = read_submission(Path(task.path), expected)
    except SubmissionError as error:
        return task, error.reason
    except RuntimeError:  # the process that reads archives failed
        return task, OUR_FAULT
    return replace(task, path="", content=packed(submission.files, submission.notices)), ""
