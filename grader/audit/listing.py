"""Which checks an assignment has, and what each is worth."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from grader.assignment import Assignment, Course
from grader.audit.bench import at_bench
from grader.audit.tasks import Task


@dataclass(frozen=True)
class Listed:
    """One check, by its name in misconceptions. A check with parameters is listed once for each set of them."""

    name: str
    points: float
    fine: bool

    @property
    def component(self) -> str:
        return self.name.partition("/")[0]


def list_checks(_course: Course, assignment: Assignment) -> list[dict]:
    """All checks in the order in which they run, as plain data of `Listed`."""
    return at_bench(
        assignment, lambda bench: [asdict(Listed(c.short_name, c.points, c.fine)) for c in bench.all_checks]
    )


def listed_checks(results: Mapping[Task, list[dict]]) -> list[Listed]:
    """The result of such a task."""
    [checks] = results.values()
    return [Listed(**check) for check in checks]


def names_of(checks: Sequence[Listed]) -> list[str]:
    """The names, each once."""
    return list(dict.fromkeys(check.name for check in checks))
