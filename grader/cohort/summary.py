"""All rows of a run as a table for a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from grader.cohort.rows import Row
from grader.cohort.scores import Grade
from grader.formats.student import clean

SUMMARY = "summary.csv"
MARK = "\ufeff"  # by this first character a spreadsheet knows that the file is UTF-8
WHO = ("submission", "name", "id", "email")
TIMES = ("submitted", "late", "attempt")
NUMBERS = ("score", "earned", "points", "withheld", "seconds")
COLUMNS = (*WHO, "state", *TIMES, *NUMBERS, "note")
MAX_NOTE = 300  # characters
FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")  # beginnings of a formula, and the quote that prevents it


def to_csv(rows: Iterable[Row], grades: Mapping[str, Grade] = MappingProxyType({})) -> str:
    """The table, in the order of the submissions' names.

    `grades` is by person. The score is the person's, so it stands only in the row of the submission that counts.
    """
    rows = sorted(rows, key=lambda row: row.name)
    numbers = sorted({number for row in rows for number in row.by_assignment})
    return table([*COLUMNS, *numbers], (_cells(row, grades.get(row.who)) | dict(row.by_assignment) for row in rows))


def table(columns: Sequence[str], lines: Iterable[Mapping[str, object]], mark: str = MARK) -> str:
    """A table of CSV in which no cell is a formula. A cell that is missing or None is empty."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    for cells in lines:
        writer.writerow({name: _cell(cell) for name, cell in cells.items()})
    return mark + text.getvalue()


def is_summary(path: Path) -> bool:
    """Whether this file is a table that `to_csv` wrote, also an earlier version of it, by its first line."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            columns = next(csv.reader(file), ())
    except (OSError, ValueError, csv.Error):
        return False
    return columns[:1] == ["submission"] and {"earned", "points", "withheld", "seconds", "note"} <= set(columns)


def _cells(row: Row, grade: Grade | None) -> dict[str, object]:
    late = grade.late if grade and grade.row is row else ""
    return {
        "submission": row.name,
        "name": row.person.name,
        "id": row.person.id,
        "email": row.person.email,
        "state": str(row.state),
        "submitted": row.submitted.isoformat(" ", "seconds") if row.submitted else "",
        "late": late or ("LATE" if row.late else ""),
        "attempt": row.attempt or "",
        "score": grade.points if grade and grade.row is row else None,
        "earned": row.earned,
        "points": row.points,
        "withheld": row.withheld if row.result is not None else None,
        "seconds": row.seconds,
        "note": " ".join(clean(row.note, MAX_NOTE).split()),
    }


def _cell(cell: object) -> object:
    if isinstance(cell, float):
        return f"{cell:.10g}"
    if isinstance(cell, str) and cell.startswith(FORMULA):
        return f"'{cell}"
    return "" if cell is None else cell
