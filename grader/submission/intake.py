"""From a path to a submission."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO

from grader.submission.content import Submission, SubmissionError
from grader.submission.entries import Entry, folder_entries
from grader.submission.home import candidates, flat
from grader.submission.kinds import is_archive, neither
from grader.submission.survey import surveyed
from grader.submission.taking import Taken, taken


def read_submission(path: Path, expected: Iterable[str] = ()) -> Submission:
    """Read the submission at `path`.

    Args:
        path: a folder that holds `framework/` (or is it), a .zip or a .tar(.gz) of one; or a folder or archive in which
            one such archive lies.
        expected: files of the package ("nn/linear.py"); they tell it from another folder of its name, and theirs may
            differ in case alone.

    Raises:
        SubmissionError: if there is no grade to give: nothing at `path`, an unknown format, an archive that cannot be
            read in time or in the memory that it may use, no package, several packages of equal right, several
            archives, an archive in an archive in an archive.
    """
    require_submission(path)
    try:
        found = _taken(path, tuple(expected))
    except SubmissionError as error:
        raise SubmissionError(error.reason, path) from error
    except OSError as error:
        raise SubmissionError(f"it cannot be read: {error.strerror or error}", path) from error
    return Submission(Path(os.path.abspath(path)).name, found.files, found.notices)


def require_submission(path: Path) -> None:
    """Raise `SubmissionError` if there is nothing at `path`. Nothing is read yet."""
    try:
        path.stat()
    except FileNotFoundError as error:
        raise SubmissionError("there is no file or folder of this name", path) from error
    except (OSError, ValueError) as error:
        raise SubmissionError(f"it cannot be read: {getattr(error, 'strerror', None) or error}", path) from error


def _taken(path: Path, expected: Sequence[str]) -> Taken:
    if path.is_dir():
        return taken(folder_entries(Path(os.path.abspath(path))), expected, lambda entry: _inner(entry, expected))
    if not path.is_file():
        raise SubmissionError(neither(b"-", path.name))
    with path.open("rb") as file:
        return _read(file, path.name, expected, 2)


def _inner(entry: Entry, expected: Sequence[str]) -> Taken:
    with entry.open() as file:
        return _read(file, entry.path.name, expected, 1)


def _read(file: BinaryIO, name: str, expected: Sequence[str], levels: int) -> Taken:
    """Read an archive in a process of its own.

    The modules for that are imported only here: a folder needs none of them, and `inside` must not need them.
    """
    from grader.submission.reader import read_archive

    return read_archive(file, name, expected, levels)


def places(path: Path, expected: Iterable[str] = ()) -> tuple[str, ...]:
    """The places in `path` where something lies that could be graded.

    They are relative to it, as in ("attempt_1/framework/", "attempt_2/framework/"). These are folders that could be the
    package; if there are none, archives, or folders in which its files lie flat. It is quick: names are looked at,
    nothing is opened. A file is a place, ".", if its name is that of an archive.

    - No place: `path` does not look like a submission. `read_submission` says what is there instead.
    - One place: it looks like a submission.
    - Several: `read_submission` refuses it, unless one of them stands above the others. It may also be a folder of
      submissions, or a section of a course.
    """
    if not path.is_dir():
        return (".",) if is_archive(path) else ()
    survey = surveyed(folder_entries(Path(os.path.abspath(path))))
    folders = [candidate.place for candidate in candidates(survey.sources, expected)]
    archives = sorted(str(archive.path) for archive in survey.archives)
    return tuple(folders or archives or (candidate.place for candidate in flat(survey.sources, expected)))
