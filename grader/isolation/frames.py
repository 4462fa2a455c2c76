"""Frames: a JSON header and a body of raw bytes, with their lengths before them.

Frame = magic (4 bytes) + header length (u32, big endian) + body length (u64, big endian) + header (UTF-8 JSON) + body.
Every length is checked before anything is allocated. The other side may be hostile: whatever arrives is a header and a
body, or raises `WireError`.
"""

import json
import socket
import struct
from time import monotonic
from typing import Any

MAGIC = b"NNG1"
PREFIX = struct.Struct(">4sIQ")
MAX_HEADER = 8 << 20  # bytes; a state_dict of 10,000 entries takes under 1 MiB
MAX_BODY = 256 << 20  # bytes; checks move a few MiB at most
CHUNK = 1 << 16  # bytes to ask for at once; most frames are smaller
_PARSE = json.JSONDecoder().raw_decode


class WireError(Exception):
    """What arrived is not a frame, or not one within the limits."""


class SilenceError(TimeoutError):
    """Not even the begin of a frame came in time: it can be waited for again."""


def send(sock: socket.socket, header: str, buffers: list[bytes], deadline: float | None = None) -> None:
    """Send one frame, its header as JSON text, before `deadline` (seconds of `time.monotonic`).

    Raises:
        WireError: if it is larger than the other side would take.
        TimeoutError: if the other side does not take it in time.
        OSError: if the other side is gone.
    """
    text = header.encode()
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
            SilenceError, TimeoutError: if nothing of it came in time, or not the whole.
            EOFError: if the other side is gone.
        """
        try:
            data = self._early or receive_some(self._sock, CHUNK, deadline)
        except TimeoutError as error:
            raise SilenceError from error
        while len(data) < PREFIX.size:
            data += receive_some(self._sock, CHUNK, deadline)
        magic, header_size, body_size = PREFIX.unpack_from(data)
        if magic != MAGIC:
            raise WireError("what came does not begin like a frame")
        if header_size > MAX_HEADER or body_size > MAX_BODY:
            raise WireError("a frame that is too large")
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
    if end != len(decoded):
        raise WireError("a header that is followed by something")
    if type(header) is not dict:
        raise WireError("a header that is not an object")
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
