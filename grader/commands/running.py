"""What all verbs that run checks need: workers, the chosen assignments, and a line that shows progress."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.commands.output import status_line
from grader.isolation.launch import Launched
from grader.isolation.sandbox import Sandbox
from grader.result import CheckResult

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


@contextmanager
def progress() -> Iterator[Callable[[CheckResult], None]]:
    """Shows on a terminal how far the grading is. Yields a function to be called with each result."""
    done = 0
    with status_line("preparing") as update:

        def on_result(result: CheckResult) -> None:
            nonlocal done
            done += 1
            update(f"{result.check.assignment} {result.check.component}, checks done: {done}")

        yield on_result
