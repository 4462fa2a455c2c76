"""The figures of an assignment: `figures/draw.py` in its folder, and beside it the files that it draws.

draw.py has a function for each figure. Its name is the name of the file, and the first line of its docstring is the
title, the rest is the description that a screen reader says:

    def module(framework) -> Paper:

`framework` is the reference: what a figure shows is computed, so it cannot contradict the solution.
"""

import inspect
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from grader.assignment import Assignment, AssignmentError
from grader.assignment.loading import module_of
from grader.figures.paper import Paper

FOLDER = "figures"
LIGHT = 15_000  # bytes that a figure may have
ALIKE = 0.11  # of two coordinates that were rounded to 0.1 on different machines
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
Draw = Callable[[ModuleType], Paper]


def figure_files(assignment: Assignment) -> tuple[Path, ...]:
    """The figures that are there, by name."""
    return tuple(sorted((assignment.folder / FOLDER).glob("*.svg")))


def draw_figures(assignment: Assignment, framework: ModuleType) -> dict[str, str]:
    """Draw all figures of an assignment anew: name of the file -> its text. There may be none.

    Raises:
        AssignmentError: if one cannot be drawn, has no description, or is heavy.
    """
    file = assignment.folder / FOLDER / "draw.py"
    if not file.is_file():
        return {}
    return {f"{draw.__name__}.svg": _drawn(file, draw, framework) for draw in _functions(file)}


def same_figure(one: str, other: str) -> bool:
    """Whether two files show the same. Another machine may round a coordinate to the next tenth of a pixel."""
    if _NUMBER.sub("", one) != _NUMBER.sub("", other):
        return False
    pairs = zip(_NUMBER.findall(one), _NUMBER.findall(other))
    return all(abs(float(a) - float(b)) < ALIKE for a, b in pairs)


def _functions(file: Path) -> list[Draw]:
    try:
        module = module_of(file)
    except Exception as error:
        raise AssignmentError(file, f"it cannot be imported: {type(error).__name__}: {error}") from error
    functions = inspect.getmembers(module, inspect.isfunction)
    return [f for name, f in functions if name[0] != "_" and f.__module__ == module.__name__]


def _drawn(file: Path, draw: Draw, framework: ModuleType) -> str:
    title, _, description = (inspect.getdoc(draw) or "").partition("\n\n")
    if not (title and description.strip()):
        raise AssignmentError(file, "its docstring needs a line that is the title, and a description", draw.__name__)
    try:
        text = draw(framework).svg(title, " ".join(description.split()))
    except Exception as error:
        raise AssignmentError(file, f"it cannot be drawn: {type(error).__name__}: {error}", draw.__name__) from error
    if len(text.encode()) > LIGHT:
        raise AssignmentError(file, f"{len(text.encode())} bytes are too many; {LIGHT} are allowed", draw.__name__)
    return text
