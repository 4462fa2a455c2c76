"""What a class believes, and who needs the same help though no known belief explains it."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from grader.cohort.sheet import NONE, Sheet

MOST = 50  # clusters


@dataclass(frozen=True)
class Belief:
    """A known misconception, and who has it: places of rows in the sheet. `by_assignment` counts people."""

    name: str
    sentence: str
    rows: tuple[int, ...]
    by_assignment: dict[str, int]


@dataclass(frozen=True)
class Cluster:
    """People whose failures in one component are the same, and are explained by no belief.

    `checks` are places in the sheet, each with what the failure looks like.
    """

    assignment: str
    component: str
    checks: tuple[tuple[int, str], ...]
    rows: tuple[int, ...]


def beliefs(sheet: Sheet) -> list[Belief]:
    """All that somebody has, the commonest first."""
    lines, columns = np.nonzero(sheet.belief != NONE)
    who: dict[int, set[int]] = defaultdict(set)
    where: dict[int, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for line, column, belief in zip(lines.tolist(), columns.tolist(), sheet.belief[lines, columns].tolist()):
        who[belief].add(line)
        where[belief][sheet.checks[column].assignment].add(line)
    found = [
        Belief(*sheet.beliefs[each], tuple(sorted(rows)), {a: len(some) for a, some in sorted(where[each].items())})
        for each, rows in who.items()
    ]
    return sorted(found, key=lambda belief: (-len(belief.rows), belief.name))


def clusters(sheet: Sheet, least: int = 2) -> list[Cluster]:
    """Groups of at least so many people, the largest first; at most MOST."""
    lines, columns = np.nonzero(sheet.evidence != NONE)
    unexplained: dict[tuple[int, str, str], list[tuple[int, int]]] = defaultdict(list)
    for line, column, evidence in zip(lines.tolist(), columns.tolist(), sheet.evidence[lines, columns].tolist()):
        check = sheet.checks[column]
        unexplained[line, check.assignment, check.component].append((column, evidence))
    groups: dict[tuple, list[int]] = defaultdict(list)
    for (line, assignment, component), found in unexplained.items():
        groups[assignment, component, tuple(found)].append(line)
    large = [group for group in groups.items() if len(group[1]) >= least]
    large.sort(key=lambda group: (-len(group[1]), group[0]))
    return [
        Cluster(assignment, component, tuple((c, sheet.sentences[e]) for c, e in found), tuple(rows))
        for (assignment, component, found), rows in large[:MOST]
    ]
