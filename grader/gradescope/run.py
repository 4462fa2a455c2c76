"""One grading on Gradescope: results.json is valid from the first moment on, and complete inside the platform's time-out."""

import os
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic

from grader.ahead import Latest
from grader.assignment import Course
from grader.formats.gradescope import written
from grader.gradescope.machine import fitted, offer_to_the_kernel, times
from grader.gradescope.metadata import Metadata, read_metadata
from grader.gradescope.results import composed, refused
from grader.grading import end_hard, grade, nothing_yet
from grader.isolation.sandbox import Sandbox
from grader.policy import Policy, read_policy
from grader.result import Report
from grader.submission import Submission, SubmissionError, read_submission, require_submission

NOT_SET_UP = "The autograder is not set up right, so nothing was graded. It costs you nothing; your course staff has to look at it."
NAME = "submission"  # as Gradescope calls the folder, whoever it is of
Write = Callable[[Path, str], None]  # replaces a file as a whole


@dataclass(frozen=True)
class Place:
    """The folder that Gradescope calls /autograder."""

    home: Path

    @property
    def submission(self) -> Path:
        return self.home / "submission"

    @property
    def results(self) -> Path:
        return self.home / "results/results.json"

    def numbers(self) -> tuple[str, ...]:
        """The assignments that are graded here."""
        return tuple((self.home / "source/assignments.txt").read_text(encoding="utf-8").split())

    def policy(self) -> Policy:
        return read_policy(self.home / "source/policy.toml")

    def metadata(self) -> Metadata:
        return read_metadata(self.home / "submission_metadata.json")

    def close(self) -> None:
        """Nobody but root reads the course, or the metadata, which hold earlier results of hidden checks."""
        for path, mode in (("source", 0o700), ("submission_metadata.json", 0o600), ("results", 0o700), ("submission", 0o700)):
            with suppress(OSError):
                os.chmod(self.home / path, mode)


def autograde(place: Place, root: Path, sandbox: Sandbox, environment: Mapping[str, str], write: Write) -> bool:
    """Grade the submission by the course at `root`, and write results.json again and again; whether all of it could be graded.

    Raises:
        AssignmentError, PolicyError, UnconfinedError, SandboxError: see `say_not_set_up`.
    """
    begun = monotonic()
    end_hard(times(environment, ()).end)
    place.close()
    policy, metadata = place.policy(), place.metadata()
    kept = refused(policy, metadata)
    if kept is not None:
        write(place.results, written(kept))
        return True
    write(place.results, written(composed(nothing_yet(NAME), policy, metadata, False), False))
    course = fitted(Course.load(root))
    submission, policy = _taken_in(place, course, policy)
    deadline = begun + times(environment, course.select(place.numbers())).last_start
    with closing(Latest[Report](lambda draft: write(place.results, _text(draft, policy, metadata)))) as drafts:
        report = _graded(place, course, submission, sandbox, deadline, drafts.put)
    sandbox.close()  # the last word is written when nothing of the student's runs any more
    write(place.results, written(composed(report, policy, metadata, not report.withheld)))
    return not report.withheld


def _taken_in(place: Place, course: Course, policy: Policy) -> tuple[Submission, Policy]:
    """The submission, and the policy by which it is scored.

    Where nothing can be graded, the student is told why, and no earlier score is lost by it.
    """
    require_submission(place.submission)  # without the folder it is the platform that is at fault
    try:
        return read_submission(place.submission, course.reference), policy
    except SubmissionError as error:
        nothing = Submission(NAME, {}, (f"Nothing could be graded: {error.reason}",))
        return nothing, replace(policy, submissions=replace(policy.submissions, keep="best"))


def _graded(
    place: Place, course: Course, submission: Submission, sandbox: Sandbox, deadline: float, keep: Callable[[Report], None]
) -> Report:
    offer_to_the_kernel(sandbox.process.pid)
    return grade(course, submission, course.select(place.numbers()), sandbox, deadline=deadline, on_report=keep)


def _text(report: Report, policy: Policy, metadata: Metadata) -> str:
    return written(composed(report, policy, metadata, False), False)


def say_not_set_up(place: Place, write: Write) -> None:
    """The results when the course, the policy or the container is at fault: without words of theirs, which could hold secrets."""
    metadata = place.metadata()
    with suppress(Exception):  # also where the policy is what is wrong
        write(place.results, written(composed(nothing_yet(NAME, NOT_SET_UP), place.policy(), metadata, False)))
        return
    write(place.results, written(composed(nothing_yet(NAME, NOT_SET_UP), Policy(), metadata, False)))
