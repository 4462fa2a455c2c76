"""Runs checks without isolation, on packages of the course itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from grader.assignment import Assignment
from grader.assignment.inside import seen_by
from grader.checks.framework import LocalFramework
from grader.checks.plan import Plan
from grader.checks.session import run_checks
from grader.grading import import_reference
from grader.result import CheckResult
from grader.submission import Submission


def run_in_process(assignment: Assignment, seed: int) -> list[CheckResult]:
    """Run an assignment's checks on the reference in this process, without isolation."""
    reference = import_reference(assignment.folder.parents[1])

    @contextmanager
    def opened(_assignment: Assignment, _own: float | None = None) -> Iterator[Any]:
        yield LocalFramework(seen_by(reference, assignment.number))

    plan = Plan((assignment,), reference, seed, opened)
    return run_checks([plan], [str(file) for file in assignment.test_files])


def submission_of(name: str, files: dict[str, str]) -> Submission:
    """A submission made from texts instead of files."""
    return Submission(name, {path: text.encode() for path, text in files.items()})
