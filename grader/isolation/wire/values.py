"""Values on the wire: nodes of a JSON header, and raw array buffers. Nothing in it can execute code.

Every array's shape and dtype are checked against the bytes that are there. Depth and number of nodes are limited. The
other side may be hostile: whatever arrives, decoding gives plain data or raises `WireError`.

JSON carries None, bool, int, finite float and str as themselves. Everything else is an object with one key that names
its kind:

    {"l": [...]} list     {"t": [...]} tuple     {"d": [[key, value], ...]} dict    {"f": "nan"|"inf"|"-inf"} float
    {"a": [dtype, shape]} numpy.ndarray          {"g": dtype} NumPy scalar          (bytes are next in the body)
    {"s": [start, stop, step]} slice             {"e": 1} Ellipsis
    {"b": 12} bytes, so many of the body
    {"h": [number, class number]} a handle: an object that stays in the worker
    {"c": [number, whether it takes functions]} a function of the trusted side that the worker may call; only the
                                                trusted side may name one
    {"p": "nn.Linear"} something in the student's package, by its path
    {"u": "type name"} a value that cannot cross
"""

import math
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from json.encoder import encode_basestring_ascii as quoted
from types import EllipsisType
from typing import Any

import numpy as np

from grader.isolation.wire.frames import MAX_BODY, WireError

MAX_DEPTH = 24
MAX_NODES = 200_000
MAX_TEXT = 100_000  # characters of one string
MAX_INT = (1 << 63) - 1
SHORT = 64  # items; a shorter list is never cut, as it cannot exceed the limit by much
DTYPES = ("b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16")
_DTYPES = {name: np.dtype(name).newbyteorder("<") for name in DTYPES}
_NATIVE = {name: np.dtype(name) for name in DTYPES}
_NAMES = {np.dtype(name).newbyteorder(order): name for name in DTYPES for order in "<>"}


@dataclass(frozen=True)
class Handle:
    """An object that stays in the worker. `cls` is the number of its class, which the worker has described."""

    number: int
    cls: int


@dataclass(frozen=True)
class Path:
    """A class or function of the student's package, by its dotted path."""

    dotted: str


@dataclass(frozen=True)
class Function:
    """A function of the trusted side that the worker may call, by its number."""

    number: int
    functions: bool = False  # whether it may be given functions


@dataclass(frozen=True)
class Unsendable:
    """A value that cannot cross. Only the name of its type crosses."""

    type_name: str


@dataclass(frozen=True)
class Encoded:
    """A value that was encoded once, to be sent many times: the JSON text of its node, and its buffers."""

    text: str
    buffers: list[bytes]


class UnsendableError(TypeError):
    """A check gives the other side something that cannot be sent. The message is the name of its type."""

    def __str__(self) -> str:
        can = "it can give numbers, texts, bytes, arrays, objects from there, and lists, tuples and dicts of these"
        return f"a check cannot give this to another process: {self.args[0]}; {can}"


class Encoder:
    """Turns values into nodes, as JSON text, and collects the bytes of arrays. `size` counts these bytes.

    `other` returns the node of any other object.
    """

    def __init__(self, other: Callable[[Any], str]) -> None:
        self.other = other
        self.buffers: list[bytes] = []
        self.size = 0
        self.nodes = 0

    def encode(self, value: Any, depth: int = 0) -> str:
        self.nodes += 1
        if depth > MAX_DEPTH or self.nodes > MAX_NODES:
            return self.cannot(f"{type(value).__name__} (nested too deeply or with too many items)")
        if value is None:
            return "null"
        write = _WRITERS.get(type(value))  # none for a subclass, which could lie about what it is
        return self.other(value) if write is None else write(self, value, depth)

    def cannot(self, what: str) -> str:
        """The node of a value that cannot cross."""
        return unsendable(what)

    def _int(self, value: int, _depth: int) -> str:
        return str(value) if _is_small(value) else self.cannot("int beyond 64 bits")

    def _float(self, value: float, _depth: int) -> str:
        return repr(value) if math.isfinite(value) else f'{{"f":"{value!r}"}}'

    def _text(self, value: str, _depth: int) -> str:
        return quoted(value) if len(value) <= MAX_TEXT else self.cannot("str that is too long")

    def _array(self, value: np.ndarray, _depth: int) -> str:
        name = _NAMES.get(value.dtype)
        if name is None or value.nbytes > MAX_BODY:
            return self.cannot(f"numpy.ndarray of dtype {value.dtype} and {value.nbytes} bytes")
        self._append(value, name)
        return f'{{"a":["{name}",{list(value.shape)}]}}'

    def _append(self, value: np.ndarray, name: str) -> None:
        data = value.astype(_DTYPES[name], copy=False).tobytes()  # a copy, as the array may change later
        self.buffers.append(data)
        self.size += len(data)

    def _bytes(self, value: bytes, _depth: int) -> str:
        if len(value) > MAX_BODY:
            return self.cannot(f"bytes, {len(value)} of them")
        self.buffers.append(value)
        self.size += len(value)
        return f'{{"b":{len(value)}}}'

    def _scalar(self, value: np.generic, _depth: int) -> str:
        name = _NAMES[value.dtype]
        self._append(np.asarray(value), name)
        return f'{{"g":"{name}"}}'

    def _list(self, value: list[Any], depth: int) -> str:
        return f'{{"l":[{self._items(value, depth)}]}}'

    def _tuple(self, value: tuple[Any, ...], depth: int) -> str:
        return f'{{"t":[{self._items(value, depth)}]}}'

    def _items(self, value: Collection[Any], depth: int) -> str:
        return ",".join([self.encode(item, depth + 1) for item in self._cut(value)])

    def _dict(self, value: dict[Any, Any], depth: int) -> str:
        if not all(map(_is_key, value)):
            return self.cannot("dict with keys that are neither str nor int")
        pairs = [f"[{self.encode(k, depth + 1)},{self.encode(v, depth + 1)}]" for k, v in self._cut(value.items())]
        return f'{{"d":[{",".join(pairs)}]}}'

    def _slice(self, value: slice, depth: int) -> str:
        return f'{{"s":[{self._items((value.start, value.stop, value.step), depth)}]}}'

    def _cut(self, items: Collection[Any]) -> Iterable[Any]:
        return items if len(items) <= SHORT else self._up_to_the_limit(items)

    def _up_to_the_limit(self, items: Iterable[Any]) -> Iterator[Any]:
        """The items, up to and including the first one for which there is no room."""
        for item in items:
            yield item
            if self.nodes > MAX_NODES:
                return


