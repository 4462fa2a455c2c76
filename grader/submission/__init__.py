"""Takes a submission in: a folder, a zip or a tar archive; finds the student's package in it and reads its files as bytes.

Nothing of it is parsed, imported or decoded here, and nothing is unpacked to a disk. What is unusual but harmless (another case in a file's name,
a package one folder deeper) is put right and noted; what is left out or missing is noted too, and costs the checks that need it, later.
"""

import bz2
import gzip
import hashlib
import lzma
import os
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO

PACKAGE = "framework"
MAX_FILES = 200  # Python files of one submission; the whole course has about 40
MAX_BYTES = 1 << 20  # of one file; the longest file of the reference has under 20 kB
MAX_TOTAL = 4 << 20  # of all files together
MAX_ENTRIES = 100_000  # of a folder or an archive that are looked at
MAX_DEPTH = 8
MAX_UNPACKED = 512 << 20  # bytes of a compressed tar archive that are gone through
# Folders that hold other people's code or leftovers; what begins with a dot is passed over too.
PASSED_OVER = {"__MACOSX", "__pycache__", "node_modules", "site-packages"}

ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
UNREADABLE = (".rar", ".7z", ".gz", ".bz2", ".xz", ".zst", ".lzh", ".cab")  # archives and compressed files that are not opened

_Folder = tuple[str, ...]
_COMPRESSED = {b"\x1f\x8b": gzip.open, b"BZ": bz2.open, b"\xfd7": lzma.open}
_DAMAGED = (EOFError, RuntimeError, ValueError, struct.error, zlib.error, lzma.LZMAError)
_UNREADABLE = (OSError, zipfile.BadZipFile, tarfile.TarError, *_DAMAGED)


class SubmissionError(Exception):
    """There is no grade to give: nothing readable, nothing that is a package, or several things of which one would have to be chosen.

    `reason` says what was found and what to do, and begins with "it" or "there": fit to stand behind a colon, and to be shown to the student.
    The text of the exception has the path before it.
    """

    def __init__(self, reason: str, path: Path | None = None) -> None:
        super().__init__(f"{path}: {reason}" if path else reason)
        self.reason = reason


@dataclass(frozen=True)
class Submission:
    """The student's package: path in it ("nn/linear.py") -> bytes, and what was noticed while reading it."""

    name: str
    files: Mapping[str, bytes]
    notices: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """A fingerprint of names and contents, in hexadecimal; the same for the same files."""
        total = hashlib.sha256()
        for path, data in sorted(self.files.items()):
            total.update(f"{path}\0{len(data)}\0".encode())
            total.update(data)
        return total.hexdigest()

    @property
    def seed(self) -> int:
        """What the checks' random inputs are drawn from: other inputs for every submission, the same when graded again."""
        return int(self.digest[:8], 16)


@dataclass(frozen=True)
class _Entry:
    """A file somewhere in the submission, not yet read; `plain` files are neither links (hard ones neither) nor devices nor the like."""

    path: PurePosixPath
    size: int
    plain: bool
    read: Callable[[], bytes]


def read_submission(path: Path, expected: Iterable[str] = ()) -> Submission:
    """Read the submission at `path`.

    Args:
        path: a folder that holds `framework/` (or is it), a .zip or a .tar(.gz) of one.
        expected: files of the package ("nn/linear.py"); they tell it from another folder of its name, and theirs may differ in case alone.

    Raises:
        SubmissionError: if there is no grade to give: nothing at `path`, an unknown format, an archive that cannot be read in time or in the memory
            that it may use, no package, several packages of equal right, several archives, an archive in an archive in an archive.
    """
    expected = tuple(expected)
    notices: list[str] = []
    try:
        with _opened(path) as entries:
            found = _inside_package(_sources(entries, notices), expected, notices)
            files = _read(_few(found, expected, notices), notices)
    except _UNREADABLE as error:
        raise SubmissionError(f"it cannot be read: {error}", path) from error
    files = _with_expected_case(files, expected, notices)
    return Submission(Path(os.path.abspath(path)).name, files, tuple(notices))


def places(path: Path, expected: Iterable[str] = ()) -> tuple[str, ...]:
    """Where in `path` something lies that could be graded, relative to it, as in ("attempt_1/framework/", "attempt_2/framework/").

    These are folders that could be the package; where there are none, archives. It is quick: names are looked at, nothing is opened.

    None: `path` does not look like a submission (`read_submission` says what is there instead). One: it does. Several: as one submission it is
    a tie, which `read_submission` refuses; it may as well be a folder of submissions, or a section of a course. A file is a place, ".", if its name is
    that of an archive.
    """
    if not path.is_dir():
        return (".",) if path.name.lower().endswith(ARCHIVES) else ()
    entries = _sources(_folder_entries(Path(os.path.abspath(path))), [])
    _named, candidates, _reached = _candidates(entries, tuple(expected))
    return tuple(sorted("/".join(folder) + "/" for folder in candidates))


