"""What a check may ask of a framework, as data, and how it is done.

A `Call` is performed in the same way in two places. When a submission is graded, that is the student's process; on a
student's own machine, it is the process that runs the checks. So a check means the same in both.
"""

import io
import operator
from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

BINARY = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and_", "or_", "xor")
COMPARING = ("lt", "le", "gt", "ge")
UNARY = ("neg", "pos", "abs", "invert")
IN_PLACE = tuple(f"i{name.strip('_')}" for name in BINARY)  # += and so on
OPERATORS = {name: getattr(operator, name) for name in (*BINARY, *COMPARING, *UNARY, *IN_PLACE, "eq", "ne")}
# What a context can be left with, by name. Names come from the other side, too: nothing else is looked up by one.
EXCEPTIONS = {
    cls.__name__: cls
    for cls in (
        *(ValueError, TypeError, LookupError, IndexError, KeyError, AttributeError, RuntimeError, NotImplementedError),
        *(ArithmeticError, ZeroDivisionError, FloatingPointError, AssertionError, MemoryError, Exception),
    )
}
CAN_CROSS = "numbers, texts, bytes, arrays, and lists, tuples and dicts of these"
LAYOUTS = ("C", "F", "strided", "read-only", "big-endian")
MAX_ITEMS = 10_000  # of an iterator; `Module.parameters()` of any model here has under 100

NO_NAMED = MappingProxyType[str, Any]({})


class Call(NamedTuple):
    """One thing to do.

    `do` is a key of `DEEDS`, `on` is the object, and `path` is a dotted path from it, as in "weight.data" or "0.bias".
    What is done to each of several objects is done "on" a list of them.

    With `keep` the result stays in the process, whatever it is, and the caller gets a handle for it. That is the way to
    refer to an array without copying it. A `keep` below 0 is a number that the caller has chosen for the handle, so
    that it can be used before the answer has come.
    """

    do: str
    on: Any = None
    path: str = ""
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = NO_NAMED
    keep: bool | int = False


def perform(call: Call) -> Any:
    """Do one call in this process. What the framework raises is not caught."""
    return DEEDS[call.do](call)


def perform_here(call: Call) -> Any:
    """Do one call in this process, with a result as from another process: its arrays do not change afterwards.

    What `keep` asks for is returned as it is.
    """
    result = perform(call)
    return result if call.keep else snapshot(result)


def is_value(value: Any) -> bool:
    """Whether it would cross to another process by value; anything else is an object that stays where it is."""
    return value is None or isinstance(
        value, bool | int | float | str | bytes | np.ndarray | np.generic | list | tuple | dict
    )


def snapshot(value: Any) -> Any:
    """A copy of the value: of arrays, and of arrays in lists, tuples and dicts; an OrderedDict becomes a dict."""
    kind = type(value)
    if kind is np.ndarray:
        return value.copy()
    if kind in (list, tuple):
        return kind([snapshot(item) for item in value])
    if kind in (dict, OrderedDict):
        return {key: snapshot(item) for key, item in value.items()}
    return value


def follow(start: Any, path: str) -> Any:
    """Follow a dotted path. A number is an index, as in the parameter names of `Sequential`."""
    for part in _parts(path):
        start = start[part] if type(part) is int else getattr(start, part)
    return start


@lru_cache(maxsize=4096)
def _parts(path: str) -> tuple[str | int, ...]:
    return tuple(int(part) if part.isdigit() else part for part in path.split(".")) if path else ()


@cache
def methods_of(cls: type) -> frozenset[str]:
    """The names of what can be called on an object of this class, without names that begin with two underscores."""
    return frozenset(name for name in dir(cls) if name[:2] != "__" and callable(getattr(cls, name, None)))


def arrange(values: np.ndarray, layout: str) -> np.ndarray:
    """A copy of the values in another memory layout, one of `LAYOUTS`.

    Raises:
        ValueError: if there is no such layout.
    """
    if layout not in LAYOUTS:
        raise ValueError(f"there is no memory layout {layout!r}; there are {', '.join(LAYOUTS)}")
    if layout == "F":
        return np.array(values, order="F")
    if layout == "strided":
        wide = np.zeros((*values.shape, 2), values.dtype)
        wide[..., 0] = values
        return wide[..., 0]
    if layout == "big-endian":
        return values.astype(values.dtype.newbyteorder(">"))
    copy = np.array(values, order="C")
    copy.flags.writeable = layout != "read-only"
    return copy


def seed(generator: Any, number: int) -> Call:
    """What brings a generator back to the beginning of a seed: for `before` of a gradient check."""
    return Call("seed", generator, "", (number,))


def _seed(call: Call) -> None:
    call.on.bit_generator.state = np.random.default_rng(call.args[0]).bit_generator.state


def _enter(call: Call) -> Any:
    manager = type(call.on)
    if not (hasattr(manager, "__enter__") and hasattr(manager, "__exit__")):
        raise TypeError(f"'{manager.__name__}' object does not support the context manager protocol")
    return manager.__enter__(call.on)


def _exit(call: Call) -> None:
    """Leave a context, without an exception or with one of `EXCEPTIONS`, by its name and message."""
    value = EXCEPTIONS[call.args[0]](call.args[1]) if call.args else None
    type(call.on).__exit__(call.on, value and type(value), value, None)


def _call(call: Call) -> Any:
    return follow(call.on, call.path)(*call.args, **call.kwargs)


def _set(call: Call) -> None:
    path, _, name = call.path.rpartition(".")
    setattr(follow(call.on, path), name, call.args[0])


def _set_each(call: Call) -> None:
    for one, value in zip(call.on, call.args[0], strict=True):
        _set(Call("set", one, call.path, (value,)))


def _set_item(call: Call) -> None:
    follow(call.on, call.path)[call.args[0]] = call.args[1]


def _list(call: Call) -> list[Any]:
    items = []
    for item in follow(call.on, call.path):
        items.append(item)
        if len(items) > MAX_ITEMS:
            raise ValueError(f"an iterator gave more than {MAX_ITEMS} items")
    return items


DEEDS: dict[str, Callable[[Call], Any]] = {
    "get": lambda call: follow(call.on, call.path),
    "call": _call,
    "set": _set,
    "get each": lambda call: [follow(one, call.path) for one in call.on],
    "set each": _set_each,
    "item": lambda call: follow(call.on, call.path)[call.args[0]],
    "set item": _set_item,
    "length": lambda call: len(follow(call.on, call.path)),
    "list": _list,
    "array": lambda call: arrange(call.args[0], call.args[1]),
    "move": lambda call: call.args[0],  # there and back, with nothing done to it
    "operate": lambda call: OPERATORS[call.path](call.on, *call.args),
    "enter": _enter,
    "exit": _exit,
    "file": lambda call: io.BytesIO(call.args[0]),
    "generator": lambda call: np.random.default_rng(call.args[0]),
    "seed": _seed,
}
