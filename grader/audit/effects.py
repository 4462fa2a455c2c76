"""What a call changes besides what it returns: numbers, arrays and texts that can be reached from its arguments."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

NOT_LOOKED_INTO = (type, ModuleType, FunctionType, MethodType, np.random.Generator, np.dtype)
Number = bool | int | float | np.generic


@dataclass(frozen=True)
class Leaf:
    """A value at a key of a list or dict, or in an attribute of an object. `copy` is the value when it was found."""

    holder: Any
    key: Any
    value: Any
    copy: Any

    @property
    def place(self) -> tuple[int, Any]:
        return id(self.holder), self.key

    def put(self, new: Any) -> None:
        """Put another value in this place."""
        if isinstance(self.holder, dict | list):
            self.holder[self.key] = new
        else:
            vars(self.holder)[self.key] = new


def leaves(roots: list[Any]) -> dict[tuple[int, Any], Leaf]:
    """All values that can be reached.

    Private attributes are skipped, as they are an object's own business and no answer.
    """
    return {leaf.place: leaf for leaf in _below(roots, {})}


def _below(holder: Any, seen: dict[int, Any]) -> Iterator[Leaf]:
    if id(holder) in seen:
        return
    seen[id(holder)] = holder
    for key, value in _items(holder):
        if value is None or isinstance(value, np.ndarray | Number | str):
            if not isinstance(holder, tuple | _Keys):
                yield Leaf(holder, key, value, value.copy() if isinstance(value, np.ndarray) else value)
        else:
            yield from _below(value, seen)


class _Keys(list):
    """The keys of a dict. Some of them may be objects."""


def _items(holder: Any) -> Iterable[tuple[Any, Any]]:
    if isinstance(holder, list | tuple):
        return list(enumerate(holder))
    if isinstance(holder, dict):
        return [*holder.items(), (None, _Keys(key for key in holder if hasattr(key, "__dict__")))]
    if isinstance(holder, NOT_LOOKED_INTO) or not hasattr(holder, "__dict__"):
        return []
    return [(name, value) for name, value in vars(holder).items() if not name.startswith("_")]


def is_changed(before: Leaf | None, after: Leaf) -> bool:
    """Whether a place has another value than before, or another array."""
    if before is None or not same(before.copy, after.value):
        return True
    return isinstance(after.value, np.ndarray) and after.value is not before.value


def same(one: Any, other: Any) -> bool:
    """Whether two answers are the same in type, dtype, shape and every value."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray | np.generic):
        return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    return one is other or (isinstance(one, Number | str) and (one == other or one != one != other))
