"""Takes a submission in: a folder, a zip or a tar archive; finds the student's package in it and reads its files as bytes.

Nothing of it is parsed, imported or decoded here. What is unusual but harmless (another case in a file's name, a package one folder deeper)
is put right and noted; what is missing is noted too, and costs the checks that need it, later.
"""

import hashlib
import os
import stat
import tarfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

PACKAGE = "framework"
MAX_FILES = 200  # Python files of one submission; the whole course has about 40
MAX_BYTES = 1 << 20  # of one file; the longest file of the reference has under 20 kB
MAX_ENTRIES = 10_000  # of a folder or an archive that are looked at
MAX_DEPTH = 8


class SubmissionError(Exception):
    """There is nothing at the given path that could be graded: a mistake in the call, not in the submission."""


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
    """A regular file somewhere in the submission, not yet read."""

    path: PurePosixPath
    size: int
    read: Callable[[], bytes]


def read_submission(path: Path, expected: Iterable[str] = ()) -> Submission:
    """Read the submission at `path`.

    Args:
        path: a folder that holds `framework/` (or is it), a .zip or a .tar(.gz) of one.
        expected: files of the package ("nn/linear.py") whose names may differ in case alone.

    Raises:
        SubmissionError: if there is nothing at `path`, or something that is no folder and no archive.
    """
    notices: list[str] = []
    try:
        with _Opened(path) as entries:
            found = _inside_package(_few(entries, notices), notices)
            files = _read(found, notices)
    except (OSError, zipfile.BadZipFile, tarfile.TarError, EOFError, RuntimeError, ValueError) as error:
        raise SubmissionError(f"{path} cannot be read: {error}") from error
    files = _with_expected_case(files, expected, notices)
    return Submission(path.resolve().name, files, tuple(notices))


class _Opened:
    """The regular files of a folder or archive; an archive stays open while they are read."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            raise SubmissionError(f"there is no file or folder {path}")
        self._path = path
        self._archive: zipfile.ZipFile | tarfile.TarFile | None = None

    def __enter__(self) -> Iterator[_Entry]:
        if self._path.is_dir():
            return _folder_entries(self._path)
        if zipfile.is_zipfile(self._path):
            self._archive = zipfile.ZipFile(self._path)
            return _zip_entries(self._archive)
        if self._path.is_file() and tarfile.is_tarfile(self._path):
            self._archive = tarfile.open(self._path)  # closed in __exit__
            return _tar_entries(self._archive)
        raise SubmissionError(f"{self._path} is neither a folder nor a zip or tar archive")

    def __exit__(self, *_exception: object) -> None:
        if self._archive:
            self._archive.close()


def _folder_entries(folder: Path) -> Iterator[_Entry]:
    for parent, folders, names in os.walk(folder, followlinks=False):
        here = Path(parent)
        depth = len(here.relative_to(folder).parts)
        folders[:] = [] if depth >= MAX_DEPTH else sorted(folders)
        for name in sorted(names):
            status = (here / name).lstat()
            if stat.S_ISREG(status.st_mode):
                relative = PurePosixPath((here / name).relative_to(folder).as_posix())
                # `framework` itself may have been given: its name is then the first part
                full = folder.resolve().name / relative if folder.resolve().name == PACKAGE else relative
                yield _Entry(full, status.st_size, lambda path=here / name: _read_capped(path))


def _read_capped(path: Path) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as file:
        return file.read(MAX_BYTES)


def _zip_entries(archive: zipfile.ZipFile) -> Iterator[_Entry]:
    for info in archive.infolist():
        kind = stat.S_IFMT(info.external_attr >> 16)
        if not info.is_dir() and kind in (0, stat.S_IFREG):
            path = PurePosixPath(info.filename.replace("\\", "/"))
            yield _Entry(path, info.file_size, lambda info=info: _unzip(archive, info))


def _unzip(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    with archive.open(info) as file:
        return file.read(MAX_BYTES)  # whatever size the archive claims


def _tar_entries(archive: tarfile.TarFile) -> Iterator[_Entry]:
    for member in archive:
        if member.isreg() and not member.issparse():
            path = PurePosixPath(member.name)
            yield _Entry(path, member.size, lambda member=member: _untar(archive, member))


def _untar(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    with archive.extractfile(member) as file:  # never None for a regular member
        return file.read(MAX_BYTES)


def _few(entries: Iterator[_Entry], notices: list[str]) -> list[_Entry]:
    """The Python files among the first entries, without what tools leave behind and without escaping paths."""
    kept = []
    for count, entry in enumerate(entries):
        if count >= MAX_ENTRIES or len(kept) >= MAX_FILES:
            notices.append("The submission has too many files; only the first ones were looked at.")
            break
        if entry.path.suffix.lower() == ".py" and _is_plain(entry.path):
            kept.append(entry)
    return kept


def _is_plain(path: PurePosixPath) -> bool:
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in path.parts)
    return not (hidden or path.is_absolute() or len(path.parts) > MAX_DEPTH)


def _inside_package(entries: list[_Entry], notices: list[str]) -> dict[str, _Entry]:
    """The files of the shallowest folder named `framework`, by their path in it."""
    homes = {entry.path.parts[: i + 1] for entry in entries for i in _package_levels(entry.path)}
    if not homes:
        notices.append(
            f"No folder {PACKAGE}/ with Python files was found. Submit the folder that contains {PACKAGE}/."
        )
        return {}
    home = min(homes, key=lambda parts: (len(parts), parts))
    if len(homes) > 1:
        notices.append(f"There are {len(homes)} folders named {PACKAGE}/; {'/'.join(home)}/ was graded.")
    inside = (e for e in entries if e.path.parts[: len(home)] == home)
    return {"/".join(e.path.parts[len(home) :]): e for e in inside}


def _package_levels(path: PurePosixPath) -> list[int]:
    """Where in a path the package's folder stands; one inside another does not count."""
    return [i for i, part in enumerate(path.parts[:-1]) if part.lower() == PACKAGE][:1]


def _read(entries: dict[str, _Entry], notices: list[str]) -> dict[str, bytes]:
    files = {}
    for path, entry in entries.items():
        if entry.size >= MAX_BYTES:
            notices.append(f"{PACKAGE}/{_printable(path)} is larger than {MAX_BYTES >> 20} MiB and was left out.")
        else:
            files[path] = entry.read()
    return files


def _with_expected_case(
    files: dict[str, bytes], expected: Iterable[str], notices: list[str]
) -> dict[str, bytes]:
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
