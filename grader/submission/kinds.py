"""What a file is: as its name says, among others in a folder, and as its first bytes say, where it cannot be read."""

from pathlib import Path, PurePath

from grader.submission.limits import PACKAGE

ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
# Archives and compressed files that are not opened
UNREADABLE = (".rar", ".7z", ".gz", ".bz2", ".xz", ".zst", ".lzh", ".cab")
ADVICE = f"Submit the folder {PACKAGE}/, or a zip or tar archive of it."
_NOTEBOOK = "a notebook (only Python files are graded)"
_BY_START = {
    b"Rar!\x1a\x07": "a RAR archive",
    b"7z\xbc\xaf\x27\x1c": "a 7-Zip archive",
    b"\x28\xb5\x2f\xfd": "compressed by Zstandard",
    b"MSCF": "a CAB archive",
    b"PK": "the beginning of a zip archive that is damaged or not complete",
    b"\x1f\x8b": "a file compressed by gzip that is no tar archive, or a damaged one",
    b"BZh": "a file compressed by bzip2 that is no tar archive, or a damaged one",
    b"\xfd7zXZ": "a file compressed by xz that is no tar archive, or a damaged one",
    b"%PDF": "a PDF document",
}
_BY_NAME = {".py": "a single Python file", ".ipynb": _NOTEBOOK}


def is_archive(path: PurePath) -> bool:
    """Whether it is called like an archive that can be opened."""
    return path.name.lower().endswith(ARCHIVES)


def is_unreadable(path: PurePath) -> bool:
    """Whether it is called like an archive of a kind that is not opened."""
    return path.name.lower().endswith(UNREADABLE) and not is_archive(path)


def is_notebook(path: PurePath) -> bool:
    """Whether it is called like a notebook."""
    return path.suffix.lower() == ".ipynb"


def is_upload(path: Path) -> bool:
    """Whether a file among submissions is one, as its name says: an archive, also of a kind that cannot be read, a
    Python file, a notebook.

    `read_submission` reads it or says why not. Other files (notes, lists of marks) nobody handed in.
    """
    return is_archive(path) or is_unreadable(path) or is_notebook(path) or path.suffix.lower() == ".py"


def neither(start: bytes, name: str) -> str:
    """Why a file cannot be read, from its first bytes and its name, and what to do."""
    kind = next((kind for bytes_, kind in _BY_START.items() if start.startswith(bytes_)), "")
    kind = kind or ("" if start else "an empty file") or _BY_NAME.get(PurePath(name).suffix.lower(), "")
    return f"it is neither a folder nor a zip or tar archive{f', but {kind}' if kind else ''}. {ADVICE}"
