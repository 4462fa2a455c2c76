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
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import numpy as np

MAGIC = b"NNG1"
PREFIX = struct.Struct(">4sIQ")
MAX_HEADER = 8 << 20  # bytes; a state_dict of 10,000 entries takes under 1 MiB
MAX_BODY = 256 << 20  # bytes; checks move a few MiB at most
MAX_DEPTH = 24
MAX_NODES = 200_000
MAX_TEXT = 100_000  # characters of one string
DTYPES = ("b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16")
_DTYPES = {name: np.dtype(name).newbyteorder("<") for name in DTYPES}
_NAMES = {np.dtype(name).newbyteorder("="): name for name in DTYPES}
_JSON = json.JSONEncoder(separators=(",", ":"), allow_nan=False, check_circular=False)  # nodes are trees


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
    """A value made ready once, to be sent many times."""

    node: Any
    buffers: list[bytes]


@dataclass
class Encoder:
    """Turns values into JSON nodes and collects the bytes of arrays; `other` says what any further object becomes."""

    other: Callable[[Any], Any]
    buffers: list[bytes] = field(default_factory=list)
    nodes: int = 0

    def encode(self, value: Any, depth: int = 0) -> Any:
        self.nodes += 1
        if depth > MAX_DEPTH or self.nodes > MAX_NODES:
            return {"u": f"{type(value).__name__} (nested too deeply or with too many items)"}
        kind = type(value)
        if value is None or kind is bool:
            return value
        if kind is int:
            return value if abs(value) < 1 << 63 else {"u": "int beyond 64 bits"}
        if kind is float:
            return value if math.isfinite(value) else {"f": repr(value)}
        if kind is str:
            return value if len(value) <= MAX_TEXT else {"u": "str that is too long"}
        if kind is np.ndarray:
            return self._array(value)
        return self._container(value, kind, depth)

    def _array(self, value: np.ndarray) -> Any:
        name = _NAMES.get(value.dtype.newbyteorder("="))
        if name is None or value.nbytes > MAX_BODY:
            return {"u": f"numpy.ndarray of dtype {value.dtype} and {value.nbytes} bytes"}
        self._append(value, name)
        return {"a": [name, list(value.shape)]}

    def _append(self, value: np.ndarray, name: str) -> None:
        self.buffers.append(value.astype(_DTYPES[name], copy=False).tobytes())  # as it is now, whatever becomes of it

    def _container(self, value: Any, kind: type, depth: int) -> Any:
        if kind is list or kind is tuple:
            return {kind.__name__[0]: [self.encode(item, depth + 1) for item in self._cut(value)]}
        if kind is dict:
            pairs = [[self.encode(k, depth + 1), self.encode(v, depth + 1)] for k, v in self._cut(value.items())]
            odd = any(not isinstance(key, str | int) for key, _ in pairs)
            return {"u": "dict with keys that are neither str nor int"} if odd else {"d": pairs}
        if kind is slice:
            return {"s": [self.encode(v, depth + 1) for v in (value.start, value.stop, value.step)]}
        if isinstance(value, np.generic) and np.dtype(kind) in _NAMES and kind.__module__ == "numpy":
            name = _NAMES[np.dtype(kind)]
            self._append(np.asarray(value), name)
            return {"g": name}
        return self._named(value)

    def _cut(self, items: Iterable[Any]) -> Iterator[Any]:
        """The items, up to and including the first for which there is no room."""
        for item in items:
            yield item
            if self.nodes > MAX_NODES:
                return

    def _named(self, value: Any) -> Any:
        if value is Ellipsis:
            return {"e": 1}
        if isinstance(value, Path):
            return {"p": value.dotted}
        if isinstance(value, Handle):
            return {"h": [value.number, value.cls]}
        if isinstance(value, Unsendable):
            return {"u": value.type_name}
        return self.other(value)


