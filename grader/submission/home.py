"""Decides which folder of a submission is the package.

The rule is in `stands_above`. If it does not decide, there is no grade.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grader.package import PACKAGE
from grader.submission.content import SubmissionError
from grader.submission.entries import Entry
from grader.submission.words import listed, printable

Folder = tuple[str, ...]


@dataclass(frozen=True)
class Candidate:
    """A folder that could be the package, and how many of the expected files it contains."""

    folder: Folder
    reached: int

    @property
    def named(self) -> bool:
        return self.folder[-1:] != () and self.folder[-1].lower() == PACKAGE

    @property
    def around(self) -> Folder:
        """The folder that was handed in with it: the parent if the package is called `framework`, else the package."""
        return self.folder[:-1] if self.named else self.folder

    @property
    def place(self) -> str:
        """For people: "attempt_1/framework/", or "." for the submission itself."""
        return printable("/".join(self.folder)) + "/" if self.folder else "."

    def stands_above(self, other: "Candidate") -> bool:
        """Whether this one counts and the other does not.

        It is at least as complete. And it contains the other, or lies higher in a folder that contains the other; or it
        has the exact name.
        """
        higher = len(self.folder) < len(other.folder) or (self.folder[-1:] == (PACKAGE,) != other.folder[-1:])
        return self.reached >= other.reached and higher and other.folder[: len(self.around)] == self.around


def candidates(sources: Iterable[Entry], expected: Iterable[str]) -> list[Candidate]:
    """The folders that could be the package.

    These are folders of the package's name with expected files in them. If there are none, they are other folders with
    expected files; if there are none either, folders of the name.
    """
    paths = [entry.path.parts for entry in sources]
    present = {tuple(part.lower() for part in path) for path in paths}
    wanted = [tuple(file.lower().split("/")) for file in expected if not file.endswith("__init__.py")]

    def candidate(folder: Folder) -> Candidate:
        start = tuple(part.lower() for part in folder)
        return Candidate(folder, sum(start + file in present for file in wanted))

    found = [candidate(folder) for folder in sorted({path[:i] for path in paths for i in range(len(path))})]
    named = [c for c in found if c.named]
    reached = [c for c in found if c.reached]
    return [c for c in named if c.reached] or reached or named


def flat(sources: Iterable[Entry], expected: Iterable[str]) -> list[Candidate]:
    """The folders in which expected files lie without the folders that they belong into."""
    wanted = {file.rpartition("/")[2].lower() for file in expected if not file.endswith("__init__.py")}
    folders = {entry.path.parts[:-1] for entry in sources if entry.path.name.lower() in wanted}
    return [Candidate(folder, 0) for folder in sorted(folders)]


def home(found: Sequence[Candidate]) -> Candidate:
    """The one that is graded.

    Raises:
        SubmissionError: if nothing decides which.
    """
    first = _standing(found)
    if first is None or not all(first is other or first.stands_above(other) for other in found):
        places = listed(c.place for c in found)
        raise SubmissionError(
            f"it holds {len(found)} folders that could be the package: {places}."
            " Nothing says which is to be graded; leave only that one."
        )
    return first


def _standing(found: Sequence[Candidate]) -> Candidate | None:
    """The only one that can stand above all others, found in one pass: each is compared with the best one so far.

    Comparing all with all would take hours for a submission made for that.
    """
    standing: Candidate | None = None
    for one in found:
        if standing is None or (not standing.stands_above(one) and one.stands_above(standing)):
            standing = one
        elif not standing.stands_above(one):
            standing = None
    return standing


def about_home(graded: Candidate, sources: Iterable[Entry]) -> list[str]:
    """Notices about an unusual place of the package."""
    folders = {entry.path.parts[:i] for entry in sources for i in range(len(entry.path.parts))}
    named = sum(folder[-1:] != () and folder[-1].lower() == PACKAGE for folder in folders)
    if named > 1:
        return [f"There are {named} folders named {PACKAGE}/; {graded.place} was graded."]
    if not graded.folder:
        return [f"There was no folder {PACKAGE}/ around the package; it was graded all the same."]
    if graded.folder[-1] != PACKAGE:
        return [f"{graded.place} was taken for {PACKAGE}/."]
    return []
