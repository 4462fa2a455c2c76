"""Imports the student's package on the student's own machine, under the rules that hold when it is graded."""

import builtins
import importlib
import linecache
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from grader.isolation.inside.absent import refused_part, stand_in
from grader.isolation.inside.preload import refusal
from grader.package import PACKAGE

# pytest adds this import to every file that is named like its tests, as those in `tests_written` are.
ADDED_BY_PYTEST = "_pytest.assertion.rewrite"


class Gate:
    """Refuses the package's own files every import that grading would refuse, even if the module is installed here.

    If that is at the top of a file, only the use of what was imported is refused (see `isolation.inside.absent`).
    """

    def __init__(self) -> None:
        self._usual = builtins.__import__

    def close(self) -> None:
        """From now on, check `import` statements of the package's files."""
        builtins.__import__ = self._import

    def open(self) -> None:
        """From now on, leave imports to Python again."""
        builtins.__import__ = self._usual

    def _import(
        self,
        name: str,
        globals: Mapping[str, Any] | None = None,
        locals: Mapping[str, Any] | None = None,
        fromlist: Sequence[str] = (),
        level: int = 0,
    ) -> ModuleType:
        __tracebackhide__ = True
        if level or name == ADDED_BY_PYTEST:
            return self._usual(name, globals, locals, fromlist, level)
        refused = refused_part(name) if _is_own((globals or {}).get("__name__")) else None
        if refused:
            absent = stand_in(name, fromlist, sys._getframe(1))
            if absent is None:
                raise refusal(refused)
            return absent  # type: ignore[return-value]
        return self._usual(name, globals, locals, fromlist, level)


def _is_own(module: object) -> bool:
    return str(module).partition(".")[0] == PACKAGE


class Package:
    """The package, imported once. If that failed, `error` says why."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.module: ModuleType | None = None
        self.error: BaseException | None = None
        try:
            self.module = importlib.import_module(PACKAGE)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a file may raise anything, SystemExit included
            self.error = error
            self._trace = error.__traceback__

    def require(self) -> None:
        """Raise the import's error, if it failed."""
        if self.error is not None:
            raise self.error.with_traceback(self._trace)

    @property
    def said(self) -> str:
        """The kind and the message of the import's error."""
        error = self.error
        return f"{type(error).__name__}: {error.msg if isinstance(error, SyntaxError) else error}"

    @property
    def failure(self) -> str:
        """In a sentence, which line cannot be imported, and why; "" if the import did not fail."""
        if self.error is None:
            return ""
        file, number, text = self.place()
        return f"{file} cannot be imported{f' (line {number}: {text})' if number else ''}. {self.said}"

    def place(self) -> tuple[str, int, str]:
        """The file in which the import failed, and the number and text of the line.

        If it was in no file of the package, that is the package, 0 and "".
        """
        places = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(self._trace)]
        if isinstance(self.error, SyntaxError):
            places.append((self.error.filename, self.error.lineno))
        for name, line in reversed(places):
            path = Path(name or "").resolve()
            if path.is_relative_to(self.folder):
                shown = path.relative_to(self.folder.parent).as_posix()
                return shown, line or 0, linecache.getline(str(path), line or 0).strip()
        return f"{PACKAGE}/", 0, ""