@dataclass
class Decoder:
    """Turns JSON nodes back into plain data, believing nothing; the callables say what nodes of their kind become."""

    body: memoryview
    handle: Callable[[Handle], Any] = lambda node: node
    path: Callable[[Path], Any] = lambda node: node
    unsendable: Callable[[Unsendable], Any] = lambda node: node
    offset: int = 0
    nodes: int = 0

    def decode(self, node: Any, depth: int = 0) -> Any:
        self.nodes += 1
        if depth > MAX_DEPTH + 1 or self.nodes > 2 * MAX_NODES:  # what was cut leaves a note of its own
            raise WireError("the data is nested too deeply or has too many items")
        if type(node) is int and abs(node) >= 1 << 63:  # no honest side sends one; chosen ones make every dict slow
            raise WireError("an int beyond 64 bits")
        if node is None or isinstance(node, bool | int | float):
            return node
        if isinstance(node, str):
            return whole(node[:MAX_TEXT])
        if not isinstance(node, dict) or len(node) != 1:
            raise WireError("a node is neither a value nor an object with one key")
        [(kind, content)] = node.items()
        read = _READERS.get(kind)
        if read is None:
            raise WireError("a node of unknown kind")
        return read(self, content, depth + 1)

    def _items(self, content: Any, depth: int) -> list[Any]:
        _require(isinstance(content, list), "a list that is none")
        return [self.decode(item, depth) for item in content]

    def _dict(self, content: Any, depth: int) -> dict[Any, Any]:
        pairs = [self._items(pair, depth) for pair in _require_list(content)]
        _require(all(len(p) == 2 and isinstance(p[0], str | int) for p in pairs), "a bad dict")
        return dict(pairs)

    def _float(self, content: Any, _depth: int) -> float:
        _require(content in ("nan", "inf", "-inf"), "a bad float")
        return float(content)

    def _array(self, content: Any, _depth: int) -> np.ndarray:
        _require(isinstance(content, list) and len(content) == 2, "a bad array")
        name, shape = content
        _require(isinstance(name, str) and name in _DTYPES, "an array of a dtype that is not allowed")
        _require(isinstance(shape, list) and len(shape) <= 32, "an array of too many dimensions")
        _require(all(type(n) is int and 0 <= n <= MAX_BODY for n in shape), "an array of bad shape")
        flat = self._take(name, math.prod(shape))
        try:
            return flat.reshape(shape)
        except ValueError as error:  # an empty array of huge sides
            raise WireError("an array of bad shape") from error

    def _take(self, name: str, count: int) -> np.ndarray:
        dtype = _DTYPES[name]
        end = self.offset + count * dtype.itemsize
        _require(end <= len(self.body), "an array longer than the bytes that came")
        flat = np.frombuffer(self.body[self.offset : end], dtype=dtype)
        self.offset = end
        return flat.astype(dtype.newbyteorder("="), copy=True)

    def _scalar(self, content: Any, _depth: int) -> np.generic:
        _require(isinstance(content, str) and content in _DTYPES, "a scalar of a bad dtype")
        return self._take(content, 1)[0]

    def _slice(self, content: Any, depth: int) -> slice:
        parts = self._items(content, depth)
        _require(len(parts) == 3, "a bad slice")
        return slice(*parts)

    def _handle(self, content: Any, _depth: int) -> Any:
        good = isinstance(content, list) and len(content) == 2 and all(type(n) is int for n in content)
        _require(good, "a bad handle")
        return self.handle(Handle(*content))

    def _text(self, content: Any) -> str:
        _require(isinstance(content, str) and len(content) <= 500, "a bad name")
        return whole(content)


def whole(text: str) -> str:
    """The text without halves of surrogate pairs, which JSON can carry and no file can take."""
    return text if text.isascii() else text.encode(errors="replace").decode()


def _require(condition: bool, problem: str) -> None:
    if not condition:
        raise WireError(problem)


def _require_list(content: Any) -> list[Any]:
    _require(isinstance(content, list), "a list that is none")
    return content


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
    "p": lambda decoder, content, _depth: decoder.path(Path(decoder._text(content))),
    "u": lambda decoder, content, _depth: decoder.unsendable(Unsendable(decoder._text(content))),
}


def send(sock: socket.socket, header: dict[str, Any], buffers: list[bytes]) -> None:
    """Send one frame.

    Raises:
        WireError: if it is larger than the other side would take.
        OSError: if the other side is gone.
    """
    text = _JSON.encode(header).encode()
    size = sum(map(len, buffers))
    if len(text) > MAX_HEADER or size > MAX_BODY:
        raise WireError("the data is too large to send")
    prefix = PREFIX.pack(MAGIC, len(text), size)
    sock.sendall(b"".join((prefix, text, *buffers)) if size < 1 << 16 else prefix + text)
    if size >= 1 << 16:
        for buffer in buffers:
            sock.sendall(buffer)


def receive(sock: socket.socket, deadline: float | None = None) -> tuple[dict[str, Any], memoryview]:
    """Receive one frame before `deadline` (seconds of `time.monotonic`).

    Raises:
        WireError: if what came is not a frame within the limits.
        TimeoutError: if it did not come whole in time.
        EOFError: if the other side is gone.
    """
    magic, header_size, body_size = PREFIX.unpack(receive_exactly(sock, PREFIX.size, deadline))
    _require(magic == MAGIC, "what came does not begin like a frame")
    _require(header_size <= MAX_HEADER and body_size <= MAX_BODY, "a frame that is too large")
    data = receive_exactly(sock, header_size + body_size, deadline)
    try:
        header = json.loads(str(data[:header_size], "utf-8"))
    except (ValueError, RecursionError) as error:
        raise WireError("a header that is not JSON") from error
    _require(isinstance(header, dict), "a header that is not an object")
    return header, data[header_size:]


def receive_exactly(sock: socket.socket, size: int, deadline: float | None) -> memoryview:
    """Receive `size` bytes; raises as `receive` does."""
    data = memoryview(bytearray(size))
    at = 0
    while at < size:
        if deadline is not None:  # a worker has none, and may not change its connection
            left = deadline - monotonic()
            if left <= 0:  # a time-out of the socket alone would never come while single bytes do
                raise TimeoutError("the time was used up before all had come")
            sock.settimeout(left)
        count = sock.recv_into(data[at:], min(size - at, 1 << 20))
        if count == 0:
            raise EOFError("the other side closed the connection")
        at += count
    return data
