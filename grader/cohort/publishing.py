"""Scores that are given out. A score that was given out is never lowered without a decision."""

from collections.abc import Mapping
from dataclasses import dataclass

from grader.cohort.rows import State
from grader.cohort.scores import Grade
from grader.cohort.store import Published, Store, now

OPEN = (State.OURS, State.WAITING, State.STALE)  # there will be another score, which is not known yet


@dataclass(frozen=True)
class Publication:
    """What would be given out: the new score of everybody, and the one before, if there was one."""

    scores: Mapping[str, Published]
    before: Mapping[str, Published]
    names: Mapping[str, str]
    open: tuple[str, ...]  # persons who are left out, as their result is not final

    @property
    def lower(self) -> list[str]:
        """Persons who would get less than was given out before."""
        return [who for who, new in self.scores.items() if who in self.before and new.points < self.before[who].points]

    @property
    def higher(self) -> list[str]:
        """Persons who would get more."""
        return [who for who, new in self.scores.items() if who in self.before and new.points > self.before[who].points]

    @property
    def new(self) -> list[str]:
        """Persons who had no score before."""
        return [who for who in self.scores if who not in self.before]


def publication(store: Store, grades: Mapping[str, Grade]) -> Publication:
    """What publishing these grades would give out."""
    final = {who: grade for who, grade in grades.items() if grade.row.state not in OPEN}
    scores = {who: Published(grade.points, grade.maximum) for who, grade in final.items()}
    names = {who: grade.row.person.name or grade.row.name for who, grade in grades.items()}
    return Publication(scores, store.published(), names, tuple(sorted(grades.keys() - final.keys())))


def publish(store: Store, run: int, found: Publication, keep: bool) -> int:
    """Give the scores out. With `keep`, whoever would get less keeps what was given out before.

    Returns:
        How many scores were kept.
    """
    kept = dict.fromkeys(found.lower, True) if keep else {}
    scores = {
        who: Published(found.before[who].points, found.before[who].maximum, kept=True) if who in kept else new
        for who, new in found.scores.items()
    }
    store.publish(run, now(), scores)
    return len(kept)
