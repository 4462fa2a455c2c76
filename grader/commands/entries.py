"""Finds the submissions in a folder: folders, and files that were handed in. Folders of sections have them inside."""

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from unicodedata import category

import click

from grader.package import PACKAGE
from grader.submission import is_upload, places
from grader.submission.entries import is_searched
from grader.submission.words import listed, printable

BREAKS = ("Cc", "Zl", "Zp")  # Unicode's categories of control characters, and of line and paragraph separators


@dataclass(frozen=True)
class Entry:
    """A submission, or whatever is where one should be. `name` is its path in the folder: "ada", or "section_1/ada"."""

    path: Path
    name: str
    expected: tuple[str, ...] = ()

    @cached_property
    def places(self) -> tuple[str, ...]:
        """The places in it where something lies that could be graded."""
        return places(self.path, self.expected)

    @property
    def is_plain(self) -> bool:
        """Whether it must be a submission: an archive, or a folder with the package or one archive directly in it."""
        direct = [place for place in self.places if place.lower() in (".", f"{PACKAGE}/")]
        return bool(direct) or (len(self.places) == 1 and "/" not in self.places[0])

    @property
    def children(self) -> set[str]:
        """The names of what lies directly in it and contains something that could be graded."""
        return {place.partition("/")[0] for place in self.places}


def find_entries(folder: Path, expected: Sequence[str], reports: Path) -> list[Entry]:
    """All entries, sorted; without the reports' folder, and without files that are no submissions.

    Raises:
        click.ClickException: if the folder is no cohort.
    """
    if (folder / PACKAGE).is_dir():
        raise click.ClickException(
            f"{folder} is a submission itself; name the folder that it is in, or use: grader grade {folder}"
        )
    place = os.path.realpath(reports)
    found = [entry for entry in _inside(folder, "", tuple(expected)) if os.path.realpath(entry.path) != place]
    if not any(entry.places or entry.path.is_file() for entry in found):
        raise click.ClickException(f"{folder} has no submission in it: {_what_is_there(found)}")
    if not _are_sections(found):
        return found
    click.echo(
        f"the folders in {folder} are taken for sections: {listed([e.name for e in found if e.places])}", err=True
    )
    return [
        inner
        for entry in found
        for inner in (_inside(entry.path, f"{entry.name}/", entry.expected) if entry.places else [entry])
    ]


def _inside(folder: Path, start: str, expected: tuple[str, ...]) -> list[Entry]:
    """The entries of a folder. Other files in it are left out, and reported."""
    try:
        paths = sorted(path for path in folder.iterdir() if is_searched(path.name))
    except OSError as error:
        raise click.ClickException(f"{folder} cannot be read: {error.strerror}") from error
    for path in paths:
        if not (path.is_dir() or is_upload(path)):
            click.echo(f"{printable(str(path))} is left out: it is neither a folder nor a zip or tar archive", err=True)
    return [Entry(path, start + _as_text(path.name), expected) for path in paths if path.is_dir() or is_upload(path)]


def _are_sections(entries: list[Entry]) -> bool:
    """Whether these folders are sections: nothing here must be a submission, and at least half of them hold several.

    So one student's upload cannot turn the other folders into sections. Folders whose contents have the same names are
    no sections, but the attempts of several students.
    """
    if any(entry.is_plain for entry in entries):
        return False
    several = [entry for entry in entries if len(entry.children) > 1]
    if 2 * len(several) < sum(bool(entry.places) for entry in entries):
        return False
    names = Counter(name for entry in several for name in entry.children)
    return bool(several) and max(names.values()) == 1


def _what_is_there(entries: list[Entry]) -> str:
    if not entries:
        return "no folder, and no zip or tar archive"
    return f"{PACKAGE}/ is in none of its folders ({listed([entry.name for entry in entries])})"


def _as_text(name: str) -> str:
    """The name as one line of text. Undecodable bytes and line breaks are escaped, as they would break the table.

    No two names become the same: a backslash in the name is doubled.
    """
    text = os.fsencode(name).replace(b"\\", b"\\\\").decode("utf-8", "backslashreplace")
    return "".join(f"\\u{ord(c):04x}" if category(c) in BREAKS else c for c in text)
