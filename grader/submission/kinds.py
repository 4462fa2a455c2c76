"""What a file is.

Among the files of a folder, its name says it. If a file cannot be read, its first bytes say it.
"""

from pathlib import Path, PurePath

from grader.package import PACKAGE

ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
# File names of archives and compressed files that are not opened
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
    """Whether it has the name of an archive that can be opened."""
    return path.name.lower().endswith(ARCHIVES)


def is_unreadable(path: PurePath) -> bool:
    """Whether it has the name of an archive that cannot be opened."""
    return path.name.lower().endswith(UNREADABLE) and not is_archive(path)


def is_notebook(path: PurePath) -> bool:
    """Whether it has the name of a notebook."""
    return path.suffix.lower() == ".ipynb"


def is_upload(path: Path) -> bool:
    """Whether a file among submissions is one, by its name: an archive (of any kind), a Python file, or a notebook.

    `read_submission` reads it or says why not. Nobody handed in other files, such as notes or lists of marks.
    """
    return is_archive(path) or is_unreadable(path) or is_notebook(path) or path.suffix.lower() == ".py"


def neither(start: bytes, name: str) -> str:
    """Why a file cannot be read and what to do, from its first bytes and its name."""
    kind = next((kind for bytes_, kind in _BY_START.items() if start.startswith(bytes_)), "")
    kind = kind or ("" if start else "an empty file") or _BY_NAME.get(PurePath(name).suffix.lower(), "")
    return f"it is neither a folder nor a zip or tar archive{f', but {kind}' if kind else ''}. {ADVICE}"
