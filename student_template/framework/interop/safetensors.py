"""safetensors: a file of named arrays that contains nothing which could be executed.

The format, in the order of the bytes:

- 8 bytes: N, the length of the header, as an unsigned integer, least significant byte first.
- N bytes: the header, a JSON object in UTF-8. Its first byte is ``{``; it may end in spaces. It has an entry for each
  array: ``{"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}}``. The key ``__metadata__`` is no
  array: its value is an object of texts.
- The buffer, all the rest: the numbers of the arrays, in C order, least significant byte first. ``data_offsets`` are
  the begin and the end of an array, counted in bytes from the beginning of the buffer. Together the arrays fill the
  buffer: there is no gap, no overlap, and no byte at the end that belongs to none.

Source: Hugging Face, https://github.com/huggingface/safetensors, section "Format". The functions have the names of the
package's module ``safetensors.numpy``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from os import PathLike
from typing import Any, BinaryIO

import numpy as np

Arrays = dict[str, np.ndarray]
File = str | PathLike[str] | BinaryIO

# What NumPy has of the format's dtypes. BF16 is only read: it is the upper half of a float32.
DTYPES = {
    "BOOL": "?",
    "U8": "u1",
    "I8": "i1",
    "U16": "<u2",
    "I16": "<i2",
    "F16": "<f2",
    "U32": "<u4",
    "I32": "<i4",
    "F32": "<f4",
    "U64": "<u8",
    "I64": "<i8",
    "F64": "<f8",
}
METADATA = "__metadata__"
ALIGNMENT = 8  # of the buffer, so that numbers of 8 bytes lie well in memory


def load(data: bytes) -> Arrays:
    """Read the arrays of a safetensors file.

    A file may come from anywhere, so everything that its header says is checked before any array is made.

    Args:
        data: the whole file.

    Returns:
        Names to arrays, in the order of the header. Each array is in memory of its own, writable, in C order and in
        the machine's order of bytes, of the dtype that the header says; BF16 becomes float32 of the same value.
        Metadata are checked and left out.

    Raises:
        ValueError: saying what is wrong, if the file is not exactly as the module's docstring says: if it is shorter
            than it says; if the header is no JSON object in UTF-8, does not begin with ``{``, or has a name twice; if
            an entry lacks dtype, shape or data_offsets, has an unknown dtype, or a number there that is no integer
            from 0; if the offsets of an array do not fit its shape and dtype; if arrays overlap, leave a gap or do not
            fill the buffer; if a value of the metadata is no text; if no array can have such a shape.

    >>> sorted(load(save({"b": np.zeros((2, 3)), "a": np.array(True)})))
    ['a', 'b']
    """
    raise NotImplementedError("interop.load")


def save(tensors: Mapping[str, np.ndarray], metadata: Mapping[str, str] | None = None) -> bytes:
    """Write arrays as a safetensors file.

    The header is padded with spaces, so that the buffer begins at a multiple of 8.

    Args:
        tensors: names to arrays, of any shape, also without dimensions or empty, in any layout of memory and order of
            bytes; not changed. The dtypes are those of ``DTYPES``.
        metadata: texts to texts, or None.

    Returns:
        The whole file. ``load`` gives the same arrays again, in the same order.

    Raises:
        ValueError: naming it, if an array has a dtype that the format lacks, or the name ``__metadata__``; if a name
            is no text, or metadata are no texts.

    >>> data = save({"x": np.array([1.5, 2.0])})
    >>> int.from_bytes(data[:8], "little"), len(data)
    (64, 88)
    """
    raise NotImplementedError("interop.save")


def load_file(filename: File) -> Arrays:
    """Read a file as ``load`` does.

    Args:
        filename: a path, or a file that is open for reading bytes; that is read from where it is to its end, and stays
            open.

    Raises:
        ValueError: as ``load``.
        OSError: if there is no such file.
    """
    raise NotImplementedError("interop.load_file")


def save_file(tensors: Mapping[str, np.ndarray], filename: File, metadata: Mapping[str, str] | None = None) -> None:
    """Write a file as ``save`` does. If this raises a ValueError, nothing is written.

    Args:
        tensors, metadata: as for ``save``.
        filename: a path, or a file that is open for writing bytes; that is written from where it is, and stays open.

    Raises:
        ValueError: as ``save``.
        OSError: if it cannot be written.
    """
    raise NotImplementedError("interop.save_file")
