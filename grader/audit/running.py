"""Runs checks without isolation, on packages of the course's own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from grader.assignment import Assignment
from grader.checks.framework import LocalFramework
from grader.checks.plugin import Plan, run_checks
from grader.grading import import_reference
from grader.result import Check, CheckResult
from grader.submission import Submission

OnResult = Callable[[CheckResult], None]


def run_in_process(
    assignment: Assignment,
    seed: int,
    on_result: OnResult = lambda _result: None,
    package: ModuleType | None = None,
    keep: Callable[[Check], bool] = lambda _check: True,
) -> list[CheckResult]:
    """Run an assignment's checks on a package, by default the reference, in this process, without isolation."""
    reference = import_reference(assignment.folder.parents[1])

    @contextmanager
    def opened(_assignment: Assignment) -> Iterator[Any]:
        yield LocalFramework(package or reference)

    plan = Plan((assignment,), reference, seed, opened, on_result, keep=keep)
    return run_checks(plan, [str(file) for file in assignment.test_files]).results


def submission_of(name: str, files: dict[str, str]) -> Submission:
    """A submission made of texts instead of files."""
    return Submission(name, {path: text.encode() for path, text in files.items()})
