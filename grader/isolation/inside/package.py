"""Turns the student's source into the package `framework` inside a worker, file by file, without a disk.

A file that fails does not affect the others. Every name that it should have defined becomes a placeholder class. A
placeholder can be imported and inherited from, and says what went wrong as soon as it is used. So a syntax error in one
file costs only the checks of that file.
"""

import builtins
import codecs
import importlib
import marshal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from types import CodeType, ModuleType
from typing import Any, NoReturn, Self

from grader.isolation.inside.absent import stand_in
from grader.isolation.inside.preload import may_come, refusal
from grader.isolation.wire.files import MISSING
from grader.package import PACKAGE

_MARKS = (
    ((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE), "UTF-32"),  # first, as the mark of UTF-16 is its beginning
    ((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE), "UTF-16"),
)


class BlockedError(Exception):
    """Something was used that its file could not provide."""


@dataclass(frozen=True)
class SourceFile:
    """One file of the package: its compiled code, or why there is none, and the names that it should define."""

    path: str
    code: CodeType | None
    broken: str | None
    promises: tuple[str, ...]

    @classmethod
    def from_row(cls, path: str, code: bytes, broken: str | None, promises: Sequence[str]) -> Self:
        return cls(path, marshal.loads(code) if code else None, broken, tuple(promises))

    @property
    def module(self) -> str:
        parts = [PACKAGE, *self.path.removesuffix(".py").split("/")]
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def compile_files(sources: dict[str, bytes]) -> dict[str, tuple[bytes, str | None]]:
    """Compile every source text: path -> (marshalled code, None), or (nothing, why not)."""
    return {path: _compile(path, text) for path, text in sources.items()}


def _compile(path: str, source: bytes) -> tuple[bytes, str | None]:
    try:
        return marshal.dumps(compile(source, f"{PACKAGE}/{path}", "exec", dont_inherit=True)), None
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError) as error:
        return b"", _other_encoding(source) or describe(error)


def _other_encoding(source: bytes) -> str:
    """The encoding in which an editor may have saved a source that Python cannot read; "" if it may be UTF-8."""
    marked = [name for marks, name in _MARKS if source.startswith(marks)]
    half_zero = 3 * source.count(0) > len(source)  # in UTF-16 without a mark every second byte of Latin letters is zero
    name = marked[0] if marked else "UTF-16" if half_zero else ""
    return f"it is saved as {name}; save it as UTF-8, as Python expects it" if name else ""


def _describe_safely(error: BaseException) -> str:
    """As `describe`, also for an exception whose own methods may raise anything."""
    try:
        return describe(error)
    except BaseException:
        return "it raised an exception that cannot be described"


def describe(error: BaseException) -> str:
    """One line: "ZeroDivisionError: division by zero (line 12)"."""
    line = getattr(error, "lineno", None) if isinstance(error, SyntaxError) else _last_line(error)
    text = f"{error.msg if isinstance(error, SyntaxError) else error}{UNANSWERED if asked_for_input(error) else ''}"
    place = f" (line {line})" if line else ""
    return f"{type(error).__name__}: {text}{place}" if text else f"{type(error).__name__}{place}"


UNANSWERED = ": it calls input(), which nobody answers while it is graded"


def asked_for_input(error: BaseException) -> bool:
    """Whether the error is what Python raises when `input()` gets no input."""
    return isinstance(error, EOFError) and error.args == ("EOF when reading a line",)


def _last_line(error: BaseException) -> int | None:
    line, trace = None, error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename.startswith(f"{PACKAGE}/"):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


