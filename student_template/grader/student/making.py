"""Makes an object of one of the student's classes, from words of the command line, and says what went wrong in it."""

import ast
import inspect
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from grader.checks.imports import Gate, Package
from grader.compare import Mismatch
from grader.gradcheck import GradientError, RoughForward
from grader.package import PACKAGE
from grader.student import Refused
from grader.student.printing import wrapped
from grader.student.source import dotted, find


@dataclass(frozen=True)
class Made:
    """An object, what it is called ("Linear(5, 3)"), and the generator that it was given, if it takes one."""

    value: Any
    name: str
    generator: np.random.Generator | None = None


def make(root: Path, path: str, texts: Sequence[str], *before: Any) -> Made:
    """Make an object of a class.

    Args:
        path: of its class, "nn.Linear" or "Linear".
        texts: of its constructor's arguments, as they are written in Python: "5", "bias=False".
        before: what the constructor gets before these.

    Raises:
        Refused: if there is no such class, or the package cannot be imported.
        Exception: whatever the student's code raises, see `told`.
    """
    found = find(root, path)
    if not isinstance(found.node, ast.ClassDef):
        raise Refused(f"{found.path} is no class.")
    class_ = getattr(module_of(root, found.file), found.node.name)
    positional, options = _arguments(texts)
    generator = None
    if "rng" in inspect.signature(class_).parameters and "rng" not in options:
        options["rng"] = generator = np.random.default_rng(0)
    return Made(class_(*before, *positional, **options), f"{found.node.name}({', '.join(texts)})", generator)


def module_of(root: Path, file: str) -> Any:
    """The module of a file, imported under the rules that hold while it is graded.

    Raises:
        Refused: if it cannot be imported.
    """
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    gate = Gate()
    gate.close()
    package = Package(root / PACKAGE)
    if package.failure:
        raise Refused(package.failure) from package.error
    module = sys.modules.get(f"{PACKAGE}.{dotted(file)}".rstrip("."))
    if module is None:
        raise Refused(f"{PACKAGE}/{file} is not imported by {PACKAGE}/__init__.py or what that imports.")
    return module


def told(root: Path, error: Exception) -> str:
    """What to print for a wrong gradient (which argument and index is off), or for what the student's code raised.

    Raises:
        Refused: if none of the student's code was running, as the arguments did not fit.
    """
    if isinstance(error, (GradientError, RoughForward, Mismatch)):
        return f"{error.kind}\n\n{wrapped('    ', str(error))}"
    places = [f for f in traceback.extract_tb(error.__traceback__) if Path(f.filename).is_relative_to(root / PACKAGE)]
    said = f"{type(error).__name__}: {error}"
    if not places:
        raise Refused(said) from error
    if isinstance(error, NotImplementedError):
        return f"{error} is not written yet."
    shown = (
        f"    {Path(f.filename).relative_to(root).as_posix()}:{f.lineno}, in {f.name}\n        {f.line}" for f in places
    )
    return "\n".join(["Your code raised an exception:", "", *shown, "", f"    {said}"])


def _arguments(texts: Sequence[str]) -> tuple[list[Any], dict[str, Any]]:
    positional, options = [], {}
    for text in texts:
        name, is_option, value = text.partition("=")
        if is_option and name.isidentifier():
            options[name] = _value(value)
        else:
            positional.append(_value(text))
    return positional, options


def _value(text: str) -> Any:
    """A number, a tuple, True, None, ...; what is nothing of these is a text: `same` for "same"."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return text
