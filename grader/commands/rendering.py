"""A report in the format that was asked for, as its readers may see it."""

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

if TYPE_CHECKING:
    from rich.console import Console

    from grader.formats.classroom50 import Origin


def rendered(report: Report, form: str, console: "Callable[[], Console]", audience: str | None = None) -> str:
    """The report in a format; `console` tells what a text may look like, and without an audience it is the format's own.

    Only what the format needs is imported: all of it takes longer than ten checks.

    Raises:
        click.ClickException: if what the format needs is not known here.
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
    """A report that is not finished, in a format, as cheap as it can be: it is written after every check.

    Raises:
        click.ClickException: if what the format needs is not known here.
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
    """Formats that are the same, finished or not, or nearly so."""
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
    """What goes into the summary of a job, of which `used` bytes are taken; nothing if there is no room."""
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
    """What Classroom 50's runner says of this submission.

    Raises:
        click.ClickException: if it does not run this.
    """
    from grader.formats.classroom50 import Origin

    try:
        return Origin.of(os.environ, datetime.now(UTC))
    except KeyError as error:
        message = f"the format classroom50 is for Classroom 50's runner, which sets variables that are missing here: {error.args[0]}"
        raise click.ClickException(message) from error


def require_origin() -> None:
    """Refuse before the grading what Classroom 50's runner said, if its result.json cannot hold it.

    Raises:
        click.ClickException: naming it.
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
    """What standard output shows."""
    from rich.console import Console

    console = Console()
    return console if console.is_terminal else Console(width=page().width)  # a pipe has no width


def page() -> "Console":
    """What a file looks like: neither colours nor a terminal's width."""
    from rich.console import Console

    return Console(file=io.StringIO(), width=100, color_system=None, force_terminal=False)
