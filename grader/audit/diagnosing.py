"""What is told of wrong answers out of the bank, for laws 6 and 8: they are handed in, and diagnosed.

Each is examined once, with the whole bank and with what is left of it without them.
"""

import ast
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cache, cached_property, partial

from grader.assignment import Assignment, Course, Misconception, Variants, read_misconceptions
from grader.audit.bank import data_of_bank, import_problem
from grader.audit.bench import Bench, at_bench, failed
from grader.audit.tasks import Task, surroundings_of
from grader.checks.plan import Failure
from grader.diagnosis import Investigation, Suspects, diagnosed
from grader.diagnosis.trials import Memory
from grader.result import CheckResult

Entries = tuple[Misconception, ...]

SECONDS = 120.0  # of processor time for one investigation: more than a student's failures are given


@dataclass(frozen=True)
class Told:
    """What the diagnosis of one failed check says.

    `causes` are names of what would explain it, the most likely first; `named` are the entries whose belief is told,
    and `conventions` those of which it is told where they are right.
    """

    check: str
    causes: tuple[str, ...]
    named: tuple[str, ...]
    conventions: tuple[str, ...]


@dataclass(frozen=True)
class Diagnosed:
    """What is told of some entries that were handed in together, by the whole bank and by the rest of it."""

    by_all: tuple[Told, ...]
    by_the_rest: tuple[Told, ...]


class Rest(Suspects):
    """A bank as it is given; and no slips, as those name a place, and to try them takes most of the time."""

    def __init__(
        self, course: Course, assignment: Assignment, variants: Variants, bank: Sequence[Misconception]
    ) -> None:
        super().__init__(course, (assignment,), variants)
        self._bank = tuple(bank)

    def bank(self, number: str) -> tuple[Misconception, ...]:
        return self._bank

    def mutants(self, check: object) -> tuple[()]:
        return ()


def diagnosing_tasks(assignment: Assignment, groups: Sequence[Entries]) -> list[Task]:
    """What it needs: each group of entries handed in together, beside the whole bank."""
    bank = read_misconceptions(assignment.folder)
    whole = "\n".join(f"{m.name} {m.target} {m.fails} {m.convention}\n{ast.unparse(m.node)}" for m in bank)
    depends = whole + data_of_bank(assignment)
    return [Task(assignment.number, diagnose, (group,), depends) for group in groups]


def diagnose(course: Course, assignment: Assignment, entries: Entries) -> dict:
    """What is told of some entries together, as plain data of a `Diagnosed`; nothing if they cannot be imported."""
    variants, memory = _desk(surroundings_of(course, assignment.number), course)
    desk = Desk(course, assignment, variants, memory)
    return asdict(at_bench(assignment, lambda bench: desk.diagnose(bench, entries)))


@dataclass(frozen=True)
class Desk:
    """What is the same for all entries of an assignment: variants of the reference, and what they were seen to lead to.

    All entries are handed in with the same seed.
    """

    course: Course
    assignment: Assignment
    variants: Variants
    memory: Memory

    @cached_property
    def bank(self) -> tuple[Misconception, ...]:
        return read_misconceptions(self.assignment.folder)

    def diagnose(self, bench: Bench, entries: Entries) -> Diagnosed:
        """Run checks of the components that the entries list: that no other one fails is law 3.

        With them run those of parts that other beliefs about these components are about. If they pass, they refute it.
        """
        edits = [(m.target, m.node) for m in entries]
        make = partial(self.variants.package, *edits)
        if import_problem(make):
            return Diagnosed((), ())
        components = set().union(*(m.components for m in entries))
        components |= {m.home for m in self.bank if components & m.components and m.home in m.components}
        failures: list[Failure] = []
        checks = [check for check in bench.all_checks if check.component in components]
        results = [bench.run(check, make, on_failure=failures.append) for check in checks]
        return Diagnosed(*(self._told(results, failures, left_out) for left_out in ((), entries)))

    def _told(self, results: Sequence[CheckResult], failures: Iterable[Failure], left_out: Entries) -> tuple[Told, ...]:
        rest = [m for m in self.bank if m not in left_out]
        investigation = Investigation(Rest(self.course, self.assignment, self.variants, rest), self.memory)
        for failure in failures:
            investigation.hear_of(failure)
        investigation.explain(results, SECONDS)
        return tuple(_told(r, self.bank) for r in diagnosed(results, investigation) if failed(r))


def diagnosed_of(data: dict) -> Diagnosed:
    """The same from plain data."""
    told = {key: tuple(Told(d["check"], *map(tuple, list(d.values())[1:])) for d in data[key]) for key in data}
    return Diagnosed(**told)


def _told(result: CheckResult, bank: Sequence[Misconception]) -> Told:
    found = result.diagnosis
    if found is None:
        return Told(result.check.short_name, (), (), ())
    named = tuple(m.name for m in bank if not m.convention and f'"{m.belief}"' in found.explanation)
    conventions = tuple(m.name for m in bank if m.convention and m.convention in found.explanation)
    return Told(result.check.short_name, found.causes, named, conventions)


@cache
def _desks() -> dict[str, tuple[Variants, Memory]]:
    return {}


def _desk(surroundings: str, course: Course) -> tuple[Variants, Memory]:
    """What is the same for all entries: variants of the reference, and their results so far. All have one seed."""
    if surroundings not in _desks():
        _desks().clear()
        _desks()[surroundings] = Variants(course), {}
    return _desks()[surroundings]
