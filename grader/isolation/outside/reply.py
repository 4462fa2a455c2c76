"""Reads what a worker says besides values.

It runs the student's code, so everything is refused that breaks the protocol.
"""

import contextlib
import socket
from typing import Any

from grader.isolation.outside.faults import StudentError
from grader.isolation.wire import frames, values
from grader.isolation.wire.commands import CONFINED

MAX_DIGITS = 9  # of the number of a class, as larger numbers could be chosen so that every dict becomes slow

Classes = dict[int, tuple[str, frozenset[str]]]  # number -> name, and the names of what can be called on an object


def is_confined(sock: socket.socket, until: float) -> bool:
    """Whether a worker's first byte says that it is confined, and comes before `until` (`time.monotonic`)."""
    with contextlib.suppress(EOFError, TimeoutError, ConnectionError):
        return bytes(frames.receive_exactly(sock, len(CONFINED), frames.until(until))) == CONFINED
    return False


def why_not(sock: socket.socket, until: float) -> str:
    """The error message that a worker sends after its first byte if it is not confined, read before `until`."""
    said = b""
    with contextlib.suppress(EOFError, TimeoutError, ConnectionError):
        while True:
            said += frames.receive_some(sock, frames.CHUNK, frames.until(until))
    return said.decode(errors="replace")


def classes(described: Any) -> Classes:
    """The classes that a reply describes.

    Raises:
        WireError: if the description breaks the protocol.
    """
    found: Classes = {}
    try:
        for number, (name, methods) in described.items():
            if not (len(number) < MAX_DIGITS and number.isdecimal() and type(methods) is list):
                raise ValueError(number)
            found[int(number)] = text(name, 200), frozenset(map(str, methods))
    except (AttributeError, TypeError, ValueError) as error:
        raise values.WireError("a class that is not described as agreed") from error
    return found


def student_error(described: Any, before: Any) -> StudentError:
    """What the student's code raised, after the results `before` it.

    Raises:
        WireError: if the description breaks the protocol.
    """
    try:
        if not (type(described["types"]) is type(described["frames"]) is type(before) is list):
            raise TypeError("no lists")
        types = [text(name, 200) for name in described["types"][:20]]
        places = [(text(f, 200), int(line), text(where, 100)) for f, line, where in described["frames"][:30]]
        return StudentError(types, text(described["message"], 4000), places, before)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise values.WireError("an error that is not described as agreed") from error


def text(said: Any, limit: int) -> str:
    """Any plain data as text, of at most so many characters."""
    return values.whole(str(said)[:limit])
