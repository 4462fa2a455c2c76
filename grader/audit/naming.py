"""Law 6, first half: the diagnosis names the misconceptions that are in a submission, one alone or two at once."""

from collections.abc import Mapping, Sequence
from itertools import combinations

from grader.assignment import Assignment, Course, Misconception, Variants, read_misconceptions
from grader.audit.diagnosing import Diagnosed, Told, diagnosed_of, diagnosing_tasks
from grader.audit.finding import Finding
from grader.audit.tasks import Task
from grader.diagnosis.suspects import exclude_each_other

PAIRS = 25  # of an assignment: enough to know their share to about a tenth
LEAST_TOLD = 0.6  # the share of pairs of which both beliefs are told; the rest hide each other. One pair may, of few


def naming_tasks(assignment: Assignment) -> list[Task]:
    """The tasks for laws 6 and 8: every entry of the bank, diagnosed by the whole bank and by the rest."""
    return diagnosing_tasks(assignment, [(m,) for m in read_misconceptions(assignment.folder)])


def pair_tasks(course: Course, assignment: Assignment) -> list[Task]:
    """The tasks for pairs that one student can have in one component, evenly spread over all there are."""
    bank, variants = read_misconceptions(assignment.folder), Variants(course)
    pairs = [pair for pair in combinations(bank, 2) if _can_be_had_at_once(*pair, variants)]
    step = max(1.0, len(pairs) / PAIRS)
    return diagnosing_tasks(assignment, [pairs[int(i * step)] for i in range(min(PAIRS, len(pairs)))])


def _can_be_had_at_once(one: Misconception, other: Misconception, variants: Variants) -> bool:
    """Whether they are about different parts of one class, and fail checks of one component."""
    return (
        one.components == other.components  # the quickest question first: most pairs are of different components
        and variants.class_of(one.target) == variants.class_of(other.target)
        and not exclude_each_other(one, other, variants)
    )


def misconceptions_are_named(assignment: Assignment, results: Mapping[Task, dict]) -> Finding:
    """If a misconception fails a check, it is the first among the causes, and best the only one."""
    told = {t.arguments[0][0]: diagnosed_of(data).by_all for t, data in results.items() if len(t.arguments[0]) == 1}
    faults = {entry.name: _faults(entry, found) for entry, found in told.items()}
    alone = sum(bool(found) and all(named.causes == (entry.name,) for named in found) for entry, found in told.items())
    first = sum(not found for found in faults.values())
    evidence = f"{first} of {len(faults)} named, {alone} alone"
    return Finding(assignment.number, 6, evidence, tuple(f"{n}: {f}" for n, found in faults.items() for f in found))


def _faults(entry: Misconception, told: Sequence[Told]) -> list[str]:
    """The listed checks whose diagnosis does not name the entry, and any whose diagnosis names another one."""
    faults = [f"{n.check} is explained by {n.causes[0]}" for n in told if n.causes and n.causes[0] != entry.name]
    unnamed = [n for n in told if n.check in entry.fails and entry.name not in (*n.named, *n.conventions)]
    passed = [check for check in entry.fails if check not in {n.check for n in told}]
    why = f": {', '.join(passed)}, which it lists, passed" if passed else ""
    faults += [f"{n.check} is not explained{why}" for n in unnamed if not n.causes]
    faults += [f"{n.check} has as likely causes {' and '.join(n.causes)}" for n in unnamed if entry.name in n.causes]
    return list(dict.fromkeys(faults)) or ([] if told else ["it fails no check"])


def pairs_are_told(assignment: Assignment, results: Mapping[Task, dict]) -> Finding:
    """Of two misconceptions in one component, both are told, for most pairs."""
    pairs = {task.arguments[0]: diagnosed_of(data) for task, data in results.items() if len(task.arguments[0]) == 2}
    silent = [pair for pair, found in pairs.items() if not _are_told(pair, found)]
    evidence = f"{len(pairs) - len(silent)} of {len(pairs)} pairs both told"
    names = tuple(f"{one.name} and {other.name} are not both told" for one, other in silent)
    if len(silent) > max(1, (1 - LEAST_TOLD) * len(pairs)):
        return Finding(assignment.number, 6, evidence, (f"fewer than {LEAST_TOLD:.0%} of the pairs", *names))
    return Finding(assignment.number, 6, evidence, (), names)


def _are_told(pair: Sequence[Misconception], found: Diagnosed) -> bool:
    named = {name for told in found.by_all for name in (*told.named, *told.conventions)}
    return named.issuperset(m.name for m in pair)
