"""Law 5: every mutant of the solution is failed by a check, or listed with the reason why no check should."""

import ast
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from types import ModuleType

from grader.assignment import Assignment, Course, Variants
from grader.assignment.mutants import Mutant, mutants
from grader.audit.bench import Bench, at_bench, failed
from grader.audit.finding import Finding
from grader.audit.solution import blocks_of
from grader.audit.survivors import KINDS, NAME, read_survivors
from grader.audit.tasks import Task
from grader.result import Check

MUTANTS_OF_A_TASK = 60


@dataclass(frozen=True)
class Fate:
    """What became of a mutant: `killer` is the check that failed first, "" for a survivor."""

    mutant: str
    description: str
    killer: str


def mutant_tasks(course: Course, assignment: Assignment) -> list[Task]:
    """What law 5 needs: all mutants of every file with holes, in blocks."""
    counts = {file: len(_mutants_of(course, assignment, file)) for file in assignment.holes}
    return [
        Task(assignment.number, run_mutants, (file, block.start, block.stop))
        for file, count in counts.items()
        for block in blocks_of(range(count), MUTANTS_OF_A_TASK)
    ]


def _mutants_of(course: Course, assignment: Assignment, file: str) -> list[Mutant]:
    return list(mutants(file, ast.parse(course.reference[file]), assignment.holes[file]))


def run_mutants(course: Course, assignment: Assignment, file: str, start: int, stop: int) -> list[dict]:
    """Fates of some mutants of a file, as plain data."""
    variants = Variants(course)
    kills: Counter[str] = Counter()

    def fate(bench: Bench, mutant: Mutant) -> Fate:
        checks = _in_order(bench.all_checks, mutant, kills)
        killer = _killer(bench, checks, variants.importer({file: mutant.tree}))
        kills[killer] += 1
        return Fate(mutant.name, mutant.description, killer)

    def work(bench: Bench) -> list[Fate]:
        return [fate(bench, mutant) for mutant in _mutants_of(course, assignment, file)[start:stop]]

    return [asdict(fate) for fate in at_bench(assignment, work)]


def _in_order(checks: list[Check], mutant: Mutant, kills: Counter[str]) -> list[Check]:
    """Those of the mutant's own component first, then those that killed most: the sooner one fails, the less there is to run."""
    component = mutant.function.partition(".")[0]
    return sorted(checks, key=lambda c: (c.component != component, -kills[c.short_name]))


def _killer(bench: Bench, checks: list[Check], make: Callable[[], ModuleType]) -> str:
    return next((check.short_name for check in checks if failed(bench.run(check, make))), "")


def fates_of(results: Mapping[Task, list[dict]]) -> list[Fate]:
    """The results of such tasks."""
    return [Fate(**data) for fates in results.values() for data in fates]


def mutants_are_killed(assignment: Assignment, fates: list[Fate]) -> Finding:
    """Law 5: a mutant that no check fails has a reason, and a reason has a mutant that no check fails."""
    listed = read_survivors(assignment)
    killed = {fate.mutant for fate in fates if fate.killer}
    survivors = {fate.mutant: fate for fate in fates if not fate.killer}
    violations = [f"no check fails {fate.description}\n    {name}" for name, fate in survivors.items() if name not in listed]
    for name in listed:
        if name in killed:
            violations.append(f"{NAME} lists a mutant that a check fails: {name}")
        elif name not in survivors:
            violations.append(f"{NAME} lists a mutant that there is not: {name}")
    kinds = Counter(listed[name] for name in survivors if name in listed)
    known = ", ".join(f"{kinds[kind]} {kind}" for kind in KINDS)
    evidence = f"{len(killed)} killed, {known}, {len(survivors) - kinds.total()} surviving"
    return Finding(assignment.number, 5, evidence, tuple(violations))
