"""What changes from one run to another: whose score, by how much, through which checks, and why."""

from collections.abc import Iterable
from dataclasses import dataclass

from grader.cohort.rows import Row
from grader.cohort.scores import Grade, grades
from grader.cohort.store import Run, Store
from grader.policy import Policy, parse_policy

ALIKE = 1e-4  # points; scores are rounded to four decimals
# What a field of a provenance is called here.
WHY = {
    "assignments": "other assignments",
    "seed": "seed",
    "walls": "walls",
    "submission": "submission",
    "checks": "checks",
    "reference": "reference",
    "grader": "grader",
    "machine": "environment",
}
CHANCE = "chance"
TIMES = "times or due dates"
POLICY = "policy"


@dataclass(frozen=True)
class Side:
    """One of the two runs that are compared."""

    store: Store
    run: Run

    def grades(self, rows: Iterable[Row] | None = None, policy: Policy | None = None) -> dict[str, Grade]:
        """The grade of everybody, under the policy of that run or another. `rows` are its rows, if they are known."""
        return grades(self.store, self.run.number, policy or parse_policy(self.run.policy), rows)


@dataclass(frozen=True)
class Change:
    """The score of one person before and after; None if the person was not there.

    `checks` are those that earn something else: name, points before, points after (None if there was no such check).
    `why` names all that differs between the two results. If nothing does, it was chance.
    """

    who: str
    name: str
    before: float | None
    after: float | None
    checks: tuple[tuple[str, float | None, float | None], ...] = ()
    why: tuple[str, ...] = ()

    @property
    def by(self) -> float:
        """How much the score changes. Whoever is not there has 0."""
        return round((self.after or 0.0) - (self.before or 0.0), 4)


def changes(old: Side, new: Side) -> list[Change]:
    """Everybody whose score or checks change; the largest loss first."""
    before, after = old.grades(), new.grades()
    found = [_change(who, before.get(who), after.get(who), old, new) for who in before.keys() | after.keys()]
    return sorted((change for change in found if change.by or change.checks), key=lambda each: (each.by, each.who))


def _change(who: str, before: Grade | None, after: Grade | None, old: Side, new: Side) -> Change:
    known = after or before
    name = known.row.person.name or known.row.name
    checks = tuple(_checks(_earned(old, before), _earned(new, after)))
    points = [grade and grade.points for grade in (before, after)]
    same = before and after and abs(before.points - after.points) < ALIKE
    if same and not checks:
        return Change(who, name, *points)
    return Change(who, name, *points, checks, tuple(_why(before, after, old, new)))


def _earned(side: Side, grade: Grade | None) -> dict[str, float]:
    """Name of each check -> points, of the submission that counts."""
    if grade is None or grade.row.result is None:
        return {}
    return side.store.earned(grade.row.result)


def _checks(before: dict[str, float], after: dict[str, float]) -> Iterable[tuple[str, float | None, float | None]]:
    for name in sorted(before.keys() | after.keys()):
        points = before.get(name), after.get(name)
        if None in points or abs(points[0] - points[1]) >= ALIKE:
            yield name, *points


def _why(before: Grade | None, after: Grade | None, old: Side, new: Side) -> Iterable[str]:
    results = [grade.row.result if grade else None for grade in (before, after)]
    if None in results:
        yield WHY["submission"]
        return
    fields = old.store.made_from(results[0]).differences(new.store.made_from(results[1]))
    yield from (WHY[name] for name in fields)
    if old.run.policy != new.run.policy:
        yield POLICY
    times = [(grade.row.submitted, grade.row.due, grade.row.history) for grade in (before, after)]
    if times[0] != times[1] and "submission" not in fields:
        yield TIMES
    if not fields and (old.store is not new.store or results[0] != results[1]) and old.run.policy == new.run.policy:
        yield CHANCE
