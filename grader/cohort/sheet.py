"""All results of a class as arrays: one line for each person, one column for each check."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from grader.cohort.rows import Row
from grader.cohort.store import Store
from grader.result import Outcome

OUTCOMES = tuple(map(str, Outcome))  # an outcome is its place here
PASSED = OUTCOMES.index(Outcome.PASSED)
INTERNAL = OUTCOMES.index(Outcome.INTERNAL)
NONE = -1  # there is no such result, belief or evidence
MANY = 50_000  # outcomes that are read at once


@dataclass(frozen=True)
class CheckFacts:
    """What is the same about a check for everybody."""

    name: str
    assignment: str
    component: str
    title: str
    public: bool


@dataclass(frozen=True, eq=False)
class Sheet:
    """The rows, which all have a result, and the checks. Arrays have the shape (rows, checks).

    `outcome` has places in OUTCOMES, `belief` and `evidence` places in `beliefs` (name and sentence) and `sentences`;
    NONE where there is nothing. `points` is (checks,).
    """

    rows: list[Row]
    checks: list[CheckFacts]
    points: np.ndarray
    outcome: np.ndarray
    earned: np.ndarray
    seconds: np.ndarray
    belief: np.ndarray
    evidence: np.ndarray
    beliefs: list[tuple[str, str]]
    sentences: list[str]

    @property
    def there(self) -> np.ndarray:
        """Where a check has an outcome that says something about the student: not if the grader itself failed."""
        return (self.outcome != NONE) & (self.outcome != INTERNAL)

    @property
    def share(self) -> np.ndarray:
        """The part of each check's points that was earned; NaN where nothing is known. Without points, 1 if passed."""
        with np.errstate(divide="ignore", invalid="ignore"):
            part = np.where(self.points > 0, self.earned / self.points, self.outcome == PASSED)
        return np.where(self.there, part, np.nan)


def sheet(store: Store, rows: Iterable[Row]) -> Sheet:
    """The sheet of those rows that have a result."""
    rows = [row for row in rows if row.result is not None]
    lines: dict[int, list[int]] = {}
    for line, row in enumerate(rows):
        lines.setdefault(row.result, []).append(line)
    wanted = np.array(sorted(lines), dtype=np.int64)
    cells = _cells(store, wanted)
    ids = np.unique(cells[:, 1].astype(np.int64))
    facts = {row[0]: CheckFacts(*row[1:5], bool(row[5])) for row in store.query("SELECT * FROM checks")}
    ids = np.array(sorted(ids, key=lambda each: (facts[each].assignment, each)), dtype=np.int64)
    beliefs, belief_of = _texts(store, "SELECT belief, name, sentence FROM beliefs")
    sentences, evidence_of = _texts(store, "SELECT evidence, sentence FROM evidence")
    grid = _Grid(len(wanted), len(ids), np.searchsorted(wanted, cells[:, 0]), _places(ids, cells[:, 1]))
    again = np.searchsorted(wanted, np.array([row.result for row in rows], dtype=np.int64))
    points = np.zeros(len(ids))
    points[grid.column] = cells[:, 4]
    return Sheet(
        rows,
        [facts[each] for each in ids],
        points,
        grid.filled(cells[:, 2], np.int8)[again],
        grid.filled(cells[:, 3], np.float64, 0)[again],
        grid.filled(cells[:, 5], np.float32, 0)[again],
        grid.filled(belief_of[cells[:, 6].astype(np.int64)], np.int32)[again],
        grid.filled(evidence_of[cells[:, 7].astype(np.int64)], np.int32)[again],
        [tuple(each) for each in beliefs],
        [each[0] for each in sentences],
    )


@dataclass(frozen=True)
class _Grid:
    """Puts a column of cells into an array of lines and columns."""

    lines: int
    columns: int
    line: np.ndarray
    column: np.ndarray

    def filled(self, values: np.ndarray, dtype: type, rest: float = NONE) -> np.ndarray:
        grid = np.full((self.lines, self.columns), rest, dtype)
        grid[self.line, self.column] = values
        return grid


def _cells(store: Store, wanted: np.ndarray) -> np.ndarray:
    """Result, check, outcome, earned, points, seconds, belief and evidence of every outcome of these results.

    A belief or evidence that is missing is 0.
    """
    low, high = (int(wanted[0]), int(wanted[-1])) if len(wanted) else (0, -1)
    places = " ".join(f"WHEN '{name}' THEN {place}" for place, name in enumerate(OUTCOMES))
    parts = [
        part[np.isin(part[:, 0], wanted)]
        for part in _read(
            store,
            f"SELECT result, check_id, CASE outcome {places} END, earned, points, seconds, ifnull(belief, 0),"
            " ifnull(evidence, 0) FROM outcomes WHERE result BETWEEN ? AND ?",
            (low, high),
        )
    ]
    return np.concatenate(parts) if parts else np.empty((0, 8))


def _read(store: Store, sql: str, values: tuple[int, int]) -> Iterator[np.ndarray]:
    for some in store.many(sql, values, MANY):
        yield np.array(some, dtype=np.float64)


def _places(ids: np.ndarray, found: np.ndarray) -> np.ndarray:
    """The place of each of `found` in `ids`, which need not be sorted."""
    order = np.argsort(ids)
    return order[np.searchsorted(ids[order], found)]


def _texts(store: Store, sql: str) -> tuple[list[tuple], np.ndarray]:
    """All texts of a table, and the place of each by its number; NONE for 0."""
    rows = store.query(sql)
    place = np.full(max((row[0] for row in rows), default=0) + 1, NONE)
    for number, row in enumerate(rows):
        place[row[0]] = number
    return [tuple(row)[1:] for row in rows], place
