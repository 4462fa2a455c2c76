"""A report in the format that was asked for, as its readers may see it."""

import io
import os
import secrets
from datetime import UTC, datetime

import click
from rich.console import Console

from grader.formats import BY_CHECK, FOR_INSTRUCTORS
from grader.formats.classroom50 import Origin, to_classroom50
from grader.formats.github import to_github
from grader.formats.gradescope import to_gradescope
from grader.formats.html import to_html
from grader.formats.json_report import to_json
from grader.formats.junit import to_junit
from grader.formats.markdown import MAX_SUMMARY, to_markdown
from grader.formats.student import for_students
from grader.formats.text import to_text
from grader.result import Report


def rendered(report: Report, form: str, console: Console, audience: str | None = None, finished: bool = True) -> str:
    """The report in a format; `console` tells what a text may look like, and without an audience it is the format's own.

    Raises:
        click.ClickException: if what the format needs is not known here.
    """
    seen = shown(report, form, audience)
    match form:
        case "text":
            return to_text(seen, console)
        case "json":
            return to_json(seen, finished) + "\n"
        case "gradescope":
            return to_gradescope(seen, finished) + "\n"
        case "classroom50":
            return to_classroom50(seen, origin(), finished) + "\n"
        case "github":
            return to_github(seen, to_text(seen, page()), secrets.token_hex(16))
        case "junit":
            return to_junit(seen)
        case "markdown":
            return to_markdown(seen)
        case "html":
            return to_html(seen)
    raise ValueError(form)


def summary(report: Report, audience: str | None, used: int) -> str:
    """What goes into the summary of a job, of which `used` bytes are taken; nothing if there is no room."""
    room = MAX_SUMMARY - used
    return to_markdown(shown(report, "github", audience), room) if room > MAX_SUMMARY // 10 else ""


def shown(report: Report, form: str, audience: str | None) -> Report:
    """The part of a report that the readers of a format may see."""
    if form in BY_CHECK:
        return report
    own = "instructor" if form in FOR_INSTRUCTORS else "student"
    return report if (audience or own) == "instructor" else for_students(report)


def origin() -> Origin:
    """What Classroom 50's runner says of this submission.

    Raises:
        click.ClickException: if it does not run this.
    """
    try:
        return Origin.of(os.environ, datetime.now(UTC))
    except KeyError as error:
        message = f"the format classroom50 is for Classroom 50's runner, which sets variables that are missing here: {error.args[0]}"
        raise click.ClickException(message) from error


def screen() -> Console:
    """What standard output shows."""
    console = Console()
    return console if console.is_terminal else Console(width=page().width)  # a pipe has no width


def page() -> Console:
    """What a file looks like: neither colours nor a terminal's width."""
    return Console(file=io.StringIO(), width=100, color_system=None, force_terminal=False)
