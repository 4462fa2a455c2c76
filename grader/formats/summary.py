"""Many submissions in one table, as CSV for a spreadsheet.

Each row has the points of each assignment, and says what they were made from.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from grader.formats.student import clean
from grader.provenance import Provenance
from grader.result import Report

COLUMNS = ("submission", "earned", "points", "withheld", "seconds", "note")
PROVENANCE = "provenance"  # the last column, as no person needs it
MAX_NOTE = 300  # characters
FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")  # beginnings of a formula, and the quote that prevents it


@dataclass(frozen=True)
class Row:
    """One submission. If it could not be graded, its numbers are None and the note says why."""

    submission: str
    earned: float | None = None
    points: float | None = None
    withheld: float | None = None
    seconds: float | None = None
    note: str = ""
    by_assignment: Mapping[str, float] = field(default_factory=dict)  # number -> points earned
    provenance: Provenance | None = None  # None if it is not known, or if not all reports could be written

    @classmethod
    def of(cls, report: Report) -> "Row":
        """The row of a report. The note is the first notice in it."""
        notices = [notice for part in (report, *report.assignments) for notice in part.notices]
        each = {a.number: a.earned for a in report.assignments}
        return cls(
            report.submission,
            report.earned,
            report.points,
            report.withheld,
            round(report.seconds, 2),
            "".join(notices[:1]),
            each,
        )


def to_csv(rows: Iterable[Row]) -> str:
    """The table, in the order of the submissions' names."""
    rows = sorted(rows, key=lambda row: row.submission)
    numbers = sorted({number for row in rows for number in row.by_assignment})
    text = io.StringIO()
    table = csv.DictWriter(text, [*COLUMNS, *numbers, PROVENANCE], restval="", lineterminator="\n")
    table.writeheader()
    for row in rows:
        cells = {name: getattr(row, name) for name in COLUMNS} | dict(row.by_assignment)
        cells |= {
            "submission": _harmless(row.submission),
            "note": _harmless(" ".join(clean(row.note, MAX_NOTE).split())),
        }
        cells[PROVENANCE] = row.provenance.to_text() if row.provenance else ""
        table.writerow({name: f"{cell:g}" if isinstance(cell, float) else cell for name, cell in cells.items()})
    return text.getvalue()


def from_csv(text: str) -> list[Row]:
    """The rows of a table that `to_csv` wrote. Tables of earlier versions have no provenance.

    Raises:
        ValueError: if the text is no such table.
    """
    table = csv.DictReader(io.StringIO(text))
    if table.fieldnames is None or tuple(table.fieldnames[: len(COLUMNS)]) != COLUMNS:
        raise ValueError("it does not begin with the columns of a summary")
    return [_row(cells) for cells in table]


def _row(cells: dict[str, str]) -> Row:
    made_from = Provenance.from_text(cells.pop(PROVENANCE, "") or "")
    name, earned, points, withheld, seconds, note, *rest = ((key, cell or "") for key, cell in cells.items())
    numbers = [float(cell) if cell else None for _key, cell in (earned, points, withheld, seconds)]
    return Row(_meant(name[1]), *numbers, _meant(note[1]), {key: float(cell) for key, cell in rest if cell}, made_from)


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text


def _meant(cell: str) -> str:
    return cell.removeprefix("'")
