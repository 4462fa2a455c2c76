"""`grader suite`: a unittest suite that was written for gradescope-utils."""

from dataclasses import dataclass
from pathlib import Path

import click

from grader.commands.output import refuse, show, write_atomically
from grader.commands.rendering import page, rendered, screen
from grader.suite.run import Limits, SuiteError, run_suite


@dataclass(frozen=True)
class SuiteRun:
    """What `grader suite` was asked for."""

    tests: Path
    submission: Path
    form: str
    output: Path | None
    limits: Limits
    allow_unconfined: bool


def suite_command(asked: SuiteRun) -> None:
    """Run the suite and show or write its report."""
    if asked.output and not asked.output.parent.is_dir():
        refuse(asked.output, "there is no such folder")
    try:
        report = run_suite(asked.tests, asked.submission, asked.limits, asked.allow_unconfined)
    except SuiteError as error:
        raise click.ClickException(str(error)) from error
    if asked.output:
        write_atomically(asked.output, rendered(report, asked.form, page))
    else:
        show(rendered(report, asked.form, screen))
