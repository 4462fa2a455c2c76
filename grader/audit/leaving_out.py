"""Law 8: a belief is never named wrongly. Each entry is taken out of the bank, handed in, and diagnosed by the rest.

The mistake of a student is seldom in the bank. Then the diagnosis may name nothing, or a place, or what the wrong
answer looks like, or what is right elsewhere and gives the same numbers. It may not name a belief of somebody else.
"""

import ast
from collections.abc import Mapping
from dataclasses import replace

from grader.assignment import Assignment, Course, Misconception, Variants, read_misconceptions
from grader.audit.bank import import_problem, maker
from grader.audit.bench import Bench, at_bench, failed
from grader.audit.finding import Finding
from grader.audit.reasons import MISNAMED, unjust
from grader.audit.tasks import Task
from grader.diagnosis import Investigation, Suspects, diagnosed

# Seconds of processor time for one entry. A student's failures get less, so the law does not hold for lack of time.
SECONDS = 60.0
MAX_SHARE = 0.01  # of an assignment's entries may be misnamed, with a reason; in a small bank, one entry


class RestOfTheBank(Suspects):
    """All suspects but one; and no slips: those name a place, which is allowed, and take most of the time."""

    def __init__(self, course: Course, assignment: Assignment, left_out: Misconception) -> None:
        super().__init__(course, (replace(assignment, holes={}),))
        self._left_out = left_out

    def bank(self, number: str) -> tuple[Misconception, ...]:
        return tuple(entry for entry in super().bank(number) if entry != self._left_out)


def leaving_out_tasks(assignment: Assignment) -> list[Task]:
    """The tasks for law 8: every entry of the bank, diagnosed by the rest."""
    bank = read_misconceptions(assignment.folder)
    whole = "\n".join(f"{m.name} {m.target} {m.fails} {m.convention}\n{ast.unparse(m.node)}" for m in bank)
    return [Task(assignment.number, misname_entry, (m,), whole) for m in bank]


def misname_entry(course: Course, assignment: Assignment, entry: Misconception) -> list[str]:
    """The other beliefs that are named for the failures of an entry; none if it cannot be imported."""
    make = maker(Variants(course), entry)
    if import_problem(make):
        return []
    suspects = RestOfTheBank(course, assignment, entry)
    allowed = {m.name for m in suspects.bank(assignment.number) if m.convention}

    def work(bench: Bench) -> list[str]:
        investigation = Investigation(suspects)
        results = [bench.run(c, make, on_failure=investigation.hear_of) for c in bench.all_checks]
        investigation.explain(results, SECONDS)
        diagnoses = [r.diagnosis for r in diagnosed(results, investigation) if failed(r) and r.diagnosis]
        return [d.causes[0] for d in diagnoses if d.explanation and d.causes and d.causes[0] not in allowed]

    return list(dict.fromkeys(at_bench(assignment, work)))


def no_belief_is_misnamed(assignment: Assignment, results: Mapping[Task, list[str]]) -> Finding:
    """Law 8: hardly any entry that was left out is taken for another one, and each that is has a reason."""
    misnamed = {task.arguments[0].name: others for task, others in results.items()}
    pairs = [f"{name} -> {other}" for name, others in misnamed.items() for other in others]
    listed = MISNAMED.read(assignment)
    violations = [
        f"left out of the bank, it is taken for another belief: {pair}" for pair in pairs if pair not in listed
    ]
    violations += unjust(MISNAMED, listed, pairs, pairs, "")
    wrong = [name for name, others in misnamed.items() if others]
    if len(wrong) > max(1, MAX_SHARE * len(misnamed)):
        violations.append(f"{len(wrong)} of {len(misnamed)} entries are misnamed; {MAX_SHARE:.0%} may be, with reasons")
    evidence = f"{len(misnamed) - len(wrong)} of {len(misnamed)} not taken for another"
    return Finding(assignment.number, 8, evidence, tuple(violations))
