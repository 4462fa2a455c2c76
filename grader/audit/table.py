"""A table in Markdown: for every check the wrong answers that it rejects, and how near the nearest one comes.

Below it is what each misconception costs.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from grader.assignment import Assignment, Misconception
from grader.audit.bank import Trial
from grader.audit.laws import Audited
from grader.audit.listing import names_of
from grader.audit.proportion import costs

HEAD = """\
## {title}

| check | nearest wrong answer, in times of what is allowed | mutants failed first | misconceptions that fail it \
(**listed**) |
|---|---|---:|---|
"""

POINTS = """
| points of the component lost | component | misconception |
|---:|---|---|
"""


def to_markdown(assignments: Iterable[Assignment], audited: Audited) -> str:
    """One table for each assignment. It needs laws 3 or 4, and law 5 for the mutants."""
    return "\n".join("".join(_section(a, audited)) for a in assignments)


def _section(assignment: Assignment, audited: Audited) -> Iterator[str]:
    trials = audited.trials.get(assignment.number, {})
    kills = Counter(fate.killer for fate in audited.fates.get(assignment.number, ()))
    yield HEAD.format(title=assignment.name)
    for check in names_of(audited.checks.get(assignment.number, ())):
        failing = {entry: found for entry, tried in trials.items() if (found := _failing(tried.trials, check))}
        names = ", ".join(f"**{entry.name}**" if check in entry.fails else entry.name for entry in failing)
        yield f"| {check} | {_nearest(failing)} | {kills[check]} | {names} |\n"

    yield POINTS
    for cost in costs(trials, audited.checks.get(assignment.number, ())):
        yield f"| {cost.share:.0%} | {cost.component} | {cost.entry.name} |\n"
    yield "\n"


def _failing(trials: Iterable[Trial], check: str) -> list[Trial]:
    return [trial for trial in trials if trial.check == check and trial.failed]


def _nearest(failing: Mapping[Misconception, Sequence[Trial]]) -> str:
    """The smallest distance of all misconceptions, and which one has it.

    If a check has parameters, the set that sees a misconception best counts.
    """
    known = {entry: [t.distance for t in found if t.distance is not None] for entry, found in failing.items()}
    seen = sorted((max(distances), entry.name) for entry, distances in known.items() if distances)
    return f"{seen[0][0]:.2g} ({seen[0][1]})" if seen else ""
