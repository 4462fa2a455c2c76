"""From the entries of a submission to the package in it: its own, or that of the only archive in it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from grader.package import PACKAGE
from grader.submission.content import SubmissionError
from grader.submission.entries import Entry
from grader.submission.files import package_files
from grader.submission.home import Candidate, about_home, candidates, flat, home
from grader.submission.kinds import ADVICE
from grader.submission.nothing import why_nothing
from grader.submission.survey import Survey, surveyed
from grader.submission.words import counted, listed


@dataclass(frozen=True)
class Taken:
    """The package's files, and what was noticed while they were read."""

    files: dict[str, bytes]
    notices: tuple[str, ...]


def taken(entries: Iterable[Entry], expected: Sequence[str], inner: Callable[[Entry], Taken]) -> Taken:
    """Find the package in these entries and read it. An archive among them is read by `inner`.

    Raises:
        SubmissionError: if there is no grade to give.
    """
    survey = surveyed(entries)
    found = candidates(survey.sources, expected)
    if _real(found, expected):
        return _package(survey, home(found), expected)
    if survey.archives:
        return _within(only_archive(survey), inner, survey.notices)
    if found:  # it has none of the expected files in its place; each will be put there, or named as missing
        return _package(survey, home(found), expected)
    if len(dragged := flat(survey.sources, expected)) == 1:
        return _package(survey, dragged[0], expected)
    raise SubmissionError(why_nothing(survey, expected))


def _real(found: list[Candidate], expected: Sequence[str]) -> bool:
    return any(c.reached for c in found) or bool(found and not expected)


def _within(archive: Entry, inner: Callable[[Entry], Taken], notices: Sequence[str]) -> Taken:
    name = listed([archive.path])
    try:
        found = inner(archive)
    except SubmissionError as error:
        raise SubmissionError(f"in {name}: {error.reason}") from error
    return Taken(found.files, (f"The archive {name} was opened.", *notices, *found.notices))


def _package(survey: Survey, graded: Candidate, expected: Sequence[str]) -> Taken:
    notices = [*survey.notices, *about_home(graded, survey.sources), *_ignored(survey, graded)]
    depth = len(graded.folder)
    inside = {"/".join(e.path.parts[depth:]): e for e in survey.sources if e.path.parts[:depth] == graded.folder}
    files = package_files(inside, expected, notices)
    return Taken(files, tuple(notices))


def _ignored(survey: Survey, graded: Candidate) -> list[str]:
    """Archives that somebody may have meant instead, as they lie beside the package or above it."""
    beside = [e.path for e in survey.archives if graded.around[: len(e.path.parts) - 1] == e.path.parts[:-1]]
    return [f"Not opened, as {graded.place} was there to be graded: {listed(beside)}."] if beside else []


def only_archive(survey: Survey) -> Entry:
    """The one archive that is graded if there is no package.

    Platforms put it into the submission itself, or into the one folder in it.

    Raises:
        SubmissionError: if there are several, or if it lies deeper.
    """
    first, *more = survey.archives
    found = f"it has no {PACKAGE}/ in it, but {counted([e.path for e in survey.archives], 'an archive', 'archives')}"
    if more:
        raise SubmissionError(f"{found}. Nothing says which is to be graded; leave only that one.")
    depth = len(first.path.parts)
    if depth > 2 or (depth == 2 and len(survey.tops) > 1):
        raise SubmissionError(f"{found}. An archive is opened only where it lies alone. {ADVICE}")
    return first
