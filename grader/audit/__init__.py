"""Is the course itself right? Laws that every assignment has to keep, each proved by running the checks.

1  The reference passes every check, over many seeds, and once more in a worker as submissions are run.
2  The untouched template earns exactly nothing: every check fails, and for the stub's own NotImplementedError.
"""

from grader.assignment import Assignment, Course
from grader.audit.finding import Finding
from grader.audit.running import OnResult, run_in_process, submission_of
from grader.audit.solution import reference_passes, template_earns_nothing
from grader.isolation.sandbox import Sandbox

__all__ = ["Finding", "audit", "run_in_process", "submission_of"]


def audit(
    course: Course, assignments: tuple[Assignment, ...], sandbox: Sandbox, seeds: int, on_result: OnResult
) -> list[Finding]:
    """Prove the laws for some assignments.

    Raises:
        AssignmentError: if the course is broken.
    """
    findings = []
    for assignment in assignments:
        findings.append(reference_passes(course, assignment, sandbox, seeds, on_result))
        findings.append(template_earns_nothing(course, assignment, sandbox, on_result))
    return findings
