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

    A group has the latest due date of its members: nobody is late for having helped somebody who has more time. An
    extension [h] counts from the due date of the person who has it.
    """
    if submitted is None or not members or any(member.due is None for member in members):
        return ON_TIME
    latest = max(m.due + timedelta(hours=extensions.get(m.email.lower(), 0)) for m in members if m.due)
    return max(submitted - latest, ON_TIME)


def share_taken(late: Late, by: timedelta) -> float:
    """The share of the points that lateness takes off, from 0 to `late.most`.

    A grace period forgives a short lateness completely. It takes nothing off a longer one, as it does not move the due
    date.
    """
    if by <= timedelta(minutes=late.grace_minutes):
        return 0.0
    periods = by / PERIODS[late.per]
    if late.form == "steps":
        periods = math.ceil(periods)
    return min(periods * late.penalty, late.most)


def in_words(by: timedelta) -> str:
    """A lateness as people say it: "2 d 3 h 5 min", rounded up to minutes."""
    minutes = math.ceil(by / timedelta(minutes=1))
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    parts = [f"{days} d" if days else "", f"{hours} h" if hours else "", f"{minutes} min" if minutes else ""]
    return " ".join(part for part in parts if part) or "0 min"