class StrictEncoder(Encoder):
    """The encoder of a side that chooses what it sends. A value that cannot cross is a mistake there, and raises."""

    def __init__(self) -> None:
        super().__init__(self._own_node)

    def cannot(self, what: str) -> str:
        """Raise `UnsendableError`."""
        raise UnsendableError(what)

    def _own_node(self, value: Any) -> str:
        """The node of an object that has a method for it (`to_wire`)."""
        to_wire = getattr(type(value), "to_wire", None)
        return to_wire(value) if to_wire else self.cannot(str(getattr(value, "type_name", type(value).__qualname__)))


def encoded(content: Any) -> Encoded:
    """Plain data, ready to be sent. Objects with a method `to_wire` give their own node."""
    encoder = StrictEncoder()
    return Encoded(encoder.encode(content), encoder.buffers)


def handle(number: int, cls: int) -> str:
    """The node of an object that stays in the worker."""
    return f'{{"h":[{number},{cls}]}}'


def path(dotted: str) -> str:
    """The node of something in the student's package."""
    return f'{{"p":{quoted(dotted)}}}'


def unsendable(type_name: str) -> str:
    """The node of a value that cannot cross."""
    return f'{{"u":{quoted(type_name)}}}'


def _is_small(value: int) -> bool:
    return -MAX_INT <= value <= MAX_INT


def _is_key(value: Any) -> bool:
    return (type(value) is str and len(value) <= MAX_TEXT) or (type(value) in (int, bool) and _is_small(value))


_WRITERS: dict[type, Callable[[Encoder, Any, int], str]] = {
    bool: lambda _encoder, value, _depth: "true" if value else "false",
    int: Encoder._int,
    float: Encoder._float,
    str: Encoder._text,
    bytes: Encoder._bytes,
    np.ndarray: Encoder._array,
    list: Encoder._list,
    tuple: Encoder._tuple,
    dict: Encoder._dict,
    OrderedDict: lambda encoder, value, depth: encoder._dict(dict(value), depth),  # PyTorch's state dicts
    slice: Encoder._slice,
    EllipsisType: lambda _encoder, _value, _depth: '{"e":1}',
    Path: lambda _encoder, value, _depth: path(value.dotted),
    Handle: lambda _encoder, value, _depth: handle(value.number, value.cls),
    Function: lambda _encoder, value, _depth: f'{{"c":[{value.number},{str(value.functions).lower()}]}}',
    Unsendable: lambda _encoder, value, _depth: unsendable(value.type_name),
    **{kind: Encoder._scalar for kind in set(np.sctypeDict.values()) if np.dtype(kind) in _NAMES},
}


