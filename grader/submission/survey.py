"""Sorts a submission's entries into Python files, archives, and the rest, of which only the names are used."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from grader.submission import limits
from grader.submission.entries import Entry
from grader.submission.kinds import is_archive, is_notebook, is_unreadable


@dataclass
class Survey:
    """What lies where a package is looked for. `tops` are the names of the top-level folders."""

    sources: list[Entry] = field(default_factory=list)
    archives: list[Entry] = field(default_factory=list)
    unreadable: list[Entry] = field(default_factory=list)  # archives of other kinds
    notebooks: list[Entry] = field(default_factory=list)
    others: int = 0
    special: int = 0  # number of links, devices and the like
    tops: set[str] = field(default_factory=set)
    notices: list[str] = field(default_factory=list)

    def add(self, entry: Entry) -> None:
        """Sort in one entry."""
        if entry.folder or len(entry.path.parts) > 1:
            self.tops.add(entry.path.parts[0])
        if entry.folder:
            return
        if entry.path.suffix.lower() == ".py":
            self.sources.append(entry)
        elif not entry.plain:
            self.special += 1
        elif is_archive(entry.path):
            self.archives.append(entry)
        elif is_unreadable(entry.path):
            self.unreadable.append(entry)
        elif is_notebook(entry.path):
            self.notebooks.append(entry)
        else:
            self.others += 1


def surveyed(entries: Iterable[Entry]) -> Survey:
    """Sort the entries, without leftovers of tools and without paths that leave the submission."""
    found, escaping = Survey(), 0
    remaining = iter(entries)
    for entry in islice(remaining, limits.MAX_ENTRIES):
        if entry.path.is_absolute() or ".." in entry.path.parts:
            escaping += entry.path.suffix.lower() == ".py"
        elif entry.path.parts and entry.searched:
            found.add(entry)
    if next(remaining, None):
        found.notices.append("The submission has too many files; only the first ones were looked at.")
    if escaping:
        files = (
            "1 Python file with a path that leads" if escaping == 1 else f"{escaping} Python files with paths that lead"
        )
        found.notices.append(f"{files} out of the archive {'was' if escaping == 1 else 'were'} left out.")
    return found
