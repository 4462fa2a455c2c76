"""Whose submission it is: what a platform says in names of folders or in a list beside them, or what a class list says.

The formats, as public programs that read them have it: Gradescope's "Download Submissions" is a folder
assignment_NUMBER_export with submission_metadata.yml and folders submission_NUMBER. Moodle names a folder
"Ada Lovelace_101_assignsubmission_file_", Canvas a file "lovelaceada_LATE_101_2002_framework.zip".
"""

import csv
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import click

METADATA = "submission_metadata.yml"
_EXPORT = re.compile(r"assignment_\d+_export")
_SUBMITTER = re.compile(r"\s+(?:- )?:(name|sid|email):\s*(.*)")
_OF_PLATFORM = (
    re.compile(r"(?P<name>[^_]+)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)"),  # Moodle
    re.compile(r"(?P<name>[^_]+)_(?:LATE_)?(?P<id>\d+)_\d+_"),  # Canvas
)


@dataclass(frozen=True)
class Person:
    """Who handed in a submission. Of a group, all names and all ids, with a semicolon between."""

    name: str = ""
    id: str = ""


NOBODY = Person()


def is_export(folder: Path) -> bool:
    """Whether it is an export of Gradescope."""
    return (folder / METADATA).is_file() or (
        _EXPORT.fullmatch(folder.name) is not None and any(folder.glob("submission_*/"))
    )


def people_of_export(folder: Path) -> dict[str, Person]:
    """The submitters of an export by the name of their folder; none if the list is missing or cannot be read."""
    try:
        text = (folder / METADATA).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return {}
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for submission, key, value in _submitters(text):
        if value:
            found[submission][key].append(value)
    return {
        submission: Person("; ".join(said["name"]), "; ".join(said["sid"] or said["email"]))
        for submission, said in found.items()
    }


def _submitters(text: str) -> Iterator[tuple[str, str, str]]:
    """Submission, key ("name", "sid" or "email") and value, for each line about a submitter.

    The file is YAML with the keys of Ruby, and has all results in it, too. Only these lines of it are read.
    """
    submission = part = ""
    for line in text.splitlines():
        if not line.startswith((" ", "-")):
            submission, part = line.strip().rstrip(":"), ""
        elif line.startswith("  :"):
            part = line.strip()
        elif part == ":submitters:" and (said := _SUBMITTER.fullmatch(line)):
            yield submission, said[1], _scalar(said[2].strip())


def _scalar(text: str) -> str:
    """A text of YAML on one line: plain, or in quotes of either kind."""
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1].replace("''", "'")
    if len(text) > 1 and text[0] == text[-1] == '"':
        try:
            return json.loads(text)
        except ValueError:
            return text[1:-1]
    return "" if text in ("~", "null") else text


def person_of_name(name: str) -> Person:
    """What Moodle and Canvas say in the name of a folder or file."""
    for pattern in _OF_PLATFORM:
        if said := pattern.match(PurePosixPath(name).name):
            return Person(said["name"], said["id"])
    return NOBODY


def class_list(path: Path) -> dict[str, Person]:
    """A class list: a CSV file with the columns submission, name and id, in any order and among others.

    Raises:
        click.ClickException: if it cannot be read or lacks a column.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            rows = [{key: cell or "" for key, cell in row.items() if key} for row in table]
            columns = set(table.fieldnames or ())
    except (OSError, ValueError, csv.Error) as error:
        raise click.ClickException(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from error
    if missing := {"submission", "name", "id"} - columns:
        raise click.ClickException(
            f"{path} has no column {', '.join(sorted(missing))}; a class list has submission, name and id"
        )
    return {row["submission"]: Person(row["name"], row["id"]) for row in rows}


def listed_person(submission: str, people: Mapping[str, Person]) -> Person:
    """The person of a submission in a class list, which may leave out the section and the ending of an archive."""
    name = PurePosixPath(submission).name
    stem = re.sub(r"\.(zip|tar|tgz|tbz2|txz)?(\.(gz|bz2|xz))?$", "", name)
    return next((people[key] for key in (submission, name, stem) if key in people), NOBODY)
