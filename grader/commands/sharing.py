"""One process of `grader cohort`: grades the submissions whose paths come in, one after another, and says what each came to, see `share`."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from grader.assignment import Course
from grader.commands.output import write_atomically
from grader.commands.rendering import page, rendered
from grader.commands.running import chosen
from grader.commands.share import Say, Share
from grader.formats.summary import Row
from grader.grading import grade_each, quiet_environment
from grader.isolation import identity
from grader.isolation.sandbox import Sandbox
from grader.result import Report
from grader.submission import Submission, SubmissionError, read_submission


def grade_share(root: Path, sandbox: Sandbox, say: Say) -> None:
    """Grade what comes in until nothing does."""
    quiet_environment()
    identity.hide()
    share = Share(**json.loads(sys.stdin.readline()))
    course, assignments = chosen(root, tuple(share.numbers))
    wanted = {"seed": share.seed, "allow_unconfined": share.allow_unconfined}
    grade_each(course, _submissions(course, say), assignments, sandbox, lambda report: _keep(report, share, say), **wanted)


def _submissions(course: Course, say: Say) -> Iterator[Submission]:
    for line in sys.stdin:
        try:
            yield read_submission(Path(json.loads(line)), course.reference)
        except SubmissionError as error:
            say(problem=str(error))


def _keep(report: Report, share: Share, say: Say) -> None:
    try:
        for form, path in share.files(report.submission):
            write_atomically(path, rendered(report, form, page, share.audience))
    except click.ClickException as error:
        say(problem=f"it was graded, but its report was not kept: {error.message}")
    else:
        say(row=asdict(Row.of(report)))
