"""What all verbs that run checks need: workers, the chosen assignments, and a line that shows progress."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.ahead import Every
from grader.commands.output import status_line
from grader.isolation.outside.launch import Launched
from grader.isolation.outside.sandbox import Sandbox
from grader.result import Check, CheckResult

if TYPE_CHECKING:
    from grader.assignment import Assignment, Course


@contextmanager
def workers(launched: Launched | None = None) -> Iterator[Sandbox]:
    """A sandbox that starts workers, and ends them all on exit. `launched` was started for it before."""
    with Sandbox().start(launched) as sandbox, instructor_errors():
        yield sandbox


@contextmanager
def instructor_errors() -> Iterator[None]:
    """Turn errors that the instructor can mend into a sentence and exit code 1."""
    try:
        yield
    except _mendable() as error:
        raise click.ClickException(str(error)) from error
    except BrokenPipeError as error:  # click would think that the reader of our output has closed the pipe
        raise RuntimeError(f"a connection inside the grader broke: {error}") from error


def _mendable() -> tuple[type[Exception], ...]:
    """The errors that the instructor can mend.

    They are imported only when something was raised, as `cli` has its own, faster way to import all of this at the
    start.
    """
    from grader.assignment import AssignmentError
    from grader.grading import UnconfinedError
    from grader.submission import SubmissionError

    return AssignmentError, SubmissionError, UnconfinedError


def chosen(root: Path, numbers: tuple[str, ...]) -> "tuple[Course, tuple[Assignment, ...]]":
    """The course, and its assignments of these numbers; all assignments if there are no numbers.

    Raises:
        click.ClickException: if there is no such assignment.
    """
    from grader.assignment import Course

    course = Course.load(root)
    try:
        return course, course.select(numbers)
    except KeyError as error:
        known = ", ".join(a.number for a in course.assignments)
        raise click.ClickException(
            f"there is no assignment {error.args[0] or 'without a number'}; there are {known}"
        ) from error


class Progress:
    """What a terminal shows while a grading runs. It is called with each result."""

    def __init__(self, update: Callable[[str], None]) -> None:
        self._update = update
        self._done = 0
        self._training: Every | None = None

    def __call__(self, result: CheckResult) -> None:
        """A check has ended."""
        self._done += 1
        self.end()
        self._update(f"{result.check.assignment} {result.check.component}, checks done: {self._done}")

    def begin(self, check: Check) -> None:
        """A check that trains has begun: every second it is said how far it is."""
        self.end()
        self._training = Every(1.0, lambda passed: self._update(training(check, passed)))

    def end(self) -> None:
        """No check trains now."""
        ended, self._training = self._training, None
        if ended:
            ended.close()


def training(check: Check, passed: float) -> str:
    """How far a check is that trains: "05 BatchNorm: training, 12 s of 30 s"."""
    return f"{check.assignment} {check.component}: training, {passed:.0f} s of {check.time_limit:g} s"


@contextmanager
def progress() -> Iterator[Progress]:
    """Shows on a terminal how far the grading is; elsewhere nothing."""
    with status_line("preparing") as update:
        shown = Progress(update)
        try:
            yield shown
        finally:
            shown.end()
