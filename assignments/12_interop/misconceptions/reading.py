"""What people believe about where the numbers of a file are, and what they mean."""

import json
import math
from os import PathLike

import numpy as np

from grader.assignment import misconception
from reference.interop.safetensors import (
    DTYPES,
    METADATA,
    _are_sizes,
    _Entry,
    _require_tiling,
    _split,
    _without_repeats,
    load,
)


@misconception(
    "interop.safetensors._split",
    hint="Which byte of the length comes first?",
    fails=(
        "Load/test_worked_example",
        "Load/test_checkpoints",
        "Load/test_refuses_lies",
        "Files/test_round_trip",
        "Load/test_dtypes",
        "Load/test_shapes",
        "Load/test_order_of_the_buffer",
        "Load/test_bfloat16",
        "Load/test_metadata",
        "Load/test_memory",
        "Load/test_refuses_truncated",
        "Load/test_refuses_offsets",
        "Load/test_refuses_lengths",
        "Load/test_refuses_kinds",
        "Load/test_refuses_headers",
        "Load/test_refuses_metadata",
        "Files/test_files",
        "Files/test_refuses",
    ),
    source="folklore",
)
def length_is_big_endian(data):
    """The length is written as people write numbers, the most significant byte first."""
    length = int.from_bytes(data[:8], "big")
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


@misconception(
    "interop.safetensors._Entry.array",
    hint="Where is byte 0 of the offsets?",
    fails=(
        "Load/test_worked_example",
        "Load/test_checkpoints",
        "Load/test_refuses_lies",
        "Files/test_round_trip",
        "Load/test_dtypes",
        "Load/test_shapes",
        "Load/test_order_of_the_buffer",
        "Load/test_bfloat16",
        "Load/test_metadata",
        "Load/test_memory",
        "Load/test_refuses_truncated",
        "Load/test_refuses_offsets",
        "Load/test_refuses_lengths",
        "Load/test_refuses_kinds",
        "Load/test_refuses_headers",
        "Load/test_refuses_metadata",
        "Files/test_files",
        "Files/test_refuses",
    ),
    source="folklore",
)
def offsets_count_from_the_beginning_of_the_file(self, buffer):
    """Offsets count from the beginning of the file, as in every archive."""
    flat = np.frombuffer(buffer[self.begin + 8 : self.end + 8], self.stored)
    if self.dtype == "BF16":
        flat = (flat.astype("u4") << 16).view("f4")
    return flat.reshape(self.shape).astype(flat.dtype.newbyteorder("="))


@misconception(
    "interop.safetensors._Entry.array",
    hint="Which two numbers of a row are neighbours in the file?",
    fails=(
        "Load/test_checkpoints",
        "Files/test_round_trip",
        "Load/test_dtypes",
        "Load/test_shapes",
        "Load/test_order_of_the_buffer",
        "Load/test_metadata",
        "Load/test_memory",
        "Load/test_refuses_truncated",
        "Load/test_refuses_offsets",
        "Load/test_refuses_lengths",
        "Load/test_refuses_kinds",
        "Load/test_refuses_headers",
        "Load/test_refuses_metadata",
        "Files/test_files",
        "Files/test_refuses",
    ),
    source="folklore",
)
def numbers_are_in_fortran_order(self, buffer):
    """The first size runs fastest."""
    flat = np.frombuffer(buffer[self.begin : self.end], self.stored)
    if self.dtype == "BF16":
        flat = (flat.astype("u4") << 16).view("f4")
    return flat.reshape(self.shape, order="F").astype(flat.dtype.newbyteorder("="))


