"""The frame format: a JSON header and raw array buffers. Nothing in it can execute code.

Frame = magic (4 bytes) + header length (u32, big endian) + body length (u64, big endian) + header (UTF-8 JSON) + body
(raw buffers). Every length is checked before anything is allocated, every array's shape and dtype against the bytes
that are there. The other side may be hostile: whatever arrives, decoding gives plain data or raises `WireError`.

JSON carries None, bool, int, finite float and str as themselves. Everything else is an object with one key that names
its kind:

    {"l": [...]} list     {"t": [...]} tuple     {"d": [[key, value], ...]} dict    {"f": "nan"|"inf"|"-inf"} float
    {"a": [dtype, shape]} numpy.ndarray          {"g": dtype} NumPy scalar          (bytes are next in the body)
    {"s": [start, stop, step]} slice             {"e": 1} Ellipsis
    {"h": [number, class number]} a handle: an object that stays in the worker
    {"p": "nn.Linear"} something in the student's package, by its path
    {"u": "type name"} a value that cannot cross
"""

import json
import math
import socket
import struct
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from time import monotonic
from types import EllipsisType
from typing import Any

import numpy as np

MAGIC = b"NNG1"
PREFIX = struct.Struct(">4sIQ")
MAX_HEADER = 8 << 20  # bytes; a state_dict of 10,000 entries takes under 1 MiB
MAX_BODY = 256 << 20  # bytes; checks move a few MiB at most
MAX_DEPTH = 24
MAX_NODES = 200_000
MAX_TEXT = 100_000  # characters of one string
MAX_INT = (1 << 63) - 1
CHUNK = 1 << 16  # bytes to ask for at once; most frames are smaller
SHORT = 64  # items of a list that is never cut: of those around it, too few are left to matter
DTYPES = ("b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16")
_DTYPES = {name: np.dtype(name).newbyteorder("<") for name in DTYPES}
_NATIVE = {name: np.dtype(name) for name in DTYPES}
_NAMES = {np.dtype(name).newbyteorder(order): name for name in DTYPES for order in "<>"}
_JSON = json.JSONEncoder(separators=(",", ":"), allow_nan=False, check_circular=False)  # nodes are trees
_PARSE = json.JSONDecoder().raw_decode


class WireError(Exception):
    """What arrived is not a frame, or not one within the limits."""


@dataclass(frozen=True)
class Handle:
    """An object that stays in the worker; `cls` numbers its class, which the worker has described."""

    number: int
    cls: int


@dataclass(frozen=True)
class Path:
    """A class or function of the student's package, by its dotted path."""

    dotted: str


@dataclass(frozen=True)
class Unsendable:
    """A value that cannot cross; only the name of its type does."""

    type_name: str


@dataclass(frozen=True)
class Encoded:
    """A value made ready once, to be sent many times: the JSON text of its node, and its buffers."""

    text: bytes
    buffers: list[bytes]


