"""The files of a package on the wire: rows of [path, marshalled code, why there is none, promised names]."""

import marshal
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

MISSING = "it does not define "  # how it is told that a file lacks promised names, which follow


def packed(rows: Iterable[Sequence[Any]]) -> np.ndarray:
    """The rows as the bytes that `load` takes.

    One array crosses sooner than many small values. Only workers unpack it: what it holds of code stays bytes here.
    """
    return np.frombuffer(marshal.dumps([tuple(row) for row in rows]), np.uint8)


def unpacked(data: np.ndarray) -> list[tuple[Any, ...]]:
    """The rows of a package, in the worker that loads them; only bytes of the trusted process may be given here."""
    return marshal.loads(data)
