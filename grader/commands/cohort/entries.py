"""Finds the submissions in a folder: folders, and files that were handed in.

Folders of sections, and exports of Gradescope, have them inside.
"""

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from unicodedata import category

import click

from grader.cohort.store import STORE
from grader.cohort.summary import SUMMARY, is_summary
from grader.commands.cohort.export import METADATA, is_export, said_by_export
from grader.commands.cohort.platforms import NOTHING, Said, is_note, said_by_name, with_note
from grader.package import PACKAGE
from grader.submission import is_upload, places
from grader.submission.entries import is_searched
from grader.submission.words import listed, printable

BREAKS = ("Cc", "Zl", "Zp")  # Unicode's categories of control characters, and of line and paragraph separators


@dataclass(frozen=True)
class Entry:
    """A submission, or whatever is where one should be. `name` is its path in the folder: "ada", or "section_1/ada".

    `said` is what a platform says about it.
    """

    path: Path
    name: str
    expected: tuple[str, ...] = ()
    said: Said = NOTHING

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


def find_entries(folder: Path, expected: Sequence[str], reports: Path, shown: Path | None = None) -> list[Entry]:
    """All entries, sorted; without folders of reports, and without files that are no submissions.

    Args:
        folder: where they are.
        expected: the files of a package.
        reports: the folder of this run's reports.
        shown: what the instructor named, if `folder` was made from it.

    Raises:
        click.ClickException: if the folder is no cohort.
    """
    shown = shown or folder
    if (folder / PACKAGE).is_dir():
        raise click.ClickException(
            f"{shown} is a submission itself; name the folder that it is in, or use: grader grade {shown}"
        )
    search = _Search(tuple(expected), Path(os.path.realpath(reports)))
    found = search.inside(folder, "")
    exports = [entry for entry in found if entry.path.is_dir() and is_export(entry.path)]
    others = [entry for entry in found if entry not in exports]
    inner = [entry for export in exports for entry in search.inside(export.path, f"{export.name}/")]
    if not any(entry.places or entry.path.is_file() for entry in (*others, *inner)):
        raise click.ClickException(f"{shown} has no submission in it: {_what_is_there(found)}")
    if _are_sections(others):
        sections = [entry for entry in others if entry.places]
        click.echo(f"the folders in {shown} are taken for sections: {listed(e.name for e in sections)}", err=True)
        others = [
            inner
            for entry in others
            for inner in (search.inside(entry.path, f"{entry.name}/") if entry.places else [entry])
        ]
    return sorted([*others, *inner], key=lambda entry: entry.name)


@dataclass(frozen=True)
class _Search:
    """Looks into folders. `reports` is where this run's reports go, which is never a submission."""

    expected: tuple[str, ...]
    reports: Path

    def inside(self, folder: Path, start: str) -> list[Entry]:
        """The entries of a folder. Other files in it are left out, and reported."""
        try:
            paths = sorted(path for path in folder.iterdir() if is_searched(path.name))
        except OSError as error:
            raise click.ClickException(f"{folder} cannot be read: {error.strerror}") from error
        listed = said_by_export(folder)
        found = [
            Entry(path, start + _as_text(path.name), self.expected, listed.get(path.name) or _said(path))
            for path in paths
            if self._is_one(path)
        ]
        if is_export(folder):
            click.echo(f"{folder.name} is an export of Gradescope, with {len(found)} submissions", err=True)
        return found

    def _is_one(self, path: Path) -> bool:
        """Whether it is a submission, or stands where one should be. Something else that is left out is named."""
        if path.is_dir():
            return not self._has_reports(path)
        if path.suffix == ".txt" and _said(path).batch:  # of Blackboard; an attempt without a file has a row, too
            return not is_note(path)
        if not is_upload(path) and path.name != METADATA:
            click.echo(f"{printable(str(path))} is left out: it is neither a folder nor a zip or tar archive", err=True)
        return is_upload(path)

    def _has_reports(self, folder: Path) -> bool:
        """Whether it is the folder of this run's reports, or around it, or one of an earlier run, which is named."""
        real = Path(os.path.realpath(folder))
        if real == self.reports or (real in self.reports.parents and not places(folder, self.expected)):
            return True
        earlier = is_summary(folder / SUMMARY) or (folder / STORE).is_file()
        if earlier:
            click.echo(f"{printable(str(folder))} is left out: it has the reports of an earlier run", err=True)
        return earlier


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


def _said(path: Path) -> Said:
    return with_note(said_by_name(path.name), path)


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
