"""`grader grade`: grades one submission, and shows or writes its report."""

import math
import sys
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import click

from grader.assignment import Course
from grader.commands.delivery import Delivery
from grader.commands.running import chosen, progress
from grader.grading import end_hard, grade, quiet_environment
from grader.isolation.outside.sandbox import Sandbox
from grader.isolation.probing import probe
from grader.isolation.walls import identity
from grader.result import Report, nothing_yet
from grader.submission import Submission, SubmissionError, read_submission, require_submission

SECONDS_AFTER_DEADLINE = 10.0  # for the check that runs at the deadline (5 s by default), and to write the report


@dataclass(frozen=True)
class Grading:
    """What `grader grade` was asked to do. `deadline` is in seconds from now, `fail_under` in percent."""

    path: Path
    numbers: tuple[str, ...] = ()
    seed: int | None = None
    deadline: float | None = None
    allow_unconfined: bool = False
    fail_under: float | None = None


def graded(root: Path, asked: Grading, delivery: Delivery, sandbox: Sandbox) -> Report:
    """Grade one submission, and give every intermediate report to `delivery`."""
    quiet_environment()
    identity.hide()
    end = monotonic() + asked.deadline if asked.deadline else math.inf
    require_submission(asked.path)
    probe.begin_to_examine(sandbox)
    delivery.begin(nothing_yet(asked.path.name))
    if asked.deadline:
        end_hard(asked.deadline + SECONDS_AFTER_DEADLINE)
    course, assignments = chosen(root, asked.numbers)
    submission = _taken_in(asked.path, course, delivery)
    try:
        with progress() as shown:
            delivery.say = shown
            return grade(
                course,
                submission,
                assignments,
                sandbox,
                seed=asked.seed,
                deadline=end,
                allow_unconfined=asked.allow_unconfined,
                on_begin=shown.begin,
                on_result=delivery.announce,
                on_report=delivery.keep if delivery.path or delivery.others else None,
            )
    except KeyboardInterrupt:
        delivery.stop()
        raise


def _taken_in(path: Path, course: Course, delivery: Delivery) -> Submission:
    """The submission. If there is no grade to give, the output files say why, too."""
    try:
        return read_submission(path, course.reference)
    except SubmissionError as error:
        delivery.begin(nothing_yet(path.name, f"Nothing could be graded: {error.reason}"))
        raise


def deliver(report: Report, asked: Grading, delivery: Delivery) -> None:
    """Deliver the report. Exits with 2 if points are withheld, with 1 if it earned less than --fail-under."""
    delivery.finish(report)
    if report.withheld:
        sys.exit(2)
    if asked.fail_under is not None:
        _require_share(report, asked.fail_under)


def _require_share(report: Report, percent: float) -> None:
    if 100 * report.earned < percent * report.points:
        earned = f"{report.earned:g} of {report.points:g} points"
        raise click.ClickException(f"{earned} are less than the {percent:g} % that --fail-under asks for")
