"""How late a submission is, from its own time and its members' due dates. The clock of this machine is not used.

All times have an offset. So a change to summer time in between changes nothing, and a day is always 24 hours.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from grader.policy.rules import Late

PERIODS = {"hour": timedelta(hours=1), "day": timedelta(days=1)}
ON_TIME = timedelta(0)


@dataclass(frozen=True)
class Member:
    """Somebody who submitted: an e-mail address, and this person's due date, or None if there is none."""

    email: str
    due: datetime | None


def lateness(submitted: datetime | None, members: Sequence[Member], extensions: Mapping[str, float]) -> timedelta:
    """How long after the due date it was submitted; zero if it was in time, or if either time is not known.

    See `after_due`.
    """
    return max(after_due(submitted, members, extensions), ON_TIME)


def after_due(submitted: datetime | None, members: Sequence[Member], extensions: Mapping[str, float]) -> timedelta:
    """How long after the due date it was submitted; negative if before, zero if either time is not known.

    A group has the latest due date of its members: nobody is late for having helped somebody who has more time. An
    extension [h] counts from the due date of the person who has it.
    """
    if submitted is None or not members or any(member.due is None for member in members):
        return ON_TIME
    latest = max(m.due + timedelta(hours=extensions.get(m.email.lower(), 0)) for m in members if m.due)
    return submitted - latest


def share_taken(late: Late, by: timedelta) -> float:
    """The share of the points that lateness takes off, from 0 to `late.most`; 1 after the cut-off.

    A grace period forgives a short lateness completely. It takes nothing off a longer one, as it does not move the due
    date.
    """
    if by <= timedelta(minutes=late.grace_minutes):
        return 0.0
    if late.cutoff_hours is not None and by > timedelta(hours=late.cutoff_hours):
        return 1.0
    if late.steps:
        reached = (step.share for step in late.steps if by <= timedelta(hours=step.hours))
        return min(next(reached, late.steps[-1].share), late.most)
    return min(_periods(late, by) * late.penalty, late.most)


def points_taken(late: Late, by: timedelta) -> float:
    """The fixed number of points that lateness takes off."""
    return _periods(late, by) * late.points if by > timedelta(minutes=late.grace_minutes) else 0.0


def _periods(late: Late, by: timedelta) -> float:
    periods = by / PERIODS[late.per]
    return math.ceil(periods) if late.form == "steps" else periods


def in_words(by: timedelta) -> str:
    """A lateness as people say it: "2 d 3 h 5 min", rounded up to minutes."""
    minutes = math.ceil(by / timedelta(minutes=1))
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    parts = [f"{days} d" if days else "", f"{hours} h" if hours else "", f"{minutes} min" if minutes else ""]
    return " ".join(part for part in parts if part) or "0 min"
