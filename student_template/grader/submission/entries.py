"""What lies in a submission: an entry for each file and folder, of which nothing was read yet."""

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from grader.package import PACKAGE
from grader.submission import limits

# Folders with other people's code, or with leftovers of tools. Names that begin with a dot are skipped, too.
PASSED_OVER = {"__MACOSX", "__pycache__", "node_modules", "site-packages"}


class UnreadableError(Exception):
    """The content of one file cannot be read."""


@dataclass(frozen=True)
class Entry:
    """A file somewhere in the submission, not yet read, or a folder.

    `plain` files are no links (symbolic or hard), devices or the like.
    """

    path: PurePosixPath
    size: int
    plain: bool
    open: Callable[[], BinaryIO]
    folder: bool = False

    @property
    def searched(self) -> bool:
        """Whether it lies where a package is looked for."""
        return len(self.path.parts) <= limits.MAX_DEPTH and all(map(is_searched, self.path.parts))

    def read(self, most: int) -> bytes:
        """Its first bytes, at most `most`, whatever size it claims.

        Raises:
            UnreadableError: its message says why.
        """
        try:
            with self.open() as file:
                return file.read(most)
        except OSError as error:
            raise UnreadableError(error.strerror or str(error)) from error


def is_searched(name: str) -> bool:
    """Whether a folder or file of this name is looked at."""
    return not (name.startswith(".") or name in PASSED_OVER)


def folder_entries(folder: Path) -> Iterator[Entry]:
    """The entries of a folder. No symbolic link is followed."""
    # The package itself may have been given: its name is then the first part of every path.
    start = PurePosixPath(folder.name if folder.name.lower() == PACKAGE else "")
    for parent, folders, names in os.walk(folder, followlinks=False):
        here = start / Path(parent).relative_to(folder).as_posix()
        folders[:] = sorted(filter(is_searched, folders)) if len(here.parts) < limits.MAX_DEPTH else []
        for name in sorted(names):
            file = Path(parent, name)
            status = file.lstat()
            plain = stat.S_ISREG(status.st_mode) and status.st_nlink == 1
            yield Entry(here / name, status.st_size, plain, partial(open_file, file))
        for name in folders:
            place = Path(parent, name)
            yield Entry(here / name, 0, False, partial(open_file, place), folder=not place.is_symlink())


def open_file(path: Path) -> BinaryIO:
    """A file, opened for reading. A link is refused, and opening never blocks."""
    flags = (getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))
    return os.fdopen(os.open(path, os.O_RDONLY | sum(flags)), "rb")
