"""Many submissions in one table, as CSV for a spreadsheet.

Each row has the points of each assignment, and says what they were made from.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from grader.formats.student import clean
from grader.provenance import Provenance
from grader.result import Report

SUMMARY = "summary.csv"
MARK = "\ufeff"  # by this first character a spreadsheet knows that the file is UTF-8
PERSON = ("name", "id")
NUMBERS = ("earned", "points", "withheld", "seconds")
COLUMNS = ("submission", *PERSON, *NUMBERS, "note")
PROVENANCE = "provenance"  # the last column, as no person needs it
MAX_NOTE = 300  # characters
FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")  # beginnings of a formula, and the quote that prevents it


@dataclass(frozen=True)
class Row:
    """One submission. If it could not be graded, its numbers are None and the note says why.

    `name` and `id` are the student's, as far as they are known.
    """

    submission: str
    earned: float | None = None
    points: float | None = None
    withheld: float | None = None
    seconds: float | None = None
    note: str = ""
    by_assignment: Mapping[str, float] = field(default_factory=dict)  # number -> points earned
    provenance: Provenance | None = None  # None if it is not known, or if not all reports could be written
    name: str = ""
    id: str = ""

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
        cells |= {name: _harmless(getattr(row, name)) for name in ("submission", *PERSON)}
        cells["note"] = _harmless(" ".join(clean(row.note, MAX_NOTE).split()))
        cells[PROVENANCE] = row.provenance.to_text() if row.provenance else ""
        table.writerow({name: f"{cell:g}" if isinstance(cell, float) else cell for name, cell in cells.items()})
    return MARK + text.getvalue()


def from_csv(text: str) -> list[Row]:
    """The rows of a table that `to_csv` wrote. Tables of earlier versions have no provenance, and name no student.

    Raises:
        ValueError: if the text is no such table.
    """
    table = csv.DictReader(io.StringIO(text.removeprefix(MARK)))
    if not _is_ours(table.fieldnames or ()):
        raise ValueError("it does not begin with the columns of a summary")
    return [_row({key: cell or "" for key, cell in cells.items()}) for cells in table]


def is_summary(path: Path) -> bool:
    """Whether this file is a table that `to_csv` wrote, by its first line."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _is_ours(next(csv.reader(file), ()))
    except (OSError, ValueError, csv.Error):
        return False


def _is_ours(columns: Sequence[str]) -> bool:
    without = tuple(name for name in COLUMNS if name not in PERSON)
    return tuple(columns[: len(COLUMNS)]) == COLUMNS or tuple(columns[: len(without)]) == without


def _row(cells: dict[str, str]) -> Row:
    made_from = Provenance.from_text(cells.pop(PROVENANCE, ""))
    submission, name, id_, note = (_meant(cells.pop(column, "")) for column in ("submission", *PERSON, "note"))
    numbers = [float(cell) if (cell := cells.pop(column)) else None for column in NUMBERS]
    points = {key: float(cell) for key, cell in cells.items() if cell}
    return Row(submission, *numbers, note, points, made_from, name, id_)


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text


def _meant(cell: str) -> str:
    return cell.removeprefix("'")
