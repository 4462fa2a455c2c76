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
    header, buffer = _split(data)
    metadata = header.pop(METADATA, {})
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise ValueError(f"{METADATA} has to be an object of texts")
    entries = {name: _Entry(name, entry) for name, entry in header.items()}
    _require_tiling(list(entries.values()), len(buffer))
    return {name: entry.array(buffer) for name, entry in entries.items()}


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
    header: dict[str, Any] = {}
    if metadata:
        _require_texts(METADATA, *metadata, *metadata.values())
        header[METADATA] = dict(metadata)
    parts, end = [], 0
    for name, array in tensors.items():
        _require_texts("a name", name)
        if name == METADATA:
            raise ValueError(f"no array can be called {METADATA}")
        dtype = _dtype_name(name, array)
        parts.append(np.asarray(array, DTYPES[dtype]).tobytes())
        begin, end = end, end + len(parts[-1])
        header[name] = {"dtype": dtype, "shape": list(array.shape), "data_offsets": [begin, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % ALIGNMENT)
    return b"".join([len(text).to_bytes(8, "little"), text, *parts])


def load_file(filename: File) -> Arrays:
    """Read a file as ``load`` does.

    Args:
        filename: a path, or a file that is open for reading bytes; that is read from where it is to its end, and stays
            open.

    Raises:
        ValueError: as ``load``.
        OSError: if there is no such file.
    """
    if isinstance(filename, str | PathLike):
        with open(filename, "rb") as file:
            return load(file.read())
    return load(filename.read())


def save_file(tensors: Mapping[str, np.ndarray], filename: File, metadata: Mapping[str, str] | None = None) -> None:
    """Write a file as ``save`` does. If this raises a ValueError, nothing is written.

    Args:
        tensors, metadata: as for ``save``.
        filename: a path, or a file that is open for writing bytes; that is written from where it is, and stays open.

    Raises:
        ValueError: as ``save``.
        OSError: if it cannot be written.
    """
    data = save(tensors, metadata)
    if isinstance(filename, str | PathLike):
        with open(filename, "wb") as file:
            file.write(data)
    else:
        filename.write(data)


class _Entry:
    """What the header says of one array, as far as it can be true."""

    def __init__(self, name: str, entry: Any) -> None:
        if not isinstance(entry, dict) or not {"dtype", "shape", "data_offsets"} <= entry.keys():
            raise ValueError(f"the entry of {name!r} needs dtype, shape and data_offsets")
        self.name, self.dtype, self.shape = name, entry["dtype"], entry["shape"]
        if self.dtype not in [*DTYPES, "BF16"]:
            raise ValueError(f"{name!r} has the unknown dtype {self.dtype!r}")
        offsets = entry["data_offsets"]
        if not _are_sizes(self.shape) or not _are_sizes(offsets) or len(offsets) != 2:
            raise ValueError(f"{name!r} has the shape {self.shape} and the offsets {offsets}")
        self.begin, self.end = offsets
        length = math.prod(self.shape) * self.stored.itemsize  # of Python's integers, which do not overflow
        if self.end - self.begin != length:
            raise ValueError(f"{name!r} needs {length} bytes, but its offsets are {offsets}")

    @property
    def stored(self) -> np.dtype:
        return np.dtype(DTYPES.get(self.dtype, "<u2"))

    def array(self, buffer: bytes) -> np.ndarray:
        flat = np.frombuffer(buffer[self.begin : self.end], self.stored)
        if self.dtype == "BF16":
            flat = (flat.astype("u4") << 16).view("f4")
        return flat.reshape(self.shape).astype(flat.dtype.newbyteorder("="))


def _split(data: bytes) -> tuple[dict[str, Any], bytes]:
    """The header as an object, and the buffer."""
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or length > len(data) - 8:
        raise ValueError(f"the file has {len(data)} bytes, too few for its header")
    text = data[8 : 8 + length].decode("utf-8")  # a UnicodeDecodeError is a ValueError
    if not text.startswith("{"):
        raise ValueError("the header does not begin with {")
    try:
        header = json.loads(text, object_pairs_hook=_without_repeats)
    except RecursionError as error:
        raise ValueError("the header is nested too deeply") from error
    return header, data[8 + length :]


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError(f"a name occurs twice in the header, among {[name for name, _ in pairs]}")
    return found


def _are_sizes(values: Any) -> bool:
    return isinstance(values, list) and all(type(value) is int and 0 <= value < 2**63 for value in values)


def _require_tiling(entries: list[_Entry], length: int) -> None:
    """The arrays follow each other from the beginning of the buffer to its end."""
    place = 0
    for entry in sorted(entries, key=lambda entry: (entry.begin, entry.end)):
        if entry.begin != place:
            raise ValueError(f"{entry.name!r} begins at {entry.begin}, but the array before it ends at {place}")
        place = entry.end
    if place != length:
        raise ValueError(f"the buffer has {length} bytes, but the arrays end at {place}")


def _dtype_name(name: str, array: np.ndarray) -> str:
    plain = array.dtype.newbyteorder("=")
    for known, code in DTYPES.items():
        if plain == np.dtype(code):
            return known
    raise ValueError(f"{name!r} has the dtype {array.dtype}, which safetensors has not")


def _require_texts(what: str, *values: Any) -> None:
    for value in values:
        if not isinstance(value, str):
            raise ValueError(f"{what} has to be a text, not {value!r}")
