"""A class list: who is in the class. It names the students of submissions, and tells who handed in nothing."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import click

from grader.cohort.rows import Person, Row, State
from grader.gradescope.metadata import moment

# What a column may be called, in any case: by us, and in the lists that Gradescope, Canvas, Moodle and GitHub give.
COLUMNS = {
    "submission": ("submission",),
    "name": ("name", "student", "full name", "student name"),
    "first": ("first name",),
    "last": ("last name", "surname"),
    "id": ("id", "sid", "student id", "id number", "sis user id", "identifier"),
    "email": ("email", "email address", "mail"),
    "login": ("login", "github_username", "username", "sis login id"),
    "due": ("due",),
    "role": ("role",),
}
NOTHING_HANDED_IN = "nothing was handed in"


@dataclass(frozen=True)
class Listed:
    """A line of the class list. `submission` names the submission, if the list does."""

    person: Person
    submission: str = ""


def read_roster(path: Path) -> list[Listed]:
    """Read a class list: a CSV file with a column that tells students from each other, and any others.

    Raises:
        click.ClickException: if it cannot be read, or has no such column.
    """
    return [Listed(_person(path, line), line["submission"]) for line in _lines(path) if _is_student(line)]


def table(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    """Columns in lower case, and the lines, of a CSV file in UTF-8.

    Raises:
        click.ClickException: if it cannot be read.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            read = csv.DictReader(file)
            columns = [(name or "").strip().lower() for name in read.fieldnames or ()]
            lines = [[(cell or "").strip() for cell in list(line.values())[: len(columns)]] for line in read]
    except (OSError, ValueError, csv.Error) as error:
        raise click.ClickException(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from error
    return columns, [dict(zip(columns, line)) for line in lines]


def _lines(path: Path) -> Iterator[dict[str, str]]:
    columns, lines = table(path)
    if not {name for key in ("submission", "id", "email", "login", "name") for name in COLUMNS[key]} & set(columns):
        raise click.ClickException(
            f"{path} is no class list: it needs a column submission, id, email, login or name; it has"
            f" {', '.join(columns) or 'none'}"
        )
    for line in lines:
        yield {key: next((line[name] for name in names if line.get(name)), "") for key, names in COLUMNS.items()}


def _is_student(line: Mapping[str, str]) -> bool:
    """Gradescope's list has staff in it, Canvas's a line with the points."""
    return line["role"].lower() in ("", "student") and line["name"] != "Points Possible" and any(line.values())


def _person(path: Path, line: Mapping[str, str]) -> Person:
    due = moment(line["due"])
    if line["due"] and due is None:
        raise click.ClickException(f"{path}: {line['due']!r} is no time; write it as 2026-03-06T20:00+01:00")
    name = line["name"] or f"{line['first']} {line['last']}".strip()
    return Person(name, line["id"], line["email"], line["login"], due)


def with_roster(rows: Iterable[Row], roster: Iterable[Listed]) -> list[Row]:
    """The rows with what the class list says about their persons, and a row for everybody who handed in nothing."""
    roster, known = list(roster), {}
    for each in roster:
        for key in _keys(each):
            known.setdefault(key, each)
    present: set[int] = set()
    named: list[Row] = []
    for row in rows:
        found = _listed(row, known)
        present.update(id(each) for each in found)
        named.append(_named(row, found))
    names = {row.name for row in named}
    return named + [_absent(each.person, names) for each in roster if id(each) not in present]


def with_due(rows: Iterable[Row], roster: Iterable[Listed]) -> list[Row]:
    """The rows with the due dates that the class list has, where it has one. Nobody is added."""
    rows = list(rows)
    dues = {row.name: row.due for row in with_roster(rows, roster)}
    return [replace(row, due=dues.get(row.name) or row.due) for row in rows]


def _listed(row: Row, known: Mapping[str, Listed]) -> list[Listed]:
    """The lines about a row's person, or about each member of a group."""
    who = row.person
    one = next((known[key] for key in _names_of(row) if key in known), None)
    if one:
        return [one]
    for kind in ("id", "email", "login", "name"):
        found = [known.get(f"{kind} {part}") for part in map(_plain, getattr(who, kind).split("; ")) if part]
        if any(found):
            return [each for each in found if each]
    return []


def _named(row: Row, found: list[Listed]) -> Row:
    """The row with what is listed. A group has the latest due date of its members."""
    dues = [each.person.due for each in found if each.person.due]
    row = replace(row, due=max(dues)) if dues else row
    if len(found) != 1:
        return row
    listed, who = found[0].person, row.person
    merged = {key: getattr(listed, key) or getattr(who, key) for key in ("name", "id", "email", "login")}
    return replace(row, person=Person(**merged))


def _absent(person: Person, names: set[str]) -> Row:
    label = person.id or person.email or person.login or person.name
    name = label if label not in names else f"absent {label}"
    return Row(name, person=person, due=person.due, state=State.ABSENT, note=NOTHING_HANDED_IN)


def _keys(each: Listed) -> Iterator[str]:
    """All under which a line is found. Canvas writes the last name first, without spaces."""
    who = each.person
    if each.submission:
        yield f"submission {each.submission}"
    yield from (f"{kind} {_plain(getattr(who, kind))}" for kind in ("id", "email", "login") if getattr(who, kind))
    if who.name:
        first, _, last = who.name.rpartition(" ")
        yield from (f"name {_plain(name)}" for name in (who.name, last + first))


def _names_of(row: Row) -> list[str]:
    """Keys for the row's own name, which a list may give without the section and the ending of an archive."""
    name = PurePosixPath(row.name).name
    stem = re.sub(r"\.(zip|tar|tgz|tbz2|txz)?(\.(gz|bz2|xz))?$", "", name)
    own = [f"{kind} {_plain(stem)}" for kind in ("id", "email", "login", "name") if not row.person.name]
    return [*(f"submission {each}" for each in (row.name, name, stem)), *own]


def _plain(text: str) -> str:
    return re.sub(r"[\s,]", "", text).casefold()
