"""Frames: a JSON header and a body of raw bytes, with their lengths before them.

Frame = magic (4 bytes) + header length (u32, big endian) + body length (u64, big endian) + header (UTF-8 JSON) + body.

Every length is checked before anything is allocated. The other side may be hostile. Whatever arrives becomes a header
and a body, or raises `WireError`.
"""

import json
import math
import socket
import struct
from collections.abc import Callable
from time import monotonic
from typing import Any

MAGIC = b"NNG1"
PREFIX = struct.Struct(">4sIQ")
MAX_HEADER = 8 << 20  # bytes; a state_dict of 10,000 entries takes under 1 MiB
MAX_BODY = 256 << 20  # bytes; checks move a few MiB at most
CHUNK = 1 << 16  # bytes to ask for at once; most frames are smaller
COST_OF_TEXT = 8  # one byte of a header counts as so many bytes of arrays, as Python's objects for it take that much
_PARSE = json.JSONDecoder().raw_decode


class WireError(Exception):
    """What arrived is not a frame, or not one within the limits."""


class TooMuchError(WireError):
    """All that came takes more memory than is allowed. It was not read."""

    def __init__(self, size: int) -> None:
        self.size = size
        super().__init__(f"{size} bytes came, which is more than there is room for")

    def __reduce__(self) -> tuple[type, tuple[int]]:
        return type(self), (self.size,)  # not from the text, as `pickle` would; workers have no `grader.portable`


# Returns the seconds after which to ask it again, or raises TimeoutError. None waits for ever.
Left = Callable[[], float] | None


def until(deadline: float) -> Callable[[], float]:
    """The time that is left until a moment in the time of `time.monotonic`."""

    def left() -> float:
        seconds = deadline - monotonic()
        if seconds <= 0:
            raise TimeoutError("the time was used up before all had come")
        return seconds

    return left


def send(sock: socket.socket, header: str, buffers: list[bytes], left: Left = None) -> None:
    """Send one frame, with its header as JSON text, in the time that is left.

    Raises:
        WireError: if it is larger than the other side accepts.
        TimeoutError: if the other side does not read it in time.
        OSError: if the other side is gone.
    """
    text = header.encode()
    size = sum(map(len, buffers))
    if len(text) > MAX_HEADER or size > MAX_BODY:
        raise WireError("the data is too large to send")
    prefix = PREFIX.pack(MAGIC, len(text), size)
    for data in (b"".join((prefix, text, *buffers)),) if size < CHUNK else (prefix + text, *buffers):
        _send_all(sock, data, left)


def _send_all(sock: socket.socket, data: bytes, left: Left) -> None:
    if left is None:  # a sealed worker may not set options of its socket
        sock.sendall(data)
        return
    rest = memoryview(data)
    while rest:
        sock.settimeout(left())
        try:
            rest = rest[sock.send(rest) :]
        except TimeoutError:
            continue  # is there time left after all?


class Reader:
    """Reads whole frames from a socket. Bytes that come after a frame are kept for the next one.

    `taken` is what all frames cost together, in bytes. They may cost up to `room`.
    """

    def __init__(self, sock: socket.socket, room: float = math.inf) -> None:
        self._sock = sock
        self._early = b""
        self.taken = 0
        self.room = room

    def receive(self, left: Left = None) -> tuple[dict[str, Any], memoryview]:
        """Receive one frame in the time that is left: its header and body.

        Raises:
            WireError: if what came is not a frame within the limits.
            TimeoutError: if the whole frame did not come in time.
            EOFError: if the other side is gone.
        """
        data = self._early or receive_some(self._sock, CHUNK, left)
        while len(data) < PREFIX.size:
            data += receive_some(self._sock, CHUNK, left)
        magic, header_size, body_size = PREFIX.unpack_from(data)
        if magic != MAGIC:
            raise WireError("what came does not begin like a frame")
        if header_size > MAX_HEADER or body_size > MAX_BODY:
            raise WireError("a frame that is too large")
        self.taken += COST_OF_TEXT * header_size + body_size
        if self.taken > self.room:
            raise TooMuchError(self.taken)
        middle = PREFIX.size + header_size
        end = middle + body_size
        self._early = data[end:]
        if len(data) < end:
            data = receive_exactly(self._sock, end, left, data)
        return _object(data[PREFIX.size : middle]), memoryview(data)[middle:end]


def _object(text: bytes) -> dict[str, Any]:
    try:
        decoded = str(text, "utf-8")
        header, end = _PARSE(decoded)
    except (ValueError, RecursionError) as error:
        raise WireError("a header that is not JSON") from error
    if end != len(decoded):
        raise WireError("a header that is followed by something")
    if type(header) is not dict:
        raise WireError("a header that is not an object")
    return header


def receive_exactly(sock: socket.socket, size: int, left: Left, begun: bytes = b"") -> bytearray:
    """Receive until there are `size` bytes in all, of which `begun` have come before.

    Raises as `Reader.receive` does.
    """
    data = bytearray(size)
    at = len(begun)
    data[:at] = begun
    while at < size:
        more = receive_some(sock, min(size - at, 1 << 20), left)
        data[at : at + len(more)] = more
        at += len(more)
    return data


def receive_some(sock: socket.socket, size: int, left: Left) -> bytes:
    """Receive at least one and at most `size` bytes, as soon as some are there. Raises as `Reader.receive` does."""
    while True:
        if left is not None:
            sock.settimeout(left())  # set every time, as single bytes could put off a socket's time-out for ever
        try:
            data = sock.recv(size)
        except TimeoutError:
            if left is None:
                raise
            continue  # is there time left after all?
        if not data:
            raise EOFError("the other side closed the connection")
        return data
