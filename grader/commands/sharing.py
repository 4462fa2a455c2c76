"""One grading process of `grader cohort`: it grades submissions, or looks at them, and answers as `share` describes."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import click

from grader.assignment import Course
from grader.commands.output import write_atomically
from grader.commands.rendering import page, rendered
from grader.commands.running import chosen
from grader.commands.share import Say, Share, Task
from grader.formats.summary import Row
from grader.grading import grade_each, quiet_environment
from grader.isolation.outside.sandbox import Sandbox
from grader.isolation.walls import identity
from grader.provenance import Provenance, provenance
from grader.result import Report
from grader.submission import Submission, SubmissionError, read_submission


def grade_share(root: Path, sandbox: Sandbox, say: Say) -> None:
    """Do the tasks that come in, until there are no more."""
    quiet_environment()
    identity.hide()
    first = sys.stdin.readline()
    if not first:
        return  # the process that started this one has ended
    share = Share(**json.loads(first))
    course, assignments = chosen(root, tuple(share.numbers))
    reports = ", ".join(f"{form} for {share.audience}" if share.audience else form for form in share.forms)
    made_from = provenance(course, assignments, seed=share.seed, reports=reports, unconfined=share.allow_unconfined)
    sharing = _Sharing(course, share, say, made_from)
    wanted = {"seed": share.seed, "allow_unconfined": share.allow_unconfined}
    grade_each(course, sharing.submissions(), assignments, sandbox, sharing.keep, **wanted)


@dataclass
class _Sharing:
    """The tasks that come in, and the answers to them."""

    course: Course
    share: Share
    say: Say
    made_from: Provenance

    def submissions(self) -> Iterator[Submission]:
        """The submissions to be graded. For the others it is answered what their reports would be made from."""
        for line in sys.stdin:
            task = Task(**json.loads(line))
            try:
                submission = replace(read_submission(Path(task.path), self.course.reference), name=task.name)
            except SubmissionError as error:
                self.say(problem=error.reason)
                continue
            self.made_from = self.made_from.of(submission)
            if task.grade:
                yield submission
            else:
                self.say(row=asdict(Row(task.name, provenance=self.made_from)))

    def keep(self, report: Report) -> None:
        """Write the reports of the current submission. If one cannot be written, the others and the points are kept."""
        problems = [
            problem
            for form, path in self.share.files(report.submission)
            if (problem := self._write(report, form, path))
        ]
        row = replace(Row.of(report), provenance=self.made_from)
        self.say(row=asdict(replace(row, note="; ".join(problems), provenance=None) if problems else row))

    def _write(self, report: Report, form: str, path: Path) -> str:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)  # a submission may be in a section
            write_atomically(path, rendered(report, form, page, self.share.audience))
        except OSError as error:
            return f"{path} cannot be written: {error.strerror}"
        except click.ClickException as error:
            return error.message
        return ""
