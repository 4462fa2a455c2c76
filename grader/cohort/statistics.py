"""What the results of a class say about its checks: classical item analysis.

Difficulty is the mean share of a check's points. Discrimination is the correlation between that share and the points of
all other checks (the corrected item-total correlation: Henrysson 1963, Psychometrika 28). Reliability is Cronbach's
alpha (Cronbach 1951, Psychometrika 16).
"""

from dataclasses import dataclass

import numpy as np

from grader.cohort.sheet import PASSED, CheckFacts, Sheet


@dataclass(frozen=True)
class Item:
    """What is known about a check: how many had it, how many passed, the mean share of its points, discrimination.

    Discrimination is NaN if everybody, or nobody, earned the same, and with fewer than three people.
    """

    check: CheckFacts
    points: float
    people: int
    passed: int
    difficulty: float
    discrimination: float
    seconds: float

    @property
    def is_dead(self) -> bool:
        """Whether it tells nobody from anybody: all earned the same."""
        return self.people > 2 and np.isnan(self.discrimination)


def items(sheet: Sheet) -> list[Item]:
    """All checks, in their order."""
    there, share, passed = sheet.there, sheet.share, sheet.outcome == PASSED
    total = np.where(there, sheet.earned, 0.0).sum(axis=1)
    found = []
    for column, check in enumerate(sheet.checks):
        who = there[:, column]
        mine = share[who, column]
        others = total[who] - sheet.earned[who, column]
        seconds = float(np.median(sheet.seconds[who, column])) if who.any() else 0.0
        facts = (int(who.sum()), int(passed[who, column].sum()), float(mine.mean()) if who.any() else np.nan)
        found.append(Item(check, float(sheet.points[column]), *facts, _correlation(mine, others), seconds))
    return found


def reliability(sheet: Sheet) -> float:
    """Cronbach's alpha of the points, over those who have all checks; NaN if it is not defined."""
    whole = sheet.earned[sheet.there.all(axis=1)]
    count = whole.shape[1]
    if len(whole) < 3 or count < 2 or (total := whole.sum(axis=1).var(ddof=1)) == 0:
        return np.nan
    return float(count / (count - 1) * (1 - whole.var(axis=0, ddof=1).sum() / total))


def _correlation(a: np.ndarray, b: np.ndarray) -> float:
    if len(a) < 3 or np.ptp(a) < 1e-12 or np.ptp(b) < 1e-12:
        return np.nan
    return float(np.corrcoef(a, b)[0, 1])
