"""Laws 1 and 2: the reference earns everything, the untouched template nothing."""

from collections.abc import Sequence
from typing import Any

from grader.assignment import Assignment, Course, Variants
from grader.audit.bench import Bench, at_bench, described, failed
from grader.audit.finding import Finding
from grader.audit.running import submission_of
from grader.audit.tasks import Task
from grader.checks.crossing import as_if_elsewhere
from grader.grading import grade
from grader.isolation.outside.sandbox import Sandbox
from grader.result import AssignmentReport

SEEDS_OF_A_TASK = 25  # collecting the checks and compiling a variant takes as long as two seeds


def reference_tasks(assignment: Assignment, seeds: int) -> list[Task]:
    """The tasks for law 1: the reference over all seeds in this process, and once in workers."""
    blocks = [Task(assignment.number, run_seeds, tuple(block)) for block in blocks_of(range(seeds), SEEDS_OF_A_TASK)]
    return [*blocks, Task(assignment.number, grade_reference)]


def blocks_of(items: Sequence[Any], size: int) -> list[Sequence[Any]]:
    """The items in blocks of this size. The last block may be smaller."""
    return [items[start : start + size] for start in range(0, len(items), size)]


def run_seeds(course: Course, assignment: Assignment, *seeds: int) -> list[str]:
    """How the reference broke the law in this process, beside another import of it, which says what is right."""
    package = Variants(course).package()

    def work(bench: Bench) -> list[str]:
        def violations(seed: int, where: str = "", **how: Any) -> list[str]:
            results = [bench.run(check, lambda: package, seed, **how) for check in bench.all_checks]
            return [f"seed {seed}{where}: {described(r)}" for r in results if failed(r)]

        # Values that cannot cross to a worker break the law, too. One seed is enough, as that hardly depends on it.
        found = violations(seeds[0], " as if in another process", wrap=as_if_elsewhere)
        return found + [violation for seed in seeds for violation in violations(seed)]

    return at_bench(assignment, work)


def grade_reference(course: Course, assignment: Assignment) -> list[str]:
    """How the reference broke the law when it was graded as a submission."""
    report = _graded(course, assignment, "reference", course.reference)
    violations = [f"in a worker: {described(r)}" for r in report.results if failed(r)]
    if report.earned != assignment.points:
        violations.append(f"in a worker it earns {report.earned:g} of {assignment.points:g} points")
    return violations


def reference_passes(assignment: Assignment, results: Sequence[list[str]], seeds: int) -> Finding:
    """Law 1: the reference passes every check, over many seeds here and once in a worker as submissions are run."""
    evidence = f"{seeds} seeds, 1 in workers"
    return Finding(assignment.number, 1, evidence, tuple(v for violations in results for v in violations))


def grade_template(course: Course, assignment: Assignment) -> list[str]:
    """How the template broke the law."""
    holes = {f"NotImplementedError: {name}" for name in course.hole_names(assignment)}
    report = _graded(course, assignment, "template", course.stubs)
    return [described(r) for r in report.results if r.earned or r.message not in holes]


def template_earns_nothing(assignment: Assignment, results: Sequence[list[str]]) -> Finding:
    """Law 2: the untouched template fails every check, and with the stub's own NotImplementedError."""
    [violations] = results
    return Finding(assignment.number, 2, "0 points" if not violations else "another result", tuple(violations))


def _graded(course: Course, assignment: Assignment, name: str, files: Any) -> AssignmentReport:
    with Sandbox().start() as sandbox:
        return grade(course, submission_of(name, files), (assignment,), sandbox).assignments[0]