class Decoder:
    """Turns JSON nodes back into plain data. It trusts nothing.

    The callables turn the content of a handle, a path, a function or an unsendable value into an object.
    """

    def __init__(
        self,
        body: bytes | memoryview,
        handle: Callable[[int, int], Any] = Handle,
        path: Callable[[str], Any] = Path,
        unsendable: Callable[[str], Any] = Unsendable,
        function: Callable[[int, bool], Any] | None = None,
    ) -> None:
        self.body = body
        self.handle = handle
        self.path = path
        self.unsendable = unsendable
        self.function = function  # None where the other side has none to give
        self.offset = 0
        self.nodes = 0

    def decode(self, node: Any, depth: int = 0) -> Any:
        self.nodes += 1
        if depth > MAX_DEPTH + 1 or self.nodes > 2 * MAX_NODES:  # an encoder adds nodes that say what it cut
            raise WireError("the data is nested too deeply or has too many items")
        kind = type(node)  # JSON has no subclasses
        if kind is dict and len(node) == 1:
            [(name, content)] = node.items()
            read = _READERS.get(name)
            if read is None:
                raise WireError("a node of unknown kind")
            return read(self, content, depth + 1)
        if node is None or kind is float or kind is bool:
            return node
        if kind is str:
            return whole(node[:MAX_TEXT])
        if kind is not int:
            raise WireError("a node is neither a value nor an object with one key")
        if not _is_small(node):  # no honest side sends one, and chosen ones could make every dict slow
            raise WireError("an int beyond 64 bits")
        return node

    def _items(self, content: Any, depth: int) -> list[Any]:
        if type(content) is not list:
            raise WireError("a list that is none")
        return [self.decode(item, depth) for item in content]

    def _dict(self, content: Any, depth: int) -> dict[Any, Any]:
        _require(type(content) is list, "a list that is none")
        pairs = [self._items(pair, depth) for pair in content]
        _require(all(len(p) == 2 and isinstance(p[0], str | int) for p in pairs), "a bad dict")
        return dict(pairs)

    def _float(self, content: Any, _depth: int) -> float:
        _require(content in ("nan", "inf", "-inf"), "a bad float")
        return float(content)

    def _array(self, content: Any, _depth: int) -> np.ndarray:
        if not (type(content) is list and len(content) == 2):
            raise WireError("a bad array")
        name, shape = content
        if not (type(name) is str and name in _DTYPES):
            raise WireError("an array of a dtype that is not allowed")
        if not (type(shape) is list and len(shape) <= 32):
            raise WireError("an array of too many dimensions")
        count = 1
        for side in shape:
            if not (type(side) is int and 0 <= side <= MAX_BODY):
                raise WireError("an array of bad shape")
            count *= side
        return self._take(name, shape, count)

    def _take(self, name: str, shape: Any, count: int) -> np.ndarray:
        start, dtype = self.offset, _DTYPES[name]
        self.offset += count * dtype.itemsize
        _require(self.offset <= len(self.body), "an array longer than the bytes that came")
        try:
            return np.ndarray(shape, dtype, self.body, start).astype(_NATIVE[name])  # a copy
        except (ValueError, TypeError) as error:  # an empty array of huge sides
            raise WireError("an array of bad shape") from error

    def _bytes(self, content: Any, _depth: int) -> bytes:
        _require(type(content) is int and 0 <= content <= MAX_BODY, "bytes of a bad number")
        start, self.offset = self.offset, self.offset + content
        _require(self.offset <= len(self.body), "bytes beyond those that came")
        return bytes(self.body[start : self.offset])

    def _scalar(self, content: Any, _depth: int) -> np.generic:
        _require(type(content) is str and content in _DTYPES, "a scalar of a bad dtype")
        return self._take(content, (), 1)[()]

    def _slice(self, content: Any, depth: int) -> slice:
        parts = self._items(content, depth)
        _require(len(parts) == 3, "a bad slice")
        return slice(*parts)

    def _handle(self, content: Any, _depth: int) -> Any:
        good = type(content) is list and len(content) == 2 and type(content[0]) is type(content[1]) is int
        _require(good, "a bad handle")
        return self.handle(*content)

    def _function(self, content: Any, _depth: int) -> Any:
        good = type(content) is list and [type(part) for part in content] == [int, bool]
        _require(self.function is not None and good, "a function")
        return self.function(*content)

    def _text(self, content: Any) -> str:
        _require(type(content) is str and len(content) <= 500, "a bad name")
        return whole(content)


def whole(text: str) -> str:
    """The text without unpaired surrogates, which JSON can carry but no file can store."""
    return text if text.isascii() else text.encode(errors="replace").decode()


def _require(condition: bool, problem: str) -> None:
    if not condition:
        raise WireError(problem)


_READERS: dict[str, Callable[[Decoder, Any, int], Any]] = {
    "l": Decoder._items,
    "t": lambda decoder, content, depth: tuple(decoder._items(content, depth)),
    "d": Decoder._dict,
    "f": Decoder._float,
    "a": Decoder._array,
    "g": Decoder._scalar,
    "b": Decoder._bytes,
    "s": Decoder._slice,
    "e": lambda _decoder, _content, _depth: Ellipsis,
    "h": Decoder._handle,
    "c": Decoder._function,
    "p": lambda decoder, content, _depth: decoder.path(decoder._text(content)),
    "u": lambda decoder, content, _depth: decoder.unsendable(decoder._text(content)),
}
