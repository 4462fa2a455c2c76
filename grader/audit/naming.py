"""Law 6, first half: if a submission has one misconception in it, the diagnosis names that very misconception."""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from grader.assignment import Assignment, Course, Misconception, Variants, read_misconceptions
from grader.audit.bank import data_of_bank, import_problem, maker
from grader.audit.bench import Bench, at_bench, failed
from grader.audit.finding import Finding
from grader.audit.tasks import Task
from grader.diagnosis import Investigation, Suspects, diagnosed

SECONDS = 120.0  # for one investigation; it may take longer here than when a student waits


@dataclass(frozen=True)
class Named:
    """What the diagnosis of one failed check says. `causes` are names of misconceptions, the most likely first."""

    check: str
    causes: tuple[str, ...]


def naming_tasks(assignment: Assignment) -> list[Task]:
    """The tasks for this half: every entry of the bank, diagnosed by the whole bank."""
    bank = read_misconceptions(assignment.folder)
    whole = "\n".join(f"{m.name} {m.target} {m.fails}\n{ast.unparse(m.node)}" for m in bank)
    return [Task(assignment.number, name_entry, (m,), whole + data_of_bank(assignment)) for m in bank]


def name_entry(course: Course, assignment: Assignment, entry: Misconception) -> list[dict]:
    """What the diagnosis says about the failures of one entry, as plain data; nothing if it cannot be imported."""
    make = maker(Variants(course), entry)
    if import_problem(make):
        return []

    def work(bench: Bench) -> list[Named]:
        investigation = Investigation(Suspects(course, (assignment,)))
        results = [bench.run(c, make, on_failure=investigation.hear_of) for c in bench.all_checks]
        investigation.explain(results, SECONDS)
        told = [r for r in diagnosed(results, investigation) if failed(r)]
        return [Named(r.check.short_name, r.diagnosis.causes if r.diagnosis else ()) for r in told]

    return [asdict(named) for named in at_bench(assignment, work)]


def misconceptions_are_named(assignment: Assignment, results: Mapping[Task, list[dict]]) -> Finding:
    """If a misconception fails a check, it is the first among the causes, and best the only one."""
    told = {t.arguments[0]: [Named(d["check"], tuple(d["causes"])) for d in data] for t, data in results.items()}
    faults = {entry.name: _faults(entry, found) for entry, found in told.items()}
    alone = sum(bool(found) and all(named.causes == (entry.name,) for named in found) for entry, found in told.items())
    first = sum(not found for found in faults.values())
    evidence = f"{first} of {len(faults)} named, {alone} alone"
    return Finding(assignment.number, 6, evidence, tuple(f"{n}: {f}" for n, found in faults.items() for f in found))


def _faults(entry: Misconception, told: Sequence[Named]) -> list[str]:
    """The listed checks whose diagnosis does not begin with the entry, and all checks whose diagnosis names others."""
    faults = [f"{n.check} is explained by {n.causes[0]}" for n in told if n.causes and n.causes[0] != entry.name]
    passed = [check for check in entry.fails if check not in {n.check for n in told}]
    why = f": {', '.join(passed)}, which it lists, passed" if passed else ""
    faults += [f"{n.check} is not explained{why}" for n in told if n.check in entry.fails and not n.causes]
    return faults or ([] if told else ["it fails no check"])