@misconception(
    "interop.safetensors._Entry.array",
    hint="Which byte of 1.5 comes first in the worked example?",
    fails=(
        "Load/test_worked_example",
        "Load/test_checkpoints",
        "Load/test_refuses_lies",
        "Files/test_round_trip",
        "Load/test_dtypes",
        "Load/test_shapes",
        "Load/test_order_of_the_buffer",
        "Load/test_bfloat16",
        "Load/test_metadata",
        "Load/test_refuses_truncated",
        "Load/test_refuses_offsets",
        "Load/test_refuses_lengths",
        "Load/test_refuses_kinds",
        "Load/test_refuses_headers",
        "Load/test_refuses_metadata",
        "Files/test_files",
        "Files/test_refuses",
    ),
    source="folklore",
)
def numbers_are_big_endian(self, buffer):
    """Files have network byte order."""
    flat = np.frombuffer(buffer[self.begin : self.end], self.stored.newbyteorder(">"))
    if self.dtype == "BF16":
        flat = (flat.astype("u4") << 16).view("f4")
    return flat.reshape(self.shape).astype(flat.dtype.newbyteorder("="))


@misconception(
    "interop.safetensors._Entry.array",
    hint="What does the entry say beside shape and offsets?",
    fails=(
        "Load/test_checkpoints",
        "Files/test_round_trip",
        "Load/test_dtypes",
        "Load/test_order_of_the_buffer",
        "Load/test_metadata",
        "Load/test_refuses_truncated",
        "Load/test_refuses_offsets",
        "Load/test_refuses_lengths",
        "Load/test_refuses_kinds",
        "Load/test_refuses_headers",
        "Load/test_refuses_metadata",
        "Files/test_files",
        "Files/test_refuses",
    ),
    source="folklore",
)
def every_number_is_a_float(self, buffer):
    """Models are made of floats."""
    flat = np.frombuffer(buffer[self.begin : self.end], self.stored)
    if self.dtype == "BF16":
        flat = (flat.astype("u4") << 16).view("f4")
    return flat.reshape(self.shape).astype(np.float64 if flat.dtype.itemsize == 8 else np.float32)


@misconception(
    "interop.safetensors._Entry.array",
    hint="How many brackets does [] have around a number?",
    fails=("Load/test_checkpoints", "Load/test_shapes"),
    source="folklore",
)
def no_dimensions_mean_one(self, buffer):
    """An array without dimensions has one number, so its shape is (1,)."""
    flat = np.frombuffer(buffer[self.begin : self.end], self.stored)
    if self.dtype == "BF16":
        flat = (flat.astype("u4") << 16).view("f4")
    return flat.reshape(self.shape or [1]).astype(flat.dtype.newbyteorder("="))


@misconception(
    "interop.safetensors._Entry.array",
    hint="How many bits of each are the exponent?",
    fails=("Load/test_bfloat16",),
    source="folklore",
)
def bf16_is_float16(self, buffer):
    """BF16 is a float of 16 bits, as NumPy has one."""
    flat = np.frombuffer(buffer[self.begin : self.end], self.stored)
    if self.dtype == "BF16":
        flat = flat.view("<f2").astype("f4")
    return flat.reshape(self.shape).astype(flat.dtype.newbyteorder("="))


@misconception(
    "interop.safetensors._Entry.array",
    hint="What is 3FC0 as a number?",
    fails=("Load/test_bfloat16",),
    source="folklore",
)
def bf16_stays_integers(self, buffer):
    """NumPy has no bfloat16, so its bits are kept."""
    flat = np.frombuffer(buffer[self.begin : self.end], self.stored)
    if self.dtype == "none":
        flat = (flat.astype("u4") << 16).view("f4")
    return flat.reshape(self.shape).astype(flat.dtype.newbyteorder("="))


@misconception(
    "interop.safetensors._Entry.array",
    hint="Where in a float32 is the exponent?",
    fails=("Load/test_bfloat16",),
    source="folklore",
)
def bf16_is_the_lower_half(self, buffer):
    """A bfloat16 is the lower half of a float32."""
    flat = np.frombuffer(buffer[self.begin : self.end], self.stored)
    if self.dtype == "BF16":
        flat = flat.astype("u4").view("f4")
    return flat.reshape(self.shape).astype(flat.dtype.newbyteorder("="))