class Encoder:
    """Turns values into JSON nodes and collects the bytes of arrays; `other` says what any further object becomes."""

    def __init__(self, other: Callable[[Any], Any]) -> None:
        self.other = other
        self.buffers: list[bytes] = []
        self.nodes = 0

    def encode(self, value: Any, depth: int = 0) -> Any:
        self.nodes += 1
        if depth > MAX_DEPTH or self.nodes > MAX_NODES:
            return {"u": f"{type(value).__name__} (nested too deeply or with too many items)"}
        if value is None:
            return None
        write = _WRITERS.get(type(value))  # never of a subclass, which could lie about what it is
        return self.other(value) if write is None else write(self, value, depth)

    def _int(self, value: int, _depth: int) -> Any:
        return value if -MAX_INT <= value <= MAX_INT else {"u": "int beyond 64 bits"}

    def _float(self, value: float, _depth: int) -> Any:
        return value if math.isfinite(value) else {"f": repr(value)}

    def _text(self, value: str, _depth: int) -> Any:
        return value if len(value) <= MAX_TEXT else {"u": "str that is too long"}

    def _array(self, value: np.ndarray, _depth: int) -> Any:
        name = _NAMES.get(value.dtype)
        if name is None or value.nbytes > MAX_BODY:
            return {"u": f"numpy.ndarray of dtype {value.dtype} and {value.nbytes} bytes"}
        self._append(value, name)
        return {"a": [name, value.shape]}

    def _append(self, value: np.ndarray, name: str) -> None:
        self.buffers.append(value.astype(_DTYPES[name], copy=False).tobytes())  # as it is now, whatever becomes of it

    def _scalar(self, value: np.generic, _depth: int) -> Any:
        name = _NAMES[value.dtype]
        self._append(np.asarray(value), name)
        return {"g": name}

    def _list(self, value: list[Any], depth: int) -> Any:
        return {"l": self._items(value, depth)}

    def _tuple(self, value: tuple[Any, ...], depth: int) -> Any:
        return {"t": self._items(value, depth)}

    def _items(self, value: Iterable[Any], depth: int) -> list[Any]:
        return [self.encode(item, depth + 1) for item in self._cut(value)]

    def _dict(self, value: dict[Any, Any], depth: int) -> Any:
        pairs = [[self.encode(k, depth + 1), self.encode(v, depth + 1)] for k, v in self._cut(value.items())]
        odd = any(not isinstance(key, str | int) for key, _ in pairs)
        return {"u": "dict with keys that are neither str nor int"} if odd else {"d": pairs}

    def _slice(self, value: slice, depth: int) -> Any:
        return {"s": self._items((value.start, value.stop, value.step), depth)}

    def _cut(self, items: Collection[Any]) -> Iterable[Any]:
        return items if len(items) <= SHORT else self._up_to_the_limit(items)

    def _up_to_the_limit(self, items: Iterable[Any]) -> Iterator[Any]:
        """The items, up to and including the first for which there is no room."""
        for item in items:
            yield item
            if self.nodes > MAX_NODES:
                return


_WRITERS: dict[type, Callable[[Encoder, Any, int], Any]] = {
    bool: lambda _encoder, value, _depth: value,
    int: Encoder._int,
    float: Encoder._float,
    str: Encoder._text,
    np.ndarray: Encoder._array,
    list: Encoder._list,
    tuple: Encoder._tuple,
    dict: Encoder._dict,
    slice: Encoder._slice,
    EllipsisType: lambda _encoder, _value, _depth: {"e": 1},
    Path: lambda _encoder, value, _depth: {"p": value.dotted},
    Handle: lambda _encoder, value, _depth: {"h": [value.number, value.cls]},
    Unsendable: lambda _encoder, value, _depth: {"u": value.type_name},
    **{kind: Encoder._scalar for kind in set(np.sctypeDict.values()) if np.dtype(kind) in _NAMES},
}


class Decoder:
    """Turns JSON nodes back into plain data, believing nothing; the callables say what the content of their kind becomes."""

    def __init__(
        self,
        body: bytes | memoryview,
        handle: Callable[[int, int], Any] = Handle,
        path: Callable[[str], Any] = Path,
        unsendable: Callable[[str], Any] = Unsendable,
    ) -> None:
        self.body = body
        self.handle = handle
        self.path = path
        self.unsendable = unsendable
        self.offset = 0
        self.nodes = 0

    def decode(self, node: Any, depth: int = 0) -> Any:
        self.nodes += 1
        if depth > MAX_DEPTH + 1 or self.nodes > 2 * MAX_NODES:  # what was cut leaves a note of its own
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
        if not -MAX_INT <= node <= MAX_INT:  # no honest side sends one; chosen ones make every dict slow
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
        _require(type(content) is list and len(content) == 2, "a bad array")
        name, shape = content
        _require(type(name) is str and name in _DTYPES, "an array of a dtype that is not allowed")
        _require(type(shape) is list and len(shape) <= 32, "an array of too many dimensions")
        count = 1
        for side in shape:
            _require(type(side) is int and 0 <= side <= MAX_BODY, "an array of bad shape")
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

    def _text(self, content: Any) -> str:
        _require(type(content) is str and len(content) <= 500, "a bad name")
        return whole(content)


