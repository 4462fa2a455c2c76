"""Renders a report in the format that was asked for, with what its readers may see."""

import io
import os
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from grader.formats import BY_CHECK, FOR_INSTRUCTORS
from grader.formats.student import for_students
from grader.result import Report

PIPE_WIDTH = 80  # columns; a pipe has no width of its own, and most of what reads one is not narrower

if TYPE_CHECKING:
    from rich.console import Console

    from grader.formats.classroom50 import Origin


def rendered(report: Report, form: str, console: "Callable[[], Console]", audience: str | None = None) -> str:
    """Render a finished report. Without an audience, the format's own default counts.

    Only the modules that the format needs are imported: all of them take longer than ten checks.

    Args:
        report: the whole report.
        form: a name of --format.
        console: makes the console whose width and colours the format text uses.
        audience: "instructor", "student" or None.

    Raises:
        click.ClickException: if the format needs facts that are not known here.
    """
    seen = shown(report, form, audience)
    match form:
        case "text":
            from grader.formats.text import to_text

            return to_text(seen, console())
        case "github":
            from grader.formats.github import to_github
            from grader.formats.text import to_text

            return to_github(seen, to_text(seen, page()), secrets.token_hex(16))
        case "html":
            from grader.formats.html import to_html

            return to_html(seen)
    return _for_programs(seen, form, finished=True)


def drafted(report: Report, form: str, audience: str | None = None) -> str:
    """Render an unfinished report, as cheaply as possible, because it is written after every check.

    Raises:
        click.ClickException: if the format needs facts that are not known here.
    """
    from grader.formats.draft import draft

    seen = shown(report, form, audience)
    match form:
        case "text":
            return "\n".join(draft(seen)) + "\n"
        case "github":
            from grader.formats.github import quoted

            return "\n".join(quoted("\n".join(draft(seen)), secrets.token_hex(16))) + "\n"
        case "html":
            from grader.formats.html import to_html_draft

            return to_html_draft(draft(seen))
    return _for_programs(seen, form, finished=False)


def _for_programs(seen: Report, form: str, finished: bool) -> str:
    """Formats that are rendered in the same way, or nearly so, whether the report is finished or not."""
    match form:
        case "json":
            from grader.formats.json_report import to_json

            return to_json(seen, finished) + "\n"
        case "gradescope":
            from grader.formats.gradescope import to_gradescope

            return to_gradescope(seen, finished) + "\n"
        case "classroom50":
            from grader.formats.classroom50 import to_classroom50

            return to_classroom50(seen, origin(), finished) + "\n"
        case "junit":
            from grader.formats.junit import to_junit

            return to_junit(seen, finished)
        case "markdown":
            from grader.formats.markdown import to_markdown

            return to_markdown(seen)
    raise ValueError(form)


def summary(report: Report, audience: str | None, used: int) -> str:
    """The text for the summary of a job, of which `used` bytes are taken; "" if there is no room."""
    from grader.formats.markdown import MAX_SUMMARY, to_markdown

    room = MAX_SUMMARY - used
    return to_markdown(shown(report, "github", audience), room) if room > MAX_SUMMARY // 10 else ""


def shown(report: Report, form: str, audience: str | None) -> Report:
    """The part of a report that the readers of a format may see."""
    if form in BY_CHECK:
        return report
    own = "instructor" if form in FOR_INSTRUCTORS else "student"
    return report if (audience or own) == "instructor" else for_students(report)


def origin() -> "Origin":
    """What Classroom 50's runner says about this submission.

    Raises:
        click.ClickException: if that runner has not started this command.
    """
    from grader.formats.classroom50 import Origin

    try:
        return Origin.of(os.environ, datetime.now(UTC))
    except KeyError as error:
        needed = "the format classroom50 is for Classroom 50's runner, which sets variables that are missing here"
        raise click.ClickException(f"{needed}: {error.args[0]}") from error


def require_origin() -> None:
    """Check before the grading that result.json can hold what Classroom 50's runner said.

    Raises:
        click.ClickException: naming what it cannot hold.
    """
    from grader.formats.classroom50 import to_classroom50
    from grader.formats.schema import InvalidReport

    try:
        to_classroom50(Report("", 0, ()), origin())
    except InvalidReport as error:
        raise click.ClickException(
            f"Classroom 50's result.json cannot hold what the variables of its runner say: {error}"
        ) from error


def screen() -> "Console":
    """The console of standard output."""
    from rich.console import Console

    console = Console()
    return console if console.is_terminal else Console(width=PIPE_WIDTH)


def page() -> "Console":
    """The console of a file: no colours, and a fixed width."""
    from rich.console import Console

    return Console(file=io.StringIO(), width=100, color_system=None, force_terminal=False)
