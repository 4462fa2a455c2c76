"""One grading process of `grader cohort run`. It grades submissions, or looks at them; see `share` for its answers."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from grader.assignment import Course
from grader.commands.cohort.share import Say, Share, Task, unpacked
from grader.commands.running import chosen
from grader.formats.json_report import to_json
from grader.grading import grade_each, quiet_environment
from grader.isolation.outside.sandbox import Sandbox
from grader.isolation.walls import identity
from grader.provenance import digest_of
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
    sharing = _Sharing(course, say)
    wanted = {"seed": share.seed, "allow_unconfined": share.allow_unconfined}
    grade_each(course, sharing.submissions(), assignments, sandbox, sharing.keep, **wanted)


@dataclass
class _Sharing:
    """The tasks that come in, and the answers to them."""

    course: Course
    say: Say
    digest: str = ""  # of the submission that is being graded

    def submissions(self) -> Iterator[Submission]:
        """The submissions to be graded. For the others it is answered what their digest is."""
        for line in sys.stdin:
            task = Task(**json.loads(line))
            try:
                submission = self._read(task)
            except SubmissionError as error:
                self.say(problem=error.reason)
                continue
            self.digest = digest_of(submission)
            if task.grade:
                yield submission
            else:
                self.say(submission=self.digest)

    def _read(self, task: Task) -> Submission:
        if task.content is not None:
            return Submission(task.name, *unpacked(task.content))
        return replace(read_submission(Path(task.path), self.course.reference), name=task.name)

    def keep(self, report: Report) -> None:
        """Answer with the report of the current submission."""
        self.say(submission=self.digest, report=json.loads(to_json(report)))
