"""Which functions of the student's package did a check call, and how often was each one called until then?"""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, NamedTuple

_CO_OPTIMIZED = 1  # of functions, but not of modules and bodies of classes


class Entry(NamedTuple):
    """A call of a function of the package from outside of it: the `count`th of all calls of this function."""

    file: str
    line: int  # of its `def`
    name: str
    count: int

    def is_of(self, code: CodeType) -> bool:
        return (code.co_filename, code.co_firstlineno, code.co_name) == (self.file, self.line, self.name)


@contextmanager
def entries(package: Path) -> Iterator[list[Entry]]:
    """Collect the entries into the package, in their order, while the block runs."""
    found: list[Entry] = []
    counts: Counter[CodeType] = Counter()

    def profile(frame: FrameType, event: str, _argument: Any) -> None:
        code = frame.f_code
        if event != "call" or not _is_function_in(package, code):
            return
        counts[code] += 1
        if frame.f_back is None or not _lies_in(package, frame.f_back.f_code):
            found.append(Entry(code.co_filename, code.co_firstlineno, code.co_name, counts[code]))

    usual = sys.getprofile()
    sys.setprofile(profile)
    try:
        yield found
    finally:
        sys.setprofile(usual)


@contextmanager
def stopping_at(entry: Entry, stop: Callable[[FrameType], Any]) -> Iterator[None]:
    """Call `stop` with the frame of that call, before its first line. What it returns goes on tracing the frame."""
    count = 0

    def trace(frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal count
        if event == "call" and entry.is_of(frame.f_code):
            count += 1
            if count == entry.count:
                return stop(frame)
        return None

    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(None)


def _is_function_in(package: Path, code: CodeType) -> bool:
    is_function = bool(code.co_flags & _CO_OPTIMIZED) and not code.co_name.startswith("<")
    return is_function and _lies_in(package, code)


def _lies_in(package: Path, code: CodeType) -> bool:
    return _is_file_in(package, code.co_filename)


@cache  # it is asked at every call of a function
def _is_file_in(package: Path, file: str) -> bool:
    return Path(file).is_relative_to(package)