def is_upload(path: Path) -> bool:
    """Whether a file among submissions is one, as its name says: an archive, also of a kind that cannot be read, a Python file, a notebook.

    `read_submission` reads it or says why not. Other files (notes, lists of marks) nobody handed in.
    """
    return path.name.lower().endswith((*ARCHIVES, *UNREADABLE, ".py", ".ipynb"))


# Where files come from


def require_submission(path: Path) -> None:
    """Raise `SubmissionError` if there is nothing at `path`; nothing is read yet."""
    if not path.exists():
        raise SubmissionError("there is no file or folder of this name", path)


@contextmanager
def _opened(path: Path) -> Iterator[Iterator[_Entry]]:
    """The files of a folder or archive; an archive stays open while they are read."""
    require_submission(path)
    if path.is_dir():
        yield _folder_entries(Path(os.path.abspath(path)))
    elif path.is_file() and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            yield map(partial(_zip_entry, archive), (i for i in archive.infolist() if not i.is_dir()))
    elif path.is_file():
        with _decompressed(path) as file, _tar(path, file) as archive:
            yield map(partial(_tar_entry, archive), (m for m in archive if not m.isdir()))
    else:
        raise _neither(path)


def _neither(path: Path) -> SubmissionError:
    return SubmissionError("it is neither a folder nor a zip or tar archive", path)


def _folder_entries(folder: Path) -> Iterator[_Entry]:
    # The package itself may have been given: its name is then the first part of every path.
    start = PurePosixPath(folder.name if folder.name.lower() == PACKAGE else "")
    for parent, folders, names in os.walk(folder, followlinks=False):
        here = start / Path(parent).relative_to(folder).as_posix()
        folders[:] = sorted(filter(_is_searched, folders)) if len(here.parts) < MAX_DEPTH else []
        for name in sorted(names):
            file = Path(parent, name)
            status = file.lstat()
            plain = stat.S_ISREG(status.st_mode) and status.st_nlink == 1
            yield _Entry(here / name, status.st_size, plain, partial(_read_file, file))


def _read_file(path: Path) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as file:
        return file.read(MAX_BYTES)


def _zip_entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> _Entry:
    def read() -> bytes:
        with archive.open(info) as file:
            return file.read(MAX_BYTES)  # whatever size the archive claims

    kind = stat.S_IFMT(info.external_attr >> 16)
    path = PurePosixPath(info.filename.replace("\\", "/"))
    return _Entry(path, info.file_size, kind in (0, stat.S_IFREG), read)


def _tar_entry(archive: tarfile.TarFile, member: tarfile.TarInfo) -> _Entry:
    def read() -> bytes:
        with archive.extractfile(member) as file:  # never None for a plain file
            return file.read(MAX_BYTES)

    plain = member.isreg() and not member.issparse()
    return _Entry(PurePosixPath(member.name), member.size, plain, read)


def _tar(path: Path, file: "_Capped") -> tarfile.TarFile:
    try:
        return tarfile.open(fileobj=file, mode="r:")
    except tarfile.ReadError as error:
        raise _neither(path) from error


@contextmanager
def _decompressed(path: Path) -> Iterator["_Capped"]:
    with path.open("rb") as file:
        start = file.read(2)
    with _COMPRESSED.get(start, open)(path, "rb") as file:
        yield _Capped(file)


