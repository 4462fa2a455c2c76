"""What the verbs that run checks share: workers, the chosen assignments, a line that says how far it is."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console

from grader.assignment import Assignment, AssignmentError, Course
from grader.grading import UnconfinedError
from grader.isolation.sandbox import Sandbox
from grader.result import CheckResult
from grader.submission import SubmissionError


@contextmanager
def workers() -> Iterator[Sandbox]:
    """A sandbox that starts workers, and ends all of them."""
    with instructor_errors(), Sandbox().start() as sandbox:
        yield sandbox


@contextmanager
def instructor_errors() -> Iterator[None]:
    """Turn what the instructor can mend into a sentence and exit code 1."""
    try:
        yield
    except (AssignmentError, SubmissionError, UnconfinedError) as error:
        raise click.ClickException(str(error)) from error
    except BrokenPipeError as error:  # click would take it for a reader of our output that went away
        raise RuntimeError(f"a connection inside the grader broke: {error}") from error


def chosen(root: Path, numbers: tuple[str, ...]) -> tuple[Course, tuple[Assignment, ...]]:
    """The course and these of its assignments; all if none are named.

    Raises:
        click.ClickException: if there is no such assignment.
    """
    course = Course.load(root)
    try:
        return course, course.select(numbers)
    except KeyError as error:
        known = ", ".join(a.number for a in course.assignments)
        raise click.ClickException(f"there is no assignment {error.args[0]}; there are {known}") from error


@contextmanager
def progress() -> Iterator[Callable[[CheckResult], None]]:
    """A line on a terminal that says where the grading is; nothing elsewhere."""
    console = Console(stderr=True)
    if not sys.stderr.isatty() or console.is_dumb_terminal:  # whatever FORCE_COLOR says
        yield lambda _result: None
        return
    done = 0
    with console.status("preparing", spinner="line") as status:

        def on_result(result: CheckResult) -> None:
            nonlocal done
            done += 1
            status.update(f"{result.check.assignment} {result.check.component}, checks done: {done}")

        yield on_result
