"""The files of a package on the wire: rows of [path, marshalled code, why there is none, promised names]."""

import marshal
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

MISSING = "it does not define "  # how the message begins that a file lacks promised names; the names follow


def packed(rows: Iterable[Sequence[Any]]) -> np.ndarray:
    """The rows as the bytes that the request "load" takes.

    One array crosses faster than many small values. Only workers unpack it; the trusted process handles code as bytes.
    """
    return np.frombuffer(marshal.dumps([tuple(row) for row in rows]), np.uint8)


def unpacked(data: np.ndarray) -> list[tuple[Any, ...]]:
    """The rows of a package, in the worker that loads them.

    Only bytes of the trusted process may be given to this function.
    """
    return marshal.loads(data)
