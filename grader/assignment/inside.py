"""Code of an assignment's author that runs beside the student's package: `inside.py` in the assignment's folder.

It is a module of the package, so that its imports are relative (`from .nn import Module`), and the same file works
around a student's package in a worker, around the reference, and on a student's own machine. While an assignment is
graded, `student.inside` is its file and no other.
"""

import marshal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from grader.assignment.folder import AssignmentError
from grader.assignment.holes import parsed, promised_names
from grader.authored import executed, with_inside

FILE = "inside.py"
_LOADED = "_inside"  # where a package of this process keeps the modules, by number of their assignment


@dataclass(frozen=True)
class Inside:
    """One assignment's file."""

    file: Path
    text: str

    @property
    def row(self) -> tuple[str, bytes, tuple[str, ...]]:
        """For a worker: its path in the package, its code without docstrings, and the names that it defines."""
        code = compile(self.text, f"framework/{FILE}", "exec", dont_inherit=True, optimize=2)
        return FILE, marshal.dumps(code), promised_names(self.text)


def read_inside(root: Path) -> dict[str, Inside]:
    """The files of all assignments of a course that have one, by number.

    Raises:
        AssignmentError: if one is not Python.
    """
    files = sorted((root / "assignments").glob(f"[0-9][0-9]_*/{FILE}"))
    return {file.parent.name[:2]: Inside(file, _text(file)) for file in files}


def _text(file: Path) -> str:
    try:
        text = file.read_text(encoding="utf-8")
        parsed(text)
    except (SyntaxError, ValueError) as error:
        raise AssignmentError(file, str(error)) from error
    return text


@dataclass(frozen=True)
class _Broken:
    """Takes the place of a module that cannot be imported around this package. Every use of it says why.

    That may happen with a wrong variant of the reference.
    """

    error: Exception

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"{FILE} cannot be imported, so it has no {name}: {self.error}") from self.error


def attach(package: ModuleType, files: Mapping[str, Inside]) -> None:
    """Execute the files around a package of this process, while its modules can be imported."""
    vars(package)[_LOADED] = {number: _module(package, inside.text) for number, inside in files.items()}


def is_attached(package: ModuleType) -> bool:
    """Whether this was done."""
    return _LOADED in vars(package)


def _module(package: ModuleType, text: str) -> ModuleType | _Broken:
    try:
        return executed(package, text, f"framework/{FILE}")
    except Exception as error:
        return _Broken(error)


def seen_by(package: ModuleType, number: str) -> ModuleType:
    """The package as the checks of an assignment see it: with its author's code as `inside`, if there is any."""
    module = vars(package).get(_LOADED, {}).get(number)
    return package if module is None else with_inside(package, module)


def require_sound(package: ModuleType, files: Mapping[str, Inside]) -> None:
    """Raise `AssignmentError` for a file that cannot be imported around this package, which is the reference."""
    for number, module in vars(package)[_LOADED].items():
        if isinstance(module, _Broken):
            problem = f"it cannot be imported: {type(module.error).__name__}: {module.error}"
            raise AssignmentError(files[number].file, problem)
