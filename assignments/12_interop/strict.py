"""A strict reader and a plain writer of safetensors. It shares no line with the solution, and believes nothing."""

import json
import struct

import numpy as np

from grader.compare import Mismatch

CODES = {
    "BOOL": "?", "U8": "u1", "I8": "i1", "U16": "<u2", "I16": "<i2", "F16": "<f2", "U32": "<u4", "I32": "<i4",
    "F32": "<f4", "U64": "<u8", "I64": "<i8", "F64": "<f8",
}  # fmt: skip
NAMES = {np.dtype(code).newbyteorder("="): name for name, code in CODES.items()}


def refuse(what: str, detail: str) -> None:
    raise Mismatch("The file is no safetensors file. Which rule of the format does it break?", f"{what}: {detail}")


def read(data: bytes, what: str) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """The arrays and the metadata of a file that keeps every rule; the header is padded to a multiple of 8."""
    if type(data) is not bytes or len(data) < 8:
        refuse(what, "it has no 8 bytes that say how long its header is")
    [length] = struct.unpack("<Q", data[:8])
    if length > len(data) - 8 or length % 8:
        refuse(what, f"its header has {length} bytes, which are too many or no multiple of 8")
    header = parsed(data[8 : 8 + length], what)
    buffer, place, arrays = data[8 + length :], 0, {}
    metadata = header.pop("__metadata__", {})
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        if set(entry) != {"dtype", "shape", "data_offsets"} or entry["dtype"] not in CODES:
            refuse(what, f"the entry of {name} is {entry}")
        begin, end = entry["data_offsets"]
        count = int(np.prod(entry["shape"], dtype=object))
        dtype = np.dtype(CODES[entry["dtype"]])
        if begin != place or end - begin != count * dtype.itemsize or end > len(buffer):
            refuse(what, f"the entry of {name} is {entry}, and the arrays before it end at {place}")
        arrays[name] = np.frombuffer(buffer[begin:end], dtype).astype(dtype.newbyteorder("=")).reshape(entry["shape"])
        place = end
    if place != len(buffer):
        refuse(what, f"{len(buffer) - place} bytes at its end belong to no array")
    return {name: arrays[name] for name in header}, metadata


def parsed(text: bytes, what: str) -> dict:
    try:
        header = json.loads(text.decode("utf-8"))
    except ValueError as error:
        refuse(what, f"its header is no JSON in UTF-8 ({error})")
    if not text.startswith(b"{") or text.rstrip(b" ")[-1:] != b"}":
        refuse(what, "its header is not one object with spaces after it")
    return header


def write(entries: dict, buffer: bytes, padding: bytes = b"") -> bytes:
    """A file with this header, whatever it says."""
    return packed(json.dumps(entries, ensure_ascii=False).encode() + padding, buffer)


def packed(header: bytes, buffer: bytes) -> bytes:
    return struct.pack("<Q", len(header)) + header + buffer


def written(arrays: dict[str, np.ndarray], metadata: dict | None = None) -> bytes:
    """A right file of these arrays."""
    entries: dict = {"__metadata__": metadata} if metadata else {}
    buffer = b""
    for name, array in arrays.items():
        part = array.astype(array.dtype.newbyteorder("<")).tobytes()
        entries[name] = entry(NAMES[array.dtype], array.shape, len(buffer), len(buffer) + len(part))
        buffer += part
    return write(entries, buffer)


def entry(dtype: str, shape: tuple | list, begin: int, end: int) -> dict:
    return {"dtype": dtype, "shape": list(shape), "data_offsets": [begin, end]}
