"""A submission's entries sorted by what they could be good for: Python files, archives, and the rest, which is only
named.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from grader.submission import limits
from grader.submission.entries import Entry
from grader.submission.kinds import is_archive, is_notebook, is_unreadable


@dataclass
class Survey:
    """What lies where a package is looked for; `tops` are the names of the folders that lie highest."""

    sources: list[Entry] = field(default_factory=list)
    archives: list[Entry] = field(default_factory=list)
    unreadable: list[Entry] = field(default_factory=list)  # archives of other kinds
    notebooks: list[Entry] = field(default_factory=list)
    others: int = 0
    special: int = 0  # links, devices and the like
    tops: set[str] = field(default_factory=set)
    notices: list[str] = field(default_factory=list)

    def add(self, entry: Entry) -> None:
        """Sort one of them in."""
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
    """Sort them, without what tools leave behind and without escaping paths."""
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
