"""Which checks an assignment has."""

from collections.abc import Mapping

from grader.assignment import Assignment, Course
from grader.audit.bench import at_bench
from grader.audit.tasks import Task


def list_checks(_course: Course, assignment: Assignment) -> list[str]:
    """Their names, as misconceptions name them, each once."""
    return at_bench(assignment, lambda bench: list(dict.fromkeys(c.short_name for c in bench.all_checks)))


def check_names(results: Mapping[Task, list[str]]) -> list[str]:
    """The result of such a task."""
    [names] = results.values()
    return names