class PackageLoader:
    """Finds and executes the modules of the package. `announce` is told which file is being executed."""

    def __init__(self, files: Sequence[SourceFile], announce: Callable[[str], None]) -> None:
        self.files = {file.module: file for file in files}
        self.broken: dict[str, str] = {}
        self._announce = announce
        self._running: list[str] = []

    def find_spec(self, name: str, _path: Any = None, _target: Any = None) -> ModuleSpec | None:
        file = self.files.get(name)
        if file is None:
            return None
        origin = f"{PACKAGE}/{file.path}"
        return ModuleSpec(name, self, origin=origin, is_package=file.path.endswith("__init__.py"))

    def create_module(self, _spec: ModuleSpec) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        file = self.files[module.__name__]
        module.__file__ = f"{PACKAGE}/{file.path}"
        self._enter(file.path)
        try:
            problem = file.broken or self._execute(file, module)
        finally:
            self._leave()
        self._fill(module, file, problem)

    def _enter(self, path: str) -> None:
        self._running.append(path)
        self._announce(path)

    def _leave(self) -> None:
        self._running.pop()
        if self._running:
            self._announce(self._running[-1])

    def _execute(self, file: SourceFile, module: ModuleType) -> str | None:
        try:
            exec(file.code, module.__dict__)
        except BaseException as error:  # a student's file may raise anything, SystemExit included
            if not file.promises:
                raise
            return _describe_safely(error)
        return None

    def _fill(self, module: ModuleType, file: SourceFile, problem: str | None) -> None:
        """Put a placeholder in place of every missing name."""
        missing = [name for name in file.promises if name not in module.__dict__]
        if problem:
            self.broken[file.path] = problem
        for name in missing:
            reason = (
                f"{PACKAGE}/{file.path} could not be imported: {problem}"
                if problem
                else f"{PACKAGE}/{file.path} does not define {name}"
            )
            self.broken.setdefault(file.path, MISSING + ", ".join(missing))
            setattr(module, name, _placeholder(name, reason))
        if problem and not file.promises:
            raise ImportError(f"{PACKAGE}/{file.path} could not be imported: {problem}")


def _placeholder(name: str, reason: str) -> type:
    def refuse(*_args: Any, **_kwargs: Any) -> None:
        raise BlockedError(reason)

    return type(name, (), {"__new__": refuse, "__module__": PACKAGE})


class ImportPolicy:
    """Comes last on `sys.meta_path`: what was not loaded before the student's code cannot be imported.

    `give_up` ends the process if another worker could have the module loaded.
    """

    def __init__(self, give_up: Callable[[], NoReturn]) -> None:
        self._give_up = give_up

    def find_spec(self, name: str, _path: Any = None, _target: Any = None) -> None:
        if may_come(name):
            self._give_up()
        raise refusal(name)


def _import(
    name: str,
    globals: Mapping[str, Any] | None = None,
    locals: Mapping[str, Any] | None = None,
    fromlist: Sequence[str] = (),
    level: int = 0,
    *,
    usual: Callable[..., ModuleType] = builtins.__import__,
) -> Any:
    """As `__import__`, but what a file imports at its top, and nobody can import here, fails when it is used."""
    absent = None if level or name in sys.modules else stand_in(name, fromlist, sys._getframe(1))
    return usual(name, globals, locals, fromlist, level) if absent is None else absent


def install(
    files: Sequence[SourceFile], announce: Callable[[str], None], give_up: Callable[[], NoReturn]
) -> PackageLoader:
    """Make `import framework` load the given files, and prevent all other imports of what is not loaded yet.

    `breakpoint()` does nothing.
    """
    loader = PackageLoader(files, announce)
    sys.path[:] = []
    sys.meta_path[:] = [loader, ImportPolicy(give_up)]
    builtins.__import__ = _import
    sys.breakpointhook = lambda *_args, **_kwargs: None  # nobody is there to debug; a forgotten one costs nothing
    return loader


def import_package(loader: PackageLoader) -> ModuleType:
    """Import the package and every module in it, so that no check has to wait for that later."""
    package = importlib.import_module(PACKAGE)
    for name, file in loader.files.items():
        if file.promises:
            importlib.import_module(name)
    return package
