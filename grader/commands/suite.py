"""`grader suite`: runs a unittest suite that was written for gradescope-utils."""

from dataclasses import dataclass
from pathlib import Path

import click

from grader.commands.delivery import Delivery
from grader.result import nothing_yet
from grader.suite.run import Limits, SuiteError, run_suite


@dataclass(frozen=True)
class SuiteRun:
    """What `grader suite` was asked to do."""

    tests: Path
    submission: Path
    form: str
    output: Path | None
    limits: Limits
    allow_unconfined: bool


def suite_command(asked: SuiteRun) -> None:
    """Run the suite, and show or write its report."""
    delivery = Delivery(asked.form, asked.output)
    with delivery.possible():
        delivery.begin(nothing_yet(asked.submission.name))
        try:
            report = run_suite(asked.tests, asked.submission, asked.limits, asked.allow_unconfined)
        except SuiteError as error:
            raise click.ClickException(str(error)) from error
        delivery.finish(report)
