"""Laws 1 and 2: the reference earns everything, the untouched template nothing."""

from grader.assignment import Assignment, Course
from grader.audit.finding import Finding, described
from grader.audit.running import OnResult, run_in_process, submission_of
from grader.grading import grade
from grader.isolation.sandbox import Sandbox
from grader.result import Outcome


def reference_passes(
    course: Course, assignment: Assignment, sandbox: Sandbox, seeds: int, on_result: OnResult
) -> Finding:
    """Law 1: the reference passes every check, over `seeds` seeds here and once more in a worker as submissions are run."""
    violations: list[str] = []
    for seed in range(seeds):
        results = run_in_process(assignment, seed, on_result)
        violations += [f"seed {seed}: {described(r)}" for r in results if r.outcome is not Outcome.PASSED]
    submission = submission_of("reference", course.reference)
    report = grade(course, submission, (assignment,), sandbox, on_result=on_result)
    results = report.assignments[0].results
    violations += [f"in a worker: {described(r)}" for r in results if r.outcome is not Outcome.PASSED]
    if report.earned != assignment.points:
        violations.append(f"in a worker it earns {report.earned:g} of {assignment.points:g} points")
    evidence = f"{len(results)} checks, {seeds} seeds in this process and one in workers"
    return Finding(assignment.number, "the reference earns everything", evidence, tuple(violations))


def template_earns_nothing(
    course: Course, assignment: Assignment, sandbox: Sandbox, on_result: OnResult
) -> Finding:
    """Law 2: the untouched template fails every check, and with the stub's own NotImplementedError."""
    holes = {f"NotImplementedError: {name}" for name in course.hole_names(assignment)}
    submission = submission_of("template", course.stubs)
    report = grade(course, submission, (assignment,), sandbox, on_result=on_result)
    results = report.assignments[0].results
    violations = [described(r) for r in results if r.earned or r.message not in holes]
    evidence = f"{len(results)} checks, {report.earned:g} points"
    return Finding(assignment.number, "the untouched template earns nothing", evidence, tuple(violations))
