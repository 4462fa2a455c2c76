"""What the report about a class shows, as plain data for the script of the page."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

import numpy as np

from grader.cohort.beliefs import Belief, Cluster, beliefs, clusters
from grader.cohort.rows import Row
from grader.cohort.scores import Grade
from grader.cohort.sheet import NONE, OUTCOMES, PASSED, Sheet
from grader.cohort.statistics import Item, items, reliability
from grader.cohort.store import Run
from grader.formats.student import clean

LETTERS = "pfetbni"  # of the outcomes, in their order; "-" if there is none, and a digit for so many tenths earned
BINS = 20  # of the histogram of scores


@dataclass(frozen=True)
class Class:
    """All that the report is about: a run, its rows, the grade of everybody, and the results that count."""

    run: Run
    rows: Sequence[Row]
    grades: Mapping[str, Grade]
    sheet: Sheet
    title: str = "Class report"
    reports: str = ""  # where the report of each submission is, relative to the page: "out/{}.html"; "" if nowhere


def data(found: Class) -> dict[str, Any]:
    """Everything, ready for JSON: no number that is not finite, no text with control characters."""
    line = {row.who: place for place, row in enumerate(found.sheet.rows)}
    held, groups = beliefs(found.sheet), clusters(found.sheet)
    people = sorted(found.grades.values(), key=lambda grade: (grade.row.person.name or grade.row.name, grade.who))
    place = {line[grade.who]: number for number, grade in enumerate(people) if grade.who in line}
    return {
        "title": clean(found.title),
        "facts": _facts(found),
        "histogram": _histogram(people),
        "checks": [_item(item) for item in items(found.sheet)],
        "beliefs": [_belief(each, place) for each in held],
        "sentences": [clean(each) for each in found.sheet.sentences],
        "assignments": sorted({check.assignment for check in found.sheet.checks}),
        "clusters": [_cluster(each, place) for each in groups],
        "attempts": _attempts(found.rows),
        "people": _people(found, people, line, held),
        "reports": found.reports,
    }


def _facts(found: Class) -> dict[str, Any]:
    points = np.array([grade.points for grade in found.grades.values()])
    made = found.run.made_from
    return {
        "run": found.run.number,
        "began": found.run.began,
        "source": clean(found.run.source),
        "people": len(points),
        "results": len(found.sheet.rows),
        "mean": _number(points.mean()) if len(points) else None,
        "median": _number(np.median(points)) if len(points) else None,
        "maximum": max((grade.maximum for grade in found.grades.values()), default=0),
        "reliability": _number(reliability(found.sheet)),
        "states": dict(Counter(str(row.state) for row in found.rows).most_common()),
        "seconds": _number(np.median([row.seconds for row in found.sheet.rows])) if found.sheet.rows else None,
        "made": {
            "assignments": made.assignments,
            "checks": made.checks[:12],
            "reference": made.reference[:12],
            "grader": made.grader[:12],
            "machine": made.machine,
        },
    }


def _histogram(people: Iterable[Grade]) -> list[int]:
    """How many have which part of the maximum, in BINS parts of the same width."""
    parts = [grade.points / grade.maximum for grade in people if grade.maximum]
    return np.histogram(np.clip(parts, 0, 1), bins=BINS, range=(0, 1))[0].tolist()


def _item(item: Item) -> list[Any]:
    check = item.check
    facts = [clean(check.name), check.assignment, clean(check.component), clean(check.title), int(check.public)]
    numbers = (item.points, item.people, item.passed, item.difficulty, item.discrimination, item.seconds)
    return [*facts, *map(_number, numbers), int(item.is_dead)]


def _belief(belief: Belief, place: Mapping[int, int]) -> dict[str, Any]:
    return {
        "name": clean(belief.name),
        "sentence": clean(belief.sentence),
        "by": belief.by_assignment,
        "people": [place[row] for row in belief.rows],
    }


def _cluster(cluster: Cluster, place: Mapping[int, int]) -> dict[str, Any]:
    return {
        "assignment": cluster.assignment,
        "component": clean(cluster.component),
        "checks": [[column, clean(sentence)] for column, sentence in cluster.checks],
        "people": [place[row] for row in cluster.rows],
    }


def _attempts(rows: Iterable[Row]) -> dict[str, int]:
    """How many people made how many attempts, also those that are only listed."""
    rows = [row for row in rows if row.path]
    each = Counter(row.who for row in rows)
    for row in rows:
        each[row.who] += len(row.history)
    return {str(count): many for count, many in sorted(Counter(each.values()).items())}


def _people(
    found: Class, people: Iterable[Grade], line: Mapping[str, int], held: Sequence[Belief]
) -> list[dict[str, Any]]:
    letters = _letters(found.sheet)
    why = _why(found.sheet, {belief.name: number for number, belief in enumerate(held)})
    rows: dict[str, list[Row]] = {}
    for row in found.rows:
        rows.setdefault(row.who, []).append(row)
    return [
        _person(grade, rows[grade.who]) | _found(letters, why, line[grade.who])
        if grade.who in line
        else _person(grade, rows[grade.who])
        for grade in people
    ]


def _person(grade: Grade, rows: list[Row]) -> dict[str, Any]:
    row = grade.row
    facts = {
        "n": clean(row.person.name or row.name),
        "i": clean(row.person.id or row.person.email or row.person.login),
        "r": clean(row.name),
        "s": _number(grade.points),
        "m": grade.maximum,
        "st": str(row.state),
        "l": grade.late,
        "t": _number(row.seconds),
        "a": dict(row.by_assignment),
        "said": [clean(each) for each in grade.said if each],
        "k": clean(row.note, 500),
    }
    if len(rows) > 1:
        facts["more"] = [
            [
                clean(each.name),
                each.submitted.isoformat(" ", "minutes") if each.submitted else "",
                str(each.state),
                each.earned,
            ]
            for each in sorted(rows, key=lambda each: each.order)
        ]
    return {key: value for key, value in facts.items() if value not in ("", None, [], {})}


def _found(letters: list[str], why: list[list[int]], line: int) -> dict[str, Any]:
    return {"o": letters[line], "w": why[line]}


def _letters(sheet: Sheet) -> list[str]:
    """The outcomes of each row as a string, one letter for each check."""
    known = np.frombuffer((LETTERS + "-").encode(), dtype=np.uint8)
    codes = known[np.where(sheet.outcome == NONE, len(OUTCOMES), sheet.outcome)]
    with np.errstate(invalid="ignore"):
        tenths = np.nan_to_num(np.ceil(sheet.share * 10), nan=0).clip(1, 9).astype(np.uint8)
    partly = (sheet.outcome != PASSED) & (sheet.earned > 0)
    codes = np.where(partly, tenths + ord("0"), codes).astype(np.uint8)
    return [row.tobytes().decode() for row in codes]


def _why(sheet: Sheet, number: Mapping[str, int]) -> list[list[int]]:
    """For each row, in turn: the place of a failed check, and that of its belief, or -1 - that of its sentence."""
    places = np.array([number.get(name, NONE) for name, _sentence in sheet.beliefs] or [NONE])
    explained = sheet.belief != NONE
    reason = np.where(explained, places[sheet.belief], -1 - sheet.evidence)
    lines, columns = np.nonzero(explained | (sheet.evidence != NONE))
    pairs = np.stack([columns, reason[lines, columns]], axis=1)
    cuts = np.searchsorted(lines, np.arange(1, len(sheet.rows)))
    return [part.ravel().tolist() for part in np.split(pairs, cuts)] if sheet.rows else []


def _number(value: float | None) -> float | None:
    """A number with four digits after the point, or None if it is not finite."""
    return None if value is None or isnan(value) else round(float(value), 4)
