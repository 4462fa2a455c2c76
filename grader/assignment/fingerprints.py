"""Fingerprints of what results depend on: the files of a course, those of the grader itself, and the software below.

Every file counts, whatever its kind: checks may read data, and a schema or a style sheet changes a report.
"""

import hashlib
import platform
from collections.abc import Collection, Iterator
from pathlib import Path

import numpy as np
import pytest

from grader.assignment.course import Course
from grader.assignment.folder import NOT_FOR_GRADING, Assignment, AssignmentError

GRADER = Path(__file__).parents[1]
HANDOUT = "README.md"  # people read it, checks do not
SURVIVORS = "survivors.toml"  # only law 5 of the audit reads it


def fingerprint_of(folder: Path, without: Collection[str] = ()) -> str:
    """A hash of all files in a folder, by their paths and contents. Hidden and compiled files are skipped.

    `without` names files and folders directly in it that are skipped, too.

    Raises:
        AssignmentError: naming a file that cannot be read.
    """
    total = hashlib.sha256()
    for file in sorted(_files(folder, without)):
        try:
            data = file.read_bytes()
        except OSError as error:
            raise AssignmentError(file, f"it cannot be read: {error.strerror}") from error
        total.update(f"{file.relative_to(folder).as_posix()}\0{len(data)}\0".encode("utf-8", "surrogateescape"))
        total.update(data)
    return total.hexdigest()


def _files(folder: Path, without: Collection[str]) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name in without or path.name.startswith(".") or path.name == "__pycache__" or path.suffix == ".pyc":
            continue
        if path.is_dir():
            yield from _files(path, ())
        elif path.is_file():
            yield path


def fingerprint_of_grader(without: Collection[str] = ()) -> str:
    """A hash of this grader's own files. `without` names rooms that are left out."""
    return fingerprint_of(GRADER, without)


def fingerprint_of_checks(assignments: Collection[Assignment]) -> str:
    """A hash of all that these assignments say themselves: checks, banks of misconceptions, data."""
    parts = [f"{a.name} {fingerprint_of(a.folder, (HANDOUT, SURVIVORS, *NOT_FOR_GRADING))}" for a in assignments]
    parts += [fingerprint_of_data(a) for a in assignments]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def fingerprint_of_reference(course: Course) -> str:
    """A hash of the reference, and of which file is whose."""
    parts = [fingerprint_of(course.root / "reference")]
    parts += [f"{a.name} {sorted(a.holes.items())} {a.requires}" for a in course.assignments]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def fingerprint_of_data(assignment: Assignment) -> str:
    """A hash of all data that the checks of an assignment can read, also that of other assignments."""
    return "\n".join(fingerprint_of(folder) for folder in assignment.data_folders if folder.is_dir())


def machine() -> str:
    """What checks and submissions run on: "Python 3.11.7, NumPy 2.1.0, pytest 8.2.0, x86_64"."""
    return (
        f"Python {platform.python_version()}, NumPy {np.__version__}, pytest {pytest.__version__}, {platform.machine()}"
    )