@misconception(
    "interop.safetensors._Entry.__init__",
    hint="Which float32 has the same value?",
    fails=("Load/test_bfloat16",),
    source="folklore",
)
def bf16_is_refused(self, name, entry):
    """What NumPy lacks cannot be read."""
    if not isinstance(entry, dict) or not {"dtype", "shape", "data_offsets"} <= entry.keys():
        raise ValueError(f"the entry of {name!r} needs dtype, shape and data_offsets")
    self.name, self.dtype, self.shape = name, entry["dtype"], entry["shape"]
    if self.dtype not in [*DTYPES]:
        raise ValueError(f"{name!r} has the unknown dtype {self.dtype!r}")
    offsets = entry["data_offsets"]
    if not _are_sizes(self.shape) or not _are_sizes(offsets) or len(offsets) != 2:
        raise ValueError(f"{name!r} has the shape {self.shape} and the offsets {offsets}")
    self.begin, self.end = offsets
    length = math.prod(self.shape) * self.stored.itemsize  # of Python's integers, which do not overflow
    if self.end - self.begin != length:
        raise ValueError(f"{name!r} needs {length} bytes, but its offsets are {offsets}")


@misconception(
    "interop.safetensors._Entry.array",
    hint="May the owner of the array write into it?",
    fails=("Load/test_memory",),
    source="folklore",
)
def arrays_are_views_of_the_file(self, buffer):
    """A view of the file saves memory."""
    flat = np.frombuffer(buffer[self.begin : self.end], self.stored)
    if self.dtype == "BF16":
        flat = (flat.astype("u4") << 16).view("f4")
    if self.dtype != "BF16":
        return flat.reshape(self.shape)
    return flat.reshape(self.shape).astype(flat.dtype.newbyteorder("="))


@misconception(
    "interop.safetensors._Entry.array",
    hint="What does the table of dtypes say of BOOL?",
    fails=(
        "Load/test_dtypes",
        "Load/test_memory",
        "Files/test_files",
    ),
    source="folklore",
)
def bool_is_a_byte(self, buffer):
    """A bool is stored as a byte, so it is one."""
    flat = np.frombuffer(buffer[self.begin : self.end], self.stored)
    if self.dtype == "BF16":
        flat = (flat.astype("u4") << 16).view("f4")
    return flat.reshape(self.shape) * np.uint8(1) if self.dtype == "BOOL" else flat.reshape(self.shape)


@misconception(
    "interop.load",
    hint="What are the offsets for?",
    fails=("Load/test_order_of_the_buffer",),
    source="folklore",
)
def arrays_lie_in_the_order_of_the_header(data):
    """Arrays follow each other in the order of the header."""
    header, buffer = _split(data)
    metadata = header.pop(METADATA, {})
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise ValueError(f"{METADATA} has to be an object of texts")
    place = 0
    entries = {name: _Entry(name, entry) for name, entry in header.items()}
    _require_tiling(list(entries.values()), len(buffer))
    for entry in entries.values():
        entry.begin, entry.end = place, place + entry.end - entry.begin
        place = entry.end
    return {name: entry.array(buffer) for name, entry in entries.items()}


@misconception(
    "interop.load",
    hint="In which order does the header have them?",
    fails=("Load/test_order_of_the_buffer",),
    source="folklore",
)
def names_come_sorted(data):
    """A dict has no order, so names come sorted."""
    header, buffer = _split(data)
    metadata = header.pop(METADATA, {})
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise ValueError(f"{METADATA} has to be an object of texts")
    entries = {name: _Entry(name, entry) for name, entry in header.items()}
    _require_tiling(list(entries.values()), len(buffer))
    return {name: entry.array(buffer) for name, entry in sorted(entries.items())}


