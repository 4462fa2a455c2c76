"""Several assignments of a class together: late days that each person has in stock, and assignments that are left out.

All of it comes from recorded times and stored results. Late days are used in the order of the due dates, without being
asked for: a day that is used is as if the due date had been a day later.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from grader.cohort.diff import Side
from grader.cohort.rows import Row
from grader.cohort.scores import Grade, late_by
from grader.policy import Policy, Term
from grader.policy.timing import ON_TIME

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Part:
    """One assignment of one person: score, maximum, late days used, and whether it is left out."""

    points: float
    maximum: float
    days: int = 0
    dropped: bool = False
    late: str = ""


@dataclass(frozen=True)
class Sum:
    """One person. `parts` has a part for each assignment, in the order in which they were named."""

    who: str
    row: Row
    parts: tuple[Part, ...]
    days_left: int

    @property
    def points(self) -> float:
        return round(math.fsum(part.points for part in self.parts if not part.dropped), 4)

    @property
    def maximum(self) -> float:
        return round(math.fsum(part.maximum for part in self.parts if not part.dropped), 4)


def sums(sides: Sequence[Side], policy: Policy) -> list[Sum]:
    """The sum of everybody over all assignments, by the key of the person."""
    each = [side.grades(policy=policy) for side in sides]
    highest = [max((grade.maximum for grade in grades.values()), default=0.0) for grades in each]
    people = {who: grade.row for grades in each for who, grade in grades.items()}
    return [_sum(who, row, sides, each, highest, policy) for who, row in sorted(people.items())]


def _sum(
    who: str,
    row: Row,
    sides: Sequence[Side],
    each: Sequence[Mapping[str, Grade]],
    highest: Sequence[float],
    policy: Policy,
) -> Sum:
    mine = [grades.get(who) for grades in each]
    used, left = _days(mine, policy)
    parts = []
    for side, grade, days, maximum in zip(sides, mine, used, highest, strict=True):
        if days:
            grade = _forgiven(side, grade, days, policy)
        points = grade.points if grade else 0.0
        parts.append(Part(points, grade.maximum if grade else maximum, days, late=grade.late if grade else ""))
    return Sum(who, row, tuple(_without_lowest(parts, policy.term.drop_lowest)), left)


def _days(mine: Sequence[Grade | None], policy: Policy) -> tuple[list[int], int]:
    """How many late days are used for each assignment, the earliest due date first; and how many are left."""
    left, used = _stock(mine, policy.term), [0] * len(mine)
    order = sorted(range(len(mine)), key=lambda place: (_due(mine[place]), place))
    grace = timedelta(minutes=policy.late.grace_minutes)
    for place in order:
        grade = mine[place]
        if grade is None or grade.row.result is None or (by := late_by(grade.row, policy)) <= max(grace, ON_TIME):
            continue
        most = left if policy.term.days_at_once is None else min(left, policy.term.days_at_once)
        used[place] = min(math.ceil(by / DAY), most)
        left -= used[place]
    return used, left


def _stock(mine: Sequence[Grade | None], term: Term) -> int:
    emails = {email.lower() for grade in mine if grade for email in grade.row.person.email.split("; ")}
    own = [term.people[email] for email in emails if email in term.people]
    return max(own) if own else term.late_days


def _due(grade: Grade | None) -> datetime:
    return grade.row.due if grade and grade.row.due else datetime.max.replace(tzinfo=UTC)


def _forgiven(side: Side, grade: Grade, days: int, policy: Policy) -> Grade:
    """The grade of the same submission, as if it had been due so many days later."""
    row = replace(grade.row, due=grade.row.due + days * DAY, history=())
    [again] = side.grades([row], policy).values()
    return again if again.points > grade.points else grade


def _without_lowest(parts: list[Part], count: int) -> list[Part]:
    """The parts, of which so many are dropped: those with the lowest share of their maximum. One stays."""
    shares = sorted(range(len(parts)), key=lambda place: (_share(parts[place]), place))
    lowest = set(shares[: max(min(count, len(parts) - 1), 0)])
    return [replace(part, dropped=place in lowest) for place, part in enumerate(parts)]


def _share(part: Part) -> float:
    return part.points / part.maximum if part.maximum else 1.0
