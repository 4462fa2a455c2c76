"""Arrays that belong to the modules of checks, and are the same for all runs of them.

A check that runs again in this process, on a wrong answer, gives them to code that may write into them. Then every
later check, also of the next submission, would compare with other numbers.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np


class Constants:
    """Such arrays as they were when the checks had been collected."""

    def __init__(self, items: Iterable[Any]) -> None:
        self._kept: dict[Path, list[tuple[np.ndarray, np.ndarray]]] = {}
        parameters = [(item.path.parent, item.callspec.params) for item in items if hasattr(item, "callspec")]
        folders = {item.path.parent for item in items}
        for folder, values in [*parameters, *_modules_in(folders)]:
            self._kept.setdefault(folder, []).extend((array, array.copy()) for array in _arrays(values))

    def restore(self, item: Any) -> None:
        """Give the arrays in the folder of a check their values back."""
        for array, values in self._kept.get(item.path.parent, ()):
            array[...] = values


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