@misconception(
    "interop.load",
    hint="How many names does the header have?",
    fails=("Load/test_shapes",),
    source="folklore",
)
def empty_arrays_are_left_out(data):
    """An array without numbers is nothing."""
    header, buffer = _split(data)
    metadata = header.pop(METADATA, {})
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise ValueError(f"{METADATA} has to be an object of texts")
    entries = {name: _Entry(name, entry) for name, entry in header.items()}
    _require_tiling(list(entries.values()), len(buffer))
    return {name: entry.array(buffer) for name, entry in entries.items() if entry.end > entry.begin}


@misconception(
    "interop.load",
    hint="What does __metadata__ hold?",
    fails=(
        "Load/test_checkpoints",
        "Load/test_metadata",
        "Load/test_refuses_metadata",
    ),
    source="folklore",
)
def metadata_are_an_array(data):
    """Every key of the header is an array."""
    header, buffer = _split(data)
    metadata = {}
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise ValueError(f"{METADATA} has to be an object of texts")
    entries = {name: _Entry(name, entry) for name, entry in header.items()}
    _require_tiling(list(entries.values()), len(buffer))
    return {name: entry.array(buffer) for name, entry in entries.items()}


@misconception(
    "interop.load",
    hint="Can a number begin at any byte?",
    fails=("Load/test_dtypes", "Files/test_files"),
    source="folklore",
)
def arrays_begin_at_multiples_of_their_size(data):
    """An array begins at a multiple of the size of its numbers."""
    header, buffer = _split(data)
    metadata = header.pop(METADATA, {})
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise ValueError(f"{METADATA} has to be an object of texts")
    entries = {name: _Entry(name, entry) for name, entry in header.items()}
    _require_tiling(list(entries.values()), len(buffer))
    for entry in entries.values():
        shift = -entry.begin % entry.stored.itemsize
        entry.begin, entry.end = entry.begin - shift, entry.end - shift
    return {
        name: entry.array(bytes(64) + buffer) if entry.begin < 0 else entry.array(buffer)
        for name, entry in entries.items()
    }


@misconception(
    "interop.load",
    hint="What is in the dict beside arrays?",
    fails=("Load/test_checkpoints", "Load/test_metadata"),
    source="folklore",
)
def metadata_are_a_result(data):
    """Metadata belong to what is loaded."""
    header, buffer = _split(data)
    metadata = header.pop(METADATA, {})
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise ValueError(f"{METADATA} has to be an object of texts")
    entries = {name: _Entry(name, entry) for name, entry in header.items()}
    _require_tiling(list(entries.values()), len(buffer))
    arrays = {name: entry.array(buffer) for name, entry in entries.items()}
    return arrays | ({METADATA: metadata} if metadata else {})


@misconception(
    "interop.safetensors._Entry.array",
    hint="What do the bits of NaN say, and those of the smallest number?",
    fails=("Load/test_bfloat16",),
    source="a reader of the handout",
)
def every_number_is_normal(self, buffer):
    """BF16 is (-1)^s 2^(e - 127) (1 + m / 128), but for 0."""
    flat = np.frombuffer(buffer[self.begin : self.end], self.stored)
    if self.dtype == "BF16":
        half = flat.astype(np.int64)
        value = (1.0 - 2.0 * (half >> 15)) * 2.0 ** ((half >> 7 & 255) - 127) * (1 + (half & 127) / 128)
        with np.errstate(over="ignore"):
            flat = np.where(half & 0x7FFF, value, 0).astype(np.float32)
    return flat.reshape(self.shape).astype(flat.dtype.newbyteorder("="))


@misconception(
    "interop.load_file",
    hint="What if something else comes first in the file?",
    fails=("Files/test_files",),
    source="a reader of the handout",
)
def a_file_is_read_from_its_beginning(filename):
    """A file begins at its beginning."""
    if isinstance(filename, str | PathLike):
        with open(filename, "rb") as file:
            return load(file.read())
    filename.seek(0)
    return load(filename.read())
