"""Law 8: a belief is never named wrongly. Each entry is taken out of the bank, handed in, and diagnosed by the rest.

The mistake of a student is seldom in the bank. Then the diagnosis may name nothing, or a place, or what the wrong
answer looks like, or what is right elsewhere and gives the same numbers. It may not name a belief of somebody else.
"""

from collections.abc import Mapping

from grader.assignment import Assignment
from grader.audit.diagnosing import diagnosed_of
from grader.audit.finding import Finding
from grader.audit.reasons import MISNAMED, unjust
from grader.audit.tasks import Task

MAX_SHARE = 0.01  # of an assignment's entries may be misnamed, with a reason; in a small bank, one entry


def no_belief_is_misnamed(assignment: Assignment, results: Mapping[Task, dict]) -> Finding:
    """Law 8: hardly any entry that was left out is taken for another one, and each that is has a reason."""
    misnamed = {task.arguments[0][0].name: _named(data) for task, data in results.items()}
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


def _named(data: dict) -> list[str]:
    """Names of other beliefs that are told, once the entry is left out."""
    return list(dict.fromkeys(name for told in diagnosed_of(data).by_the_rest for name in told.named))
