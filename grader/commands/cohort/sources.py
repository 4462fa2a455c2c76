"""What is to be graded: from a folder, an archive or a list to rows, each with who handed it in and when."""

import os
import shutil
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import click

from grader.cohort.rows import Person, Row, State
from grader.commands.cohort.clones import ADDRESS, clone, logins, times_of
from grader.commands.cohort.entries import Entry, find_entries
from grader.commands.cohort.roster import COLUMNS, Listed, table, with_roster
from grader.commands.cohort.unpacking import opened
from grader.gradescope.metadata import moment

CLONES = "clones"  # in the folder of the reports: what was cloned
TOGETHER = "together"  # in the same folder: files that were handed in one by one
AT_ONCE = 4  # clones; more would only wait for the network


@dataclass(frozen=True)
class Source:
    """What the instructor named. `folder` is where reports go, `expected` are the files of a package."""

    path: Path
    folder: Path
    expected: Sequence[str]
    roster: tuple[Listed, ...] = ()
    due: datetime | None = None


@contextmanager
def rows_of(source: Source) -> Iterator[list[Row]]:
    """All rows, until the end of the block: everything that was handed in, and everybody who handed in nothing.

    Raises:
        click.ClickException: if there is no submission, or the list cannot be read.
    """
    if source.path.suffix.lower() == ".csv" and source.path.is_file():
        yield _finished(source, _listed(source))
        return
    with opened(source.path, source.expected) as folder:
        entries = find_entries(folder, source.expected, source.folder, source.path)
        yield _finished(source, _with_clones(_together(source, entries)))


def _finished(source: Source, rows: list[Row]) -> list[Row]:
    rows = with_roster(rows, source.roster)
    return [replace(row, due=row.due or source.due) for row in rows]


def _row(entry: Entry) -> Row:
    said = entry.said
    facts = {"late": said.late, "attempt": said.attempt, "history": said.history}
    return Row(entry.name, str(entry.path.absolute()), said.person, said.submitted, **facts)


def _together(source: Source, entries: list[Entry]) -> list[Row]:
    """Rows in which files that were handed in together are one submission."""
    batches: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        batches[entry.said.batch or f"/{entry.name}"].append(entry)
    return [_row(each[0]) if len(each) == 1 else _gathered(source, each) for each in batches.values()]


def _gathered(source: Source, entries: list[Entry]) -> Row:
    first = min(entries, key=lambda entry: entry.name)
    folder = source.folder / TOGETHER / first.name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for entry in entries:
        shutil.copy2(entry.path, folder / (entry.said.file or entry.path.name))
    return replace(_row(first), path=str(folder.absolute()))


def _with_clones(rows: list[Row]) -> list[Row]:
    """Rows in which clones have the login in their name, and the time of their commit."""
    clones = {row.name: Path(row.path) for row in rows if os.path.exists(Path(row.path, ".git"))}
    known, times = logins(clones), times_of(clones.values())

    def named(row: Row) -> Row:
        if row.name not in clones:
            return row
        login = row.person.login or ("" if row.person.name else known.get(row.name, ""))
        person = replace(row.person, login=login)
        return replace(row, person=person, submitted=row.submitted or times.get(clones[row.name]))

    return [named(row) for row in rows]


def _listed(source: Source) -> list[Row]:
    """The rows of a list of paths and addresses. Addresses are cloned."""
    columns, lines = table(source.path)
    if not {"path", "url"} & set(columns):
        raise click.ClickException(
            f"{source.path} is no list of submissions: it needs a column path or url; it has {', '.join(columns)}"
        )
    rows = [_of_line(source, line, number) for number, line in enumerate(lines, 2)]
    if twice := {row.name for row in rows if [other.name for other in rows].count(row.name) > 1}:
        raise click.ClickException(f"{source.path} has {min(twice)} more than once; name them in a column submission")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return _with_clones(list(pool.map(lambda row: _cloned(source, row), rows)))


def _of_line(source: Source, line: dict[str, str], number: int) -> Row:
    where = line.get("url") or line.get("path") or ""
    facts = {key: next((line[name] for name in COLUMNS[key] if line.get(name)), "") for key in COLUMNS}
    name = facts["submission"] or facts["login"] or facts["email"] or Path(where.removesuffix(".git")).name
    times = {key: _time(source, line.get(key, ""), number) for key in ("submitted", "due")}
    attempt = int(line["attempt"]) if line.get("attempt", "").isdigit() else 0
    if not where:
        return Row(name or f"line {number}", state=State.UNREADABLE, note=f"line {number} has neither a path nor a url")
    path = where if ADDRESS.fullmatch(where) else str((source.path.parent / where).absolute())
    person = Person(facts["name"], facts["id"], facts["email"], facts["login"])
    return Row(name, path, person, attempt=attempt, **times)


def _time(source: Source, text: str, number: int) -> datetime | None:
    time = moment(text)
    if text and time is None:
        raise click.ClickException(
            f"{source.path}, line {number}: {text!r} is no time; write it as 2026-03-06T20:00+01:00"
        )
    return time


def _cloned(source: Source, row: Row) -> Row:
    if not ADDRESS.fullmatch(row.path):
        return row
    folder = source.folder / CLONES / row.name
    problem = clone(row.path, folder)
    if problem:
        return replace(row, state=State.UNREADABLE, note=problem)
    return replace(row, path=str(folder.absolute()))
