"""Files that a training can go on from, to the last bit, and that nothing in them can execute.

A file is an archive as ``np.savez`` writes it. Beside the arrays it has ``format_version``, an integer of shape (),
which is 1. Everything else about its entries is up to this module. Nothing is pickled.
"""

from __future__ import annotations

import copy
import io
import json
import os
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

FORMAT_VERSION = 1
GENERATORS = {
    kind.__name__: kind
    for kind in (np.random.PCG64, np.random.PCG64DXSM, np.random.MT19937, np.random.Philox, np.random.SFC64)
}
KINDS = "biufcU"  # of NumPy's dtypes: bool, integers, floats, complex numbers, texts


def save(path: str | os.PathLike | BinaryIO, object: Any) -> None:
    """Write an object to a file, all of it or nothing.

    Args:
        path: where; exactly this name, and a file that is there is replaced only when the new one is complete.
            Or a binary file object, which is written to at its position and stays open.
        object: None, a bool, int, float or str; an array or a scalar of NumPy, but not one of Python objects; a
            ``np.random.Generator``; or a list, tuple or dict of these. Keys of a dict are str or int.

    Raises:
        TypeError: naming the type of anything else. Nothing was written then.

    >>> file = io.BytesIO()
    >>> save(file, {"step": 3, "rates": (0.1, 0.01)})
    >>> load(io.BytesIO(file.getvalue()))
    {'step': 3, 'rates': (0.1, 0.01)}
    """
    raise NotImplementedError("serialization.save")


def load(path: str | os.PathLike | BinaryIO) -> Any:
    """Read what ``save`` wrote.

    Args:
        path: of the file; or a binary file object, which is read from its position to its end and stays open.

    Returns:
        An object equal to the saved one: the same types, and arrays with the same bits, dtypes and shapes. A
        generator goes on where the saved one was.

    Raises:
        ValueError: if the file is incomplete or damaged, was not written by ``save``, or has a later format version,
            which the message names. Nothing in the file is executed.
        FileNotFoundError: if there is no such file.
    """
    raise NotImplementedError("serialization.load")


def save_checkpoint(path: str | os.PathLike | BinaryIO, **parts: Any) -> None:
    """Save the states of everything that a training depends on.

    Args:
        path: as in ``save``.
        parts: by names of your choice, each a module, an optimizer, a scheduler or whatever else has ``state_dict``
            and ``load_state_dict``; or a ``np.random.Generator``.

    Raises:
        TypeError: naming the part that is neither. Nothing was written then.
    """
    raise NotImplementedError("serialization.save_checkpoint")


def load_checkpoint(path: str | os.PathLike | BinaryIO, **parts: Any) -> None:
    """Bring all parts to the states that ``save_checkpoint`` saved: all of them, or none if anything is wrong.

    Args:
        path: as in ``load``.
        parts: under the same names as when they were saved; a generator is changed in place.

    Raises:
        ValueError: as ``load`` does.
        KeyError: naming the parts that are missing in the file and those that are missing here.
        Whatever a part raises that refuses its state; the parts before it have been brought back then.
    """
    raise NotImplementedError("serialization.load_checkpoint")
