"""What is the same for all runs of checks in this process: arrays of their modules, and global names of the reference.

A check that runs again in this process, on a wrong answer, gives such arrays to code that may write into them. A check
that ends in the middle may leave the reference in a mode, such as one in which nothing is recorded. Then every later
check, also of the next submission, would compare with something else.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np


class Constants:
    """All this as it was when the checks had been collected."""

    def __init__(self, items: Iterable[Any], reference: ModuleType) -> None:
        self._globals = [(vars(module), dict(vars(module))) for module in _modules_of(reference)]
        self._kept: dict[Path, list[tuple[np.ndarray, np.ndarray]]] = {}
        parameters = [(item.path.parent, item.callspec.params) for item in items if hasattr(item, "callspec")]
        folders = {item.path.parent for item in items}
        for folder, values in [*parameters, *_modules_in(folders)]:
            self._kept.setdefault(folder, []).extend((array, array.copy()) for array in _arrays(values))

    def restore(self, item: Any) -> None:
        """Give the arrays in the folder of a check, and the names of the reference, their values back."""
        for array, values in self._kept.get(item.path.parent, ()):
            array[...] = values
        for present, values in self._globals:
            present.update(values)


def _modules_of(package: ModuleType) -> list[ModuleType]:
    """A package and all modules in it that have been imported."""
    found, waiting = [], [package]
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.append(module)
            waiting += [value for value in vars(module).values() if _is_in(package, value)]
    return found


def _is_in(package: ModuleType, value: Any) -> bool:
    return isinstance(value, ModuleType) and value.__name__.startswith(f"{package.__name__}.")


def _modules_in(folders: set[Path]) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    for module in list(sys.modules.values()):
        folder = Path(getattr(module, "__file__", None) or "").parent
        if folder in folders:
            yield folder, vars(module)
            yield from ((folder, vars(value)) for value in vars(module).values() if isinstance(value, type))


def _arrays(values: Any) -> Iterator[np.ndarray]:
    """The arrays in a value, or in lists, tuples and dicts of values, that can be written into."""
    if isinstance(values, np.ndarray):
        if values.flags.writeable:
            yield values
    elif isinstance(values, Mapping | list | tuple):
        for value in values.values() if isinstance(values, Mapping) else values:
            yield from _arrays(value)
