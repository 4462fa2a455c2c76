"""The entries of a zip or tar archive.

An archive may be hostile. So this code runs in a process that can be killed; see `reader`.
"""

import bz2
import gzip
import lzma
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import PurePosixPath
from typing import BinaryIO

from grader.package import PACKAGE
from grader.submission import limits
from grader.submission.content import SubmissionError
from grader.submission.entries import Entry, UnreadableError
from grader.submission.kinds import neither

_COMPRESSED = {b"\x1f\x8b": gzip.open, b"BZ": bz2.open, b"\xfd7": lzma.open}
_DAMAGED = (ArithmeticError, EOFError, LookupError, RuntimeError, ValueError, struct.error, zlib.error, lzma.LZMAError)
UNREADABLE = (OSError, zipfile.BadZipFile, tarfile.TarError, *_DAMAGED)  # what reading an archive may raise
_START = 512  # bytes: a tar archive says what it is at the end of its first block


class ArchiveEntry(Entry):
    """An entry of an archive, which may be damaged in more ways than a file on a disk."""

    def read(self, most: int) -> bytes:
        """Its first bytes."""
        try:
            return super().read(most)
        except UNREADABLE as error:
            raise UnreadableError(str(error)) from error


@contextmanager
def archive_entries(file: BinaryIO, name: str) -> Iterator[Iterator[Entry]]:
    """The entries of an archive, which stays open while they are read. Its content, not its name, says what it is.

    Raises:
        SubmissionError: if it is no zip or tar archive.
        UNREADABLE: if it is damaged.
    """
    start = _start(file)
    compressed = _COMPRESSED.get(start[:2])
    if compressed or start[257:262] == b"ustar" or not _is_zip(file):
        with compressed(file) if compressed else file as unpacked, _tar(_Capped(unpacked), start, name) as archive:
            yield map(partial(_tar_entry, archive), archive)
    else:
        with zipfile.ZipFile(file) as archive:
            yield map(partial(_zip_entry, archive), archive.infolist())


def _start(file: BinaryIO) -> bytes:
    file.seek(0)
    start = file.read(_START)
    file.seek(0)
    return start


def _is_zip(file: BinaryIO) -> bool:
    found = zipfile.is_zipfile(file)
    file.seek(0)
    return found


def _zip_entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Entry:
    kind = stat.S_IFMT(info.external_attr >> 16)
    path = PurePosixPath(info.filename.replace("\\", "/"))
    return ArchiveEntry(path, info.file_size, kind in (0, stat.S_IFREG), partial(archive.open, info), info.is_dir())


def _tar_entry(archive: tarfile.TarFile, member: tarfile.TarInfo) -> Entry:
    plain = member.isreg() and not member.issparse()  # `extractfile` can open these
    return ArchiveEntry(
        PurePosixPath(member.name), member.size, plain, partial(archive.extractfile, member), member.isdir()
    )


def _tar(file: "_Capped", start: bytes, name: str) -> tarfile.TarFile:
    try:
        return tarfile.open(fileobj=file, mode="r:")
    except tarfile.ReadError as error:
        raise SubmissionError(neither(start, name)) from error


class _Capped:
    """A file that gives only a little at once, and only up to a limit.

    An archive's headers may claim any size, and zeros compress well.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.tell = file.tell

    def read(self, size: int) -> bytes:
        if size > limits.MAX_BYTES:
            raise ValueError(f"a header that claims {size} bytes")
        return self._file.read(size)

    def seek(self, position: int) -> int:
        if position > limits.MAX_UNPACKED:
            raise ValueError(f"it unpacks to more than {limits.MAX_UNPACKED >> 20} MiB; submit {PACKAGE}/ alone")
        return self._file.seek(position)
