"""Says why there is nothing to be graded: what was found instead of a package, and what to do."""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from grader.package import PACKAGE
from grader.submission.kinds import ADVICE
from grader.submission.survey import Survey
from grader.submission.words import MOST, counted, listed


def why_nothing(survey: Survey, expected: Sequence[str]) -> str:
    """One sentence or a few."""
    found = ", and ".join(_found(survey, expected))
    if not found:
        return f"it is empty. {ADVICE}"
    special = " Links are not followed." if survey.special else ""
    return f"it has no folder {PACKAGE}/ with Python files in it, but {found}. {ADVICE}{special}"


def _found(survey: Survey, expected: Sequence[str]) -> Iterator[str]:
    places = {PurePosixPath(path).name: path for path in expected if not path.endswith("__init__.py")}
    flat = [entry.path for entry in survey.sources if entry.path.name in places]
    if flat:
        yield f"{listed(flat)} outside of it ({_belongs(flat, places)})"
    elif survey.sources:
        yield counted(
            [entry.path for entry in survey.sources], "a Python file of another name", "Python files of other names"
        )
    if survey.unreadable:
        yield counted(
            [e.path for e in survey.unreadable],
            "an archive of a kind that cannot be read",
            "archives of kinds that cannot be read",
        )
    if survey.notebooks:
        yield counted(
            [e.path for e in survey.notebooks],
            "a notebook (only Python files are graded)",
            "notebooks (only Python files are graded)",
        )
    if survey.special:
        yield "1 link or special file" if survey.special == 1 else f"{survey.special} links or special files"
    if survey.others:
        yield "1 file of another kind" if survey.others == 1 else f"{survey.others} files of other kinds"


def _belongs(flat: list[PurePosixPath], places: dict[str, str]) -> str:
    return ", ".join(f"{path.name} belongs at {PACKAGE}/{places[path.name]}" for path in flat[:MOST])
