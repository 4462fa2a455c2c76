"""Runs the examples in the docstrings of a student's files. They are no checks: they have no points, and fail nothing.

An example of what is not written yet waits. Of the others it is found out whether they give what the docstring says.
"""

import doctest
import importlib
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from grader.checks.stopwatch import TimeIsUpError, limited
from grader.package import PACKAGE

SECONDS = 5.0  # of the examples of one docstring, as a check has


@dataclass(frozen=True)
class Examples:
    """Those of one docstring, of "Linear.forward" in "nn/linear.py".

    waits: whether something that they use is not written yet.
    wrong: what the first wrong one is, in lines; nothing if they are right or wait.
    """

    file: str
    name: str
    waits: bool = False
    wrong: tuple[str, ...] = ()


class _Stopped(Exception):
    """The first example that is not right ends a docstring; what follows may depend on it."""


class _Runner(doctest.DocTestRunner):
    """Keeps what the first example that is not right gave, and prints nothing."""

    def report_start(self, out: Any, test: doctest.DocTest, example: doctest.Example) -> None:
        pass

    def report_failure(self, out: Any, test: doctest.DocTest, example: doctest.Example, got: str) -> None:
        raise _Stopped(example, got, None)

    def report_unexpected_exception(self, out: Any, test: doctest.DocTest, example: doctest.Example, exc: Any) -> None:
        raise _Stopped(example, f"{exc[0].__name__}: {exc[1]}\n", exc[1])


def run_examples(
    folder: Path, file: str, is_unwritten: Callable[[BaseException], bool], names: Sequence[str] = ()
) -> Iterator[Examples]:
    """Run all examples of a file of the package, or those of some of its classes and functions.

    Args:
        folder: the package, which was imported before.
        file: its path in it, "nn/linear.py".
        is_unwritten: whether an exception comes from what is not written yet.
        names: of classes and functions; all if there are none.
    """
    module = importlib.import_module(f"{PACKAGE}.{file.removesuffix('.py').replace('/', '.')}")
    for test in _found(module):
        name = test.name.removeprefix(f"{module.__name__}.")
        if not names or name.partition(".")[0] in names:
            yield _run(test, folder, file, name, is_unwritten)


def wrong_ones(found: Sequence[Examples]) -> Iterator[str]:
    """What is told of each example that is wrong."""
    for one in found:
        if one.wrong:
            yield f"{PACKAGE}/{one.file}, {one.name}: an example in its docstring is not right."
            yield from (f"    {line}" for line in one.wrong)


def counted(found: Sequence[Examples]) -> str:
    """How many docstrings have right examples, and how many wait."""
    waiting = sum(one.waits for one in found)
    right = sum(not (one.waits or one.wrong) for one in found)
    waits = f"{waiting} {'waits' if waiting == 1 else 'wait'} for what is not written yet"
    if waiting == len(found):
        return waits
    return f"{right} of {len(found)} are right" + (f", {waits}" if waiting else "")


def _found(module: ModuleType) -> list[doctest.DocTest]:
    return [test for test in doctest.DocTestFinder().find(module) if test.examples]


def _run(
    test: doctest.DocTest, folder: Path, file: str, name: str, is_unwritten: Callable[[BaseException], bool]
) -> Examples:
    try:
        with limited(SECONDS, folder):
            _Runner(verbose=False).run(test, out=io.StringIO().write)
    except _Stopped as stopped:
        example, got, error = stopped.args
        if error is not None and is_unwritten(error):
            return Examples(file, name, waits=True)
        return Examples(file, name, wrong=_told(example, got))
    except TimeIsUpError as error:
        return Examples(file, name, wrong=tuple(str(error).splitlines()))
    return Examples(file, name)


def _told(example: doctest.Example, got: str) -> tuple[str, ...]:
    source = [f">>> {line}" for line in example.source.splitlines()]
    return (*source, *_labelled("should give", example.want), *_labelled("gave", got))


def _labelled(label: str, text: str) -> list[str]:
    lines = text.splitlines() or ["nothing"]
    return [f"{label + ':' if i == 0 else '':<13}{line}" for i, line in enumerate(lines)]
