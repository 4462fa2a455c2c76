"""What an earlier run of `grader cohort` left: rows that stand, rows that do not, submissions that are gone."""

import os
import shutil
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import click

from grader.commands.output import refuse
from grader.commands.share import Share
from grader.formats import EXTENSIONS
from grader.formats.summary import Row, from_csv
from grader.submission.words import listed

# The reason why a row may not stand, by the first field in which its provenance differs from that of a grading now.
WITH = {
    "assignments": "for other assignments",
    "seed": "with another seed",
    "reports": "for reports of another kind",
    "walls": "with another answer to whether student code has to be confined",
    "submission": "from other files",
    "course": "with other checks or another reference",
    "grader": "by another version of the grader",
    "machine": "with another Python, NumPy or pytest",
}
UNKNOWN = "with nothing noted of what they were made from"
A_REPORT_IS_MISSING = "but a report is missing"
WITHHELD = "with points withheld"
AGAIN = "and --again asks for all"


def read_table(table: Path, again: bool = False) -> dict[str, Row]:
    """The rows of an earlier run by name; none if there was none.

    Raises:
        click.ClickException: if the file is something else, unless everything is to be graded `again`.
    """
    try:
        return {row.submission: row for row in from_csv(table.read_text(encoding="utf-8"))}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        if again:
            return {}
        raise click.ClickException(f"{table} is in the way: {error}; move it, or pass --again") from error


def why_again(row: Row, share: Share) -> str:
    """Why a row with points cannot stand, whatever the submission contains now; "" if it may."""
    if not all(os.path.isfile(path) for _form, path in share.files(row.submission)):  # its name may be too long
        return A_REPORT_IS_MISSING
    if row.withheld:
        return WITHHELD
    return "" if row.provenance else UNKNOWN


def why_not(row: Row, now: Row) -> str:
    """Why a row cannot stand for the grading that would be made now; "" if it can.

    The row of a submission that cannot be read now cannot stand, either: grading it will say so.
    """
    return WITH.get(row.provenance.differs_in(now.provenance), "") if now.provenance else WITH["submission"]


def put_aside(table: Path) -> Path:
    """Copy a table of which not all rows will stand.

    Returns:
        The path of the copy.

    Raises:
        click.ClickException: if it cannot be written.
    """
    aside = table.with_suffix(f".before{table.suffix}")
    try:
        shutil.copyfile(table, aside)
    except OSError as error:
        refuse(aside, error.strerror)
    return aside


def left_over(earlier: Mapping[str, Row], share: Share, present: set[str]) -> list[Path]:
    """Reports of an earlier run that this run will not replace: of submissions that are gone, and in other formats.

    Returns:
        Paths relative to the folder.
    """
    every = Share(share.folder, tuple(EXTENSIONS))
    wanted = {path for name in present for _form, path in share.files(name)}
    return [
        path.relative_to(share.folder)
        for name in sorted(earlier)
        for _form, path in every.files(name)
        if path not in wanted and os.path.isfile(path)
    ]


def what_changed(reasons: Mapping[str, str], gone: list[str], reports: list[Path], folder: Path) -> list[str]:
    """A line for each kind of row and report of an earlier run that does not stand."""
    told = [
        f"{_of(count, len(reasons))} graded before {why}: graded again"
        for why, count in Counter(filter(None, reasons.values())).items()
    ]
    if gone:
        told.append(f"no longer in {folder}, so without a row: {listed(gone)}")
    if reports:
        told.append(f"reports of an earlier run that are left as they were: {listed(reports)}")
    return told


def _of(count: int, total: int) -> str:
    return f"{count} of {total} {'was' if count == 1 else 'were'}"
