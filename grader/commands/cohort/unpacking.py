"""An archive of many submissions, as a platform gives to whoever grades. It is unpacked into a folder for one run.

What students put into it stays closed: an archive in the archive is a submission, and is read as any other.
"""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from grader.commands.cohort.export import is_export
from grader.package import PACKAGE
from grader.submission import places
from grader.submission.archive import UNREADABLE, archive_entries
from grader.submission.content import SubmissionError
from grader.submission.entries import Entry, is_searched

MOST_FILES = 500_000  # a class of 500 with a thousand files each
MOST_BYTES = 8 << 30  # of all files together; a class of 500 with 16 MiB each


@contextmanager
def opened(submissions: Path, expected: Sequence[str] = ()) -> Iterator[Path]:
    """The folder of the submissions: itself, or what was in the archive, until the end of the block.

    `expected` are the files of a package.

    Raises:
        click.ClickException: if it is a file, but no archive that can be unpacked.
    """
    if submissions.is_dir():
        yield submissions
        return
    with tempfile.TemporaryDirectory(prefix="cohort-", ignore_cleanup_errors=True) as name:
        _unpack(submissions, Path(name))
        yield _without_wrapping(Path(name), expected)


def _without_wrapping(folder: Path, expected: Sequence[str]) -> Path:
    """The folder itself, or the only thing in it, if that is a folder with several submissions."""
    inside = [path for path in folder.iterdir() if is_searched(path.name)]
    if len(inside) != 1 or not inside[0].is_dir() or is_export(inside[0]) or (inside[0] / PACKAGE).is_dir():
        return folder
    several = sum(bool(places(path, expected)) for path in inside[0].iterdir() if is_searched(path.name)) > 1
    return _without_wrapping(inside[0], expected) if several else folder


def _unpack(archive: Path, folder: Path) -> None:
    try:
        with archive.open("rb") as file, archive_entries(file, archive.name) as entries:
            left = MOST_BYTES
            for count, entry in enumerate(entries):
                left -= _put(entry, folder)
                if count > MOST_FILES or left < 0:
                    raise ValueError(f"it has more than {MOST_FILES} files, or {MOST_BYTES >> 30} GiB")
    except SubmissionError as error:
        raise click.ClickException(
            f"{archive} is no folder of submissions, and no archive of one: {error.reason}"
        ) from error
    except UNREADABLE as error:
        raise click.ClickException(
            f"{archive} cannot be unpacked: {error}. Unpack it yourself, and name the folder."
        ) from error


def _put(entry: Entry, folder: Path) -> int:
    """Write one file or make one folder, and return its size. Links, devices and paths that lead out are left out."""
    if entry.path.is_absolute() or ".." in entry.path.parts or not entry.path.parts:
        return 0
    place = folder / entry.path
    if entry.folder:
        place.mkdir(parents=True, exist_ok=True)
    elif entry.plain and all(map(is_searched, entry.path.parts)):
        place.parent.mkdir(parents=True, exist_ok=True)
        with entry.open() as source, place.open("wb") as target:
            shutil.copyfileobj(source, target)
        return place.stat().st_size
    return 0
