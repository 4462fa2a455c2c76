"""Turns checks into points. In this order: groups, dropped checks, extra credit, lateness."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from fnmatch import fnmatchcase
from math import fsum

from grader.policy.rules import Points, Policy
from grader.policy.timing import in_words, points_taken, share_taken


@dataclass(frozen=True)
class CheckPoints:
    """What one check earned, and how many points it is worth."""

    id: str
    earned: float
    points: float


@dataclass(frozen=True)
class Score:
    """The score and its maximum.

    `steps` are sentences about how it came about. They name single checks; the sentence `lateness` does not.
    """

    points: float
    maximum: float
    steps: tuple[str, ...] = ()
    lateness: str = ""


def score(checks: Sequence[CheckPoints], policy: Policy, late_by: timedelta = timedelta(0)) -> Score:
    """The score of a submission; 0 <= points <= `at_most` times the maximum, before a bonus for being early.

    `late_by` is the time after the due date; negative if it was early.
    """
    rules = policy.points
    checks, steps = _grouped(checks, rules.all_or_nothing)
    extra = [c for c in checks if _matches(c, rules.extra_credit)]
    regular = [c for c in checks if c not in extra]
    maximum = _sum(c.points for c in regular)
    kept = _without_lowest(regular, rules.drop_lowest)
    points = maximum * _ratio(kept)
    if len(kept) < len(regular):
        steps.append(_about_dropped([c for c in regular if c not in kept], kept, points, maximum))
    if extra:
        bonus = _sum(c.earned for c in extra)
        steps.append(f"Extra credit: {bonus:g} points.")
        points += bonus
    most = maximum * _ceiling_of_checks(rules)
    limited = min(max(points, 0.0), most)
    if round(points, 4) > round(most, 4):
        steps.append(f"Together {points:.6g} points, of which no more than {most:.6g} count.")
    return _after_lateness(Score(round(limited, 4), maximum, tuple(steps)), policy, late_by)


def _about_dropped(dropped: list[CheckPoints], kept: list[CheckPoints], points: float, maximum: float) -> str:
    names = ", ".join(f"{c.id} ({c.earned:g} of {c.points:g})" for c in dropped)
    earned, possible = _sum(c.earned for c in kept), _sum(c.points for c in kept)
    return (
        f"Left out: {names}. The others earned {earned:g} of {possible:g} points,"
        f" which counts as {points:.6g} of {maximum:g}."
    )


def _grouped(checks: Sequence[CheckPoints], patterns: Sequence[str]) -> tuple[list[CheckPoints], list[str]]:
    checks, steps = list(checks), []
    for pattern in patterns:
        group = [c for c in checks if fnmatchcase(c.id, pattern)]
        if any(c.earned for c in group) and any(c.earned < c.points for c in group):
            steps.append(f"{pattern}: not all of these checks passed, so none of them counts.")
            checks = [replace(c, earned=0.0) if c in group else c for c in checks]
    return checks, steps


def _matches(check: CheckPoints, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(check.id, pattern) for pattern in patterns)


def _without_lowest(checks: list[CheckPoints], count: int) -> list[CheckPoints]:
    """All but `count` checks, chosen so that the rest has the largest ratio of earned points to possible points.

    Dropping the worst ratios one by one does not give that if checks differ in points. Instead: guess the ratio q that
    can be reached, keep the checks with the largest earned - q * points, take their ratio as the next guess, and stop
    when it does not grow (Dinkelbach 1967).
    """
    kept, ratio = checks, _ratio(checks)
    if count >= len(checks):
        return checks[:0] if not checks else [max(checks, key=lambda c: _ratio([c]))]
    while count:
        ranked = sorted(checks, key=lambda c: c.earned - ratio * c.points, reverse=True)
        better = ranked[: len(checks) - count]
        if _ratio(better) <= ratio and len(kept) == len(better):
            break
        kept, ratio = better, _ratio(better)
    return kept


def _ratio(checks: Sequence[CheckPoints]) -> float:
    possible = _sum(c.points for c in checks)
    return _sum(c.earned for c in checks) / possible if possible else 0.0


def ceiling(policy: Policy) -> float:
    """The highest possible score, as a multiple of the maximum."""
    return _ceiling_of_checks(policy.points) * (1.0 + policy.early.bonus)


def _ceiling_of_checks(rules: Points) -> float:
    return rules.at_most if rules.extra_credit else 1.0


def _after_lateness(before: Score, policy: Policy, late_by: timedelta) -> Score:
    late, early = policy.late, policy.early
    if early.bonus and -late_by >= timedelta(hours=early.hours):
        bonus = round(early.bonus * before.points, 4)
        said = f"It was submitted {in_words(-late_by)} before the due date: {bonus:g} points are added."
        return replace(before, points=round(before.points + bonus, 4), lateness=said)
    share, points = share_taken(late, late_by), points_taken(late, late_by)
    if not share and not points:
        return before
    base = before.points if late.of == "earned" and not _is_cut_off(policy, late_by) else before.maximum
    left = max(before.points - share * base - points, 0.0)
    return replace(before, points=round(left, 4), lateness=_about_lateness(policy, late_by, share, points))


def _is_cut_off(policy: Policy, late_by: timedelta) -> bool:
    hours = policy.late.cutoff_hours
    return hours is not None and late_by > timedelta(hours=hours)


def _about_lateness(policy: Policy, late_by: timedelta, share: float, points: float) -> str:
    """A sentence about what lateness takes off."""
    late = f"It was submitted {in_words(late_by)} after the due date"
    if _is_cut_off(policy, late_by):
        return f"{late}: that is too late to count."
    taken = [f"{100 * share:g} % of the {_OF[policy.late.of]}"] if share else []
    taken += [f"{points:g} points"] if points else []
    return f"{late}: {' and '.join(taken)} {'are' if points else 'is'} taken off."


_OF = {"earned": "points that it earned", "maximum": "maximum"}


def _sum(numbers: Iterable[float]) -> float:
    return round(fsum(numbers), 4)
