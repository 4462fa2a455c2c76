"""Is the course itself right? Laws that every assignment has to keep, each proved by running the checks.

1  The reference passes every check, over many seeds, and once more in a worker as submissions are run.
2  The untouched template earns exactly nothing: every check fails, and for the stub's own NotImplementedError.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from grader.assignment import Assignment, Course
from grader.checks.framework import LocalFramework
from grader.checks.plugin import Plan, run_checks
from grader.grading import grade, import_reference
from grader.isolation.sandbox import Sandbox
from grader.result import CheckResult, Outcome
from grader.submission import Submission

OnResult = Callable[[CheckResult], None]


@dataclass(frozen=True)
class Finding:
    """One law and one assignment: what was run, and every way in which the law was broken."""

    assignment: str
    law: str
    evidence: str
    violations: tuple[str, ...]


def audit(
    course: Course, assignments: tuple[Assignment, ...], sandbox: Sandbox, seeds: int, on_result: OnResult
) -> list[Finding]:
    """Prove the laws for some assignments.

    Raises:
        AssignmentError: if the course is broken.
    """
    findings = []
    for assignment in assignments:
        findings.append(_reference_passes(course, assignment, sandbox, seeds, on_result))
        findings.append(_template_earns_nothing(course, assignment, sandbox, on_result))
    return findings


def _reference_passes(
    course: Course, assignment: Assignment, sandbox: Sandbox, seeds: int, on_result: OnResult
) -> Finding:
    violations: list[str] = []
    for seed in range(seeds):
        results = run_in_process(assignment, seed, on_result)
        violations += [f"seed {seed}: {_line(r)}" for r in results if r.outcome is not Outcome.PASSED]
    submission = submission_of("reference", course.reference)
    report = grade(course, submission, (assignment,), sandbox, on_result=on_result)
    results = report.assignments[0].results
    violations += [f"in a worker: {_line(r)}" for r in results if r.outcome is not Outcome.PASSED]
    if report.earned != assignment.points:
        violations.append(f"in a worker it earns {report.earned:g} of {assignment.points:g} points")
    evidence = f"{len(results)} checks, {seeds} seeds in this process and one in workers"
    return Finding(assignment.number, "the reference earns everything", evidence, tuple(violations))


def run_in_process(
    assignment: Assignment, seed: int, on_result: OnResult = lambda _result: None
) -> list[CheckResult]:
    """Run an assignment's checks on the reference in this process, without isolation."""
    reference = import_reference(assignment.folder.parents[1])

    @contextmanager
    def open_reference(_assignment: Assignment) -> Iterator[Any]:
        yield LocalFramework(reference)

    plan = Plan((assignment,), reference, seed, open_reference, on_result)
    return run_checks(plan, [str(file) for file in assignment.test_files]).results


def _template_earns_nothing(
    course: Course, assignment: Assignment, sandbox: Sandbox, on_result: OnResult
) -> Finding:
    holes = {f"NotImplementedError: {name}" for name in course.hole_names(assignment)}
    submission = submission_of("template", course.stubs)
    report = grade(course, submission, (assignment,), sandbox, on_result=on_result)
    results = report.assignments[0].results
    violations = [_line(r) for r in results if r.earned or r.message not in holes]
    evidence = f"{len(results)} checks, {report.earned:g} points"
    return Finding(assignment.number, "the untouched template earns nothing", evidence, tuple(violations))


def submission_of(name: str, files: dict[str, str]) -> Submission:
    """A submission made of texts instead of files."""
    return Submission(name, {path: text.encode() for path, text in files.items()})


def _line(result: CheckResult) -> str:
    return f"{result.check.id}: {result.outcome}: {result.message[:300]}"
