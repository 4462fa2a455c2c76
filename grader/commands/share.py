"""One process of `grader cohort`: grades the submissions whose paths come in, one after another, and says what each came to.

In comes a line of JSON with the settings, then one with a path for each submission; out goes a line for each: {"row": ...}, or {"problem": "..."}
if it cannot be read, or {"refused": "..."} if nothing can be graded at all.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from grader.assignment import Course
from grader.commands.output import write_atomically
from grader.commands.rendering import page, rendered
from grader.commands.running import chosen, workers
from grader.formats.summary import Row
from grader.grading import grade_each, quiet_environment
from grader.isolation import identity
from grader.result import Report
from grader.submission import Submission, SubmissionError, read_submission

EXTENSIONS = {"json": "json", "gradescope": "gradescope.json", "html": "html", "markdown": "md", "junit": "xml", "text": "txt"}
Say = Callable[..., None]


@dataclass(frozen=True)
class Share:
    """How each submission is graded, and where its reports go."""

    folder: str
    forms: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    audience: str | None = None
    seed: int | None = None
    allow_unconfined: bool = False

    def files(self, name: str) -> list[tuple[str, Path]]:
        """Format and file of each report of a submission."""
        return [(form, Path(self.folder, f"{name}.{EXTENSIONS[form]}")) for form in self.forms]


def share_command(root: Path) -> None:
    """Grade what comes in until nothing does."""
    say = _taken_output()
    share = Share(**json.loads(sys.stdin.readline()))
    quiet_environment()
    identity.hide()
    try:
        with workers() as sandbox:
            course, assignments = chosen(root, tuple(share.numbers))
            wanted = {"seed": share.seed, "allow_unconfined": share.allow_unconfined}
            grade_each(course, _submissions(course, say), assignments, sandbox, lambda report: _keep(report, share, say), **wanted)
    except click.ClickException as error:
        say(refused=error.message)


def _taken_output() -> Say:
    """What says something to whoever started this; checks that print do so on standard error."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def say(**message: object) -> None:
        out.write(json.dumps(message) + "\n")
        out.flush()

    return say


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