def whole(text: str) -> str:
    """The text without halves of surrogate pairs, which JSON can carry and no file can take."""
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
    "s": Decoder._slice,
    "e": lambda _decoder, _content, _depth: Ellipsis,
    "h": Decoder._handle,
    "p": lambda decoder, content, _depth: decoder.path(decoder._text(content)),
    "u": lambda decoder, content, _depth: decoder.unsendable(decoder._text(content)),
}


def to_text(header: Any) -> bytes:
    """Nodes, or a header of them, as JSON text."""
    return _JSON.encode(header).encode()


def send(sock: socket.socket, text: bytes, buffers: list[bytes], deadline: float | None = None) -> None:
    """Send one frame with the header `text` before `deadline` (seconds of `time.monotonic`).

    Raises:
        WireError: if it is larger than the other side would take.
        TimeoutError: if the other side does not take it in time.
        OSError: if the other side is gone.
    """
    size = sum(map(len, buffers))
    if len(text) > MAX_HEADER or size > MAX_BODY:
        raise WireError("the data is too large to send")
    if deadline is not None:  # a worker has none, and may not change its connection
        sock.settimeout(_left(deadline))
    prefix = PREFIX.pack(MAGIC, len(text), size)
    if size < CHUNK:
        sock.sendall(b"".join((prefix, text, *buffers)))
        return
    for data in (prefix + text, *buffers):
        sock.sendall(data)


class Reader:
    """Takes whole frames from a socket. What comes along with one is kept for the next."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._early = b""

    def receive(self, deadline: float | None = None) -> tuple[dict[str, Any], memoryview]:
        """Receive one frame before `deadline` (seconds of `time.monotonic`): its header and body.

        Raises:
            WireError: if what came is not a frame within the limits.
            TimeoutError: if it did not come whole in time.
            EOFError: if the other side is gone.
        """
        data = self._early or receive_some(self._sock, CHUNK, deadline)
        while len(data) < PREFIX.size:
            data += receive_some(self._sock, CHUNK, deadline)
        magic, header_size, body_size = PREFIX.unpack_from(data)
        _require(magic == MAGIC, "what came does not begin like a frame")
        _require(header_size <= MAX_HEADER and body_size <= MAX_BODY, "a frame that is too large")
        middle = PREFIX.size + header_size
        end = middle + body_size
        self._early = data[end:]
        if len(data) < end:
            data = receive_exactly(self._sock, end, deadline, data)
        return _object(data[PREFIX.size : middle]), memoryview(data)[middle:end]


def _object(text: bytes) -> dict[str, Any]:
    try:
        decoded = str(text, "utf-8")
        header, end = _PARSE(decoded)
    except (ValueError, RecursionError) as error:
        raise WireError("a header that is not JSON") from error
    _require(end == len(decoded), "a header that is followed by something")
    _require(type(header) is dict, "a header that is not an object")
    return header


def receive_exactly(sock: socket.socket, size: int, deadline: float | None, begun: bytes = b"") -> bytearray:
    """Receive up to `size` bytes in all, of which the first have come; raises as `Reader.receive` does."""
    data = bytearray(size)
    at = len(begun)
    data[:at] = begun
    while at < size:
        more = receive_some(sock, min(size - at, 1 << 20), deadline)
        data[at : at + len(more)] = more
        at += len(more)
    return data


def receive_some(sock: socket.socket, size: int, deadline: float | None) -> bytes:
    """Receive at least one and at most `size` bytes, as soon as some are there; raises as `Reader.receive` does."""
    if deadline is not None:
        sock.settimeout(_left(deadline))
    data = sock.recv(size)
    if not data:
        raise EOFError("the other side closed the connection")
    return data


def _left(deadline: float) -> float:
    """Seconds; a time-out of the socket alone would never come while single bytes do."""
    left = deadline - monotonic()
    if left <= 0:
        raise TimeoutError("the time was used up before all had come")
    return left
