"""What stands for a module that cannot be imported, if a file imports it at its top: it fails when it is used.

Many files import a plotting library that they do not need for what is graded, or another library for one function.
Without this, such an import would cost all that the file defines. An import inside `try` fails as it does everywhere,
because the file then has another way.
"""

import dis
from collections.abc import Sequence
from types import FrameType
from typing import Any

from grader.isolation.inside.preload import importable, refusal
from grader.package import PACKAGE


class Absent:
    """A module that is not there, or something of it.

    It may be named, also in an annotation, and nothing is an instance of it. Every other use raises the error that the
    import would have raised.
    """

    def __init__(self, name: str, refused: str) -> None:
        self.__name__ = name
        self._refused = refused

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Absent(f"{self.__name__}.{name}", self._refused)

    def __getitem__(self, _key: Any) -> "Absent":
        return self

    def __or__(self, _other: Any) -> "Absent":
        return self

    __ror__ = __or__

    def __instancecheck__(self, _instance: Any) -> bool:
        return False

    def __subclasscheck__(self, _subclass: Any) -> bool:
        return False


def _refuse(self: Absent, *_args: Any, **_kwargs: Any) -> Any:
    raise refusal(self._refused)


_ARITHMETIC = ("add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "pow")
_COMPARISONS = ("lt", "le", "gt", "ge")
_OTHERS = ("call", "mro_entries", "iter", "len", "bool", "enter", "float", "int", "index", "neg", *_COMPARISONS)
for _use in (*_OTHERS, *_ARITHMETIC, *[f"r{name}" for name in _ARITHMETIC]):
    setattr(Absent, f"__{_use}__", _refuse)


def refused_part(name: str) -> str | None:
    """The first part of a dotted name that student code cannot import: "scipy" for "scipy.special"."""
    parts = name.split(".")
    if parts[0] == PACKAGE:
        return None
    return next((part for n in range(1, len(parts) + 1) if not importable(part := ".".join(parts[:n]))), None)


def stand_in(name: str, fromlist: Sequence[str] | None, frame: FrameType) -> Absent | None:
    """What the import statement that is running in a frame gets for a refused name; None if it has to fail.

    Args:
        name: what is imported, as `__import__` is told it: "scipy.special".
        fromlist: what of it: ("erf",).
        frame: where the statement is.
    """
    refused = refused_part(name)
    if refused is None or fromlist == ("*",) or not _is_at_the_top(frame):
        return None
    return Absent(name if fromlist else name.partition(".")[0], refused)


def _is_at_the_top(frame: FrameType) -> bool:
    """Whether a frame is that of a module, and outside of `try` and `with`."""
    code = frame.f_code
    if code.co_name != "<module>":
        return False
    return not any(entry.start <= frame.f_lasti < entry.end for entry in dis.Bytecode(code).exception_entries)