class _Capped:
    """A file that neither gives much at once nor goes far: an archive's headers may claim any size, and zeros compress well."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.tell = file.tell

    def read(self, size: int) -> bytes:
        if size > MAX_BYTES:
            raise ValueError(f"a header that claims {size} bytes")
        return self._file.read(size)

    def seek(self, position: int) -> int:
        if position > MAX_UNPACKED:
            raise ValueError(f"it unpacks to more than {MAX_UNPACKED >> 20} MiB; submit {PACKAGE}/ alone")
        return self._file.seek(position)


# Which of them are the package


def _is_searched(name: str) -> bool:
    return not (name.startswith(".") or name in PASSED_OVER)


def _sources(entries: Iterator[_Entry], notices: list[str]) -> list[_Entry]:
    """The Python files, without what tools leave behind and without escaping paths."""
    kept, escaping = [], 0
    for count, entry in enumerate(entries):
        if count >= MAX_ENTRIES:
            notices.append("The submission has too many files; only the first ones were looked at.")
            break
        if entry.path.suffix.lower() != ".py":
            continue
        if entry.path.is_absolute() or ".." in entry.path.parts:
            escaping += 1
        elif len(entry.path.parts) <= MAX_DEPTH and all(map(_is_searched, entry.path.parts)):
            kept.append(entry)
    if escaping:
        files = "1 Python file with a path that leads" if escaping == 1 else f"{escaping} Python files with paths that lead"
        notices.append(f"{files} out of the archive {'was' if escaping == 1 else 'were'} left out.")
    return kept


def _candidates(entries: list[_Entry], expected: tuple[str, ...]) -> tuple[list[_Folder], list[_Folder], Callable[[_Folder], int]]:
    """Folders named as the package; those that could be it; and how many of the expected files one has."""
    folders = {entry.path.parts[:i] for entry in entries for i in range(len(entry.path.parts))}
    named = [folder for folder in folders if folder and folder[-1].lower() == PACKAGE]
    present = {tuple(part.lower() for part in entry.path.parts) for entry in entries}
    wanted = [tuple(file.lower().split("/")) for file in expected if not file.endswith("__init__.py")]

    def reached(folder: tuple[str, ...]) -> int:
        start = tuple(part.lower() for part in folder)
        return sum(start + file in present for file in wanted)

    return named, named or [folder for folder in folders if reached(folder)], reached


def _inside_package(entries: list[_Entry], expected: tuple[str, ...], notices: list[str]) -> dict[str, _Entry]:
    """The package's files by their path in it."""
    named, candidates, reached = _candidates(entries, expected)
    if not candidates:
        notices.append(
            f"No folder {PACKAGE}/ with Python files was found. Submit the folder that contains {PACKAGE}/. Links are not followed."
        )
        return {}
    home = min(candidates, key=lambda folder: (-reached(folder), len(folder), folder[-1:] != (PACKAGE,), folder))
    notices += _about_home("/".join(home), len(named))
    inside = (entry for entry in entries if entry.path.parts[: len(home)] == home)
    return {"/".join(entry.path.parts[len(home) :]): entry for entry in inside}


def _about_home(home: str, named: int) -> list[str]:
    if named > 1:
        return [f"There are {named} folders named {PACKAGE}/; {_printable(home)}/ was graded."]
    if not home:
        return [f"There was no folder {PACKAGE}/ around the package; it was graded all the same."]
    if home.rpartition("/")[2] != PACKAGE:
        return [f"{_printable(home)}/ was taken for {PACKAGE}/."]
    return []


def _few(entries: dict[str, _Entry], expected: tuple[str, ...], notices: list[str]) -> dict[str, _Entry]:
    """At most `MAX_FILES` of them; the expected ones come first."""
    wanted = {file.lower() for file in expected}
    kept = sorted(entries, key=lambda path: path.lower() not in wanted)[:MAX_FILES]
    if len(kept) < len(entries):
        notices.append(f"The package has {len(entries)} Python files; {len(entries) - len(kept)} of them were left out.")
    return {path: entries[path] for path in kept}


# What is in them


def _read(entries: dict[str, _Entry], notices: list[str]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    left_out: dict[str, list[str]] = {}
    for path, entry in entries.items():
        problem = _problem(path, entry)
        if not problem and sum(map(len, files.values())) + entry.size > MAX_TOTAL:
            problem = f"the package is larger than {MAX_TOTAL >> 20} MiB"
        if not problem:
            try:
                files[path] = entry.read()
            except _UNREADABLE as error:
                problem = f"it cannot be read: {getattr(error, 'strerror', None) or error}"
        if problem:
            left_out.setdefault(problem, []).append(f"{PACKAGE}/{_printable(path)}")
    for problem, paths in left_out.items():
        more = f" and {len(paths) - 5} more" if len(paths) > 5 else ""
        notices.append(f"Left out ({problem}): {', '.join(paths[:5])}{more}.")
    return files


def _problem(path: str, entry: _Entry) -> str:
    if not all(part.isidentifier() for part in PurePosixPath(path).with_suffix("").parts):
        return "its name cannot be imported"
    if not entry.plain:
        return "a link or another special file"
    if entry.size >= MAX_BYTES:
        return f"larger than {MAX_BYTES >> 20} MiB"
    return ""


def _with_expected_case(files: dict[str, bytes], expected: Iterable[str], notices: list[str]) -> dict[str, bytes]:
    """Give a file that differs from an expected one in case alone the expected name."""
    renamed = dict(files)
    for wanted in expected:
        same = [path for path in files if path.lower() == wanted.lower()]
        if wanted not in files and len(same) == 1:
            renamed[wanted] = renamed.pop(same[0])
            notices.append(
                f"{PACKAGE}/{same[0]} was taken for {PACKAGE}/{wanted}: upper and lower case differ on most machines."
            )
    return renamed


def _printable(path: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in path)[:120]
