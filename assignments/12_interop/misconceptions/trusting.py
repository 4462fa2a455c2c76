"""What people believe about files that somebody else has written."""

import json
import math

from grader.assignment import misconception
from reference.interop.safetensors import (
    DTYPES,
    METADATA,
    _are_sizes,
    _Entry,
    _require_tiling,
    _split,
    _without_repeats,
)


@misconception(
    "interop.safetensors._require_tiling",
    hint="What do two programs see that write into one of them?",
    fails=("Load/test_refuses_offsets",),
    source="folklore",
)
def overlaps_are_allowed(entries, length):
    """Two arrays may share bytes."""
    place = 0
    for entry in sorted(entries, key=lambda entry: (entry.begin, entry.end)):
        if entry.begin > place:
            raise ValueError(f"{entry.name!r} begins at {entry.begin}, but the array before it ends at {place}")
        place = max(place, entry.end)
    if place != length:
        raise ValueError(f"the buffer has {length} bytes, but the arrays end at {place}")


@misconception(
    "interop.safetensors._require_tiling",
    hint="What could be hidden there?",
    fails=("Load/test_refuses_offsets",),
    source="folklore",
)
def gaps_are_allowed(entries, length):
    """Bytes between two arrays do no harm."""
    place = 0
    for entry in sorted(entries, key=lambda entry: (entry.begin, entry.end)):
        if entry.begin < place:
            raise ValueError(f"{entry.name!r} begins at {entry.begin}, but the array before it ends at {place}")
        place = entry.end
    if place != length:
        raise ValueError(f"the buffer has {length} bytes, but the arrays end at {place}")


@misconception(
    "interop.safetensors._require_tiling",
    hint="To which array do the last bytes belong?",
    fails=("Load/test_refuses_lies", "Load/test_refuses_truncated"),
    source="folklore",
)
def a_rest_is_allowed(entries, length):
    """Bytes at the end do no harm."""
    place = 0
    for entry in sorted(entries, key=lambda entry: (entry.begin, entry.end)):
        if entry.begin != place:
            raise ValueError(f"{entry.name!r} begins at {entry.begin}, but the array before it ends at {place}")
        place = entry.end
    if place > length:
        raise ValueError(f"the buffer has {length} bytes, but the arrays end at {place}")


@misconception(
    "interop.safetensors._require_tiling",
    hint="Can a gap and an overlap add up to nothing?",
    fails=("Load/test_refuses_offsets",),
    source="folklore",
)
def only_the_sum_counts(entries, length):
    """If the lengths add up to that of the buffer, the arrays fill it."""
    place = 0
    for entry in sorted(entries, key=lambda entry: (entry.begin, entry.end)):
        place += entry.end - entry.begin
    if place != length:
        raise ValueError(f"the buffer has {length} bytes, but the arrays end at {place}")


@misconception(
    "interop.safetensors._require_tiling",
    hint="What if an offset lies?",
    fails=(
        "Load/test_refuses_lies",
        "Load/test_refuses_truncated",
        "Load/test_refuses_offsets",
    ),
    source="folklore",
)
def offsets_are_believed(entries, length):
    """Who writes offsets knows them."""
    entries, length, place = [], 0, 0
    for entry in sorted(entries, key=lambda entry: (entry.begin, entry.end)):
        if entry.begin != place:
            raise ValueError(f"{entry.name!r} begins at {entry.begin}, but the array before it ends at {place}")
        place = entry.end
    if place != length:
        raise ValueError(f"the buffer has {length} bytes, but the arrays end at {place}")


@misconception(
    "interop.safetensors._require_tiling",
    hint="Where does the array before it end?",
    fails=("Load/test_refuses_offsets",),
    source="folklore",
)
def empty_arrays_may_be_anywhere(entries, length):
    """An empty array is nowhere, so its offsets do not matter."""
    place = 0
    for entry in sorted([e for e in entries if e.end > e.begin], key=lambda entry: (entry.begin, entry.end)):
        if entry.begin != place:
            raise ValueError(f"{entry.name!r} begins at {entry.begin}, but the array before it ends at {place}")
        place = entry.end
    if place != length:
        raise ValueError(f"the buffer has {length} bytes, but the arrays end at {place}")


@misconception(
    "interop.safetensors._Entry.__init__",
    hint="What is isinstance(True, int)?",
    fails=("Load/test_refuses_kinds",),
    source="folklore",
)
def true_is_a_size(self, name, entry):
    """isinstance(size, int) tells integers."""
    if not isinstance(entry, dict) or not {"dtype", "shape", "data_offsets"} <= entry.keys():
        raise ValueError(f"the entry of {name!r} needs dtype, shape and data_offsets")
    self.name, self.dtype, self.shape = name, entry["dtype"], entry["shape"]
    if self.dtype not in [*DTYPES, "BF16"]:
        raise ValueError(f"{name!r} has the unknown dtype {self.dtype!r}")
    offsets = entry["data_offsets"]
    if (
        not all(isinstance(v, list) and all(isinstance(n, int) and n >= 0 for n in v) for v in (self.shape, offsets))
        or len(offsets) != 2
    ):
        raise ValueError(f"{name!r} has the shape {self.shape} and the offsets {offsets}")
    self.begin, self.end = offsets
    length = math.prod(self.shape) * self.stored.itemsize  # of Python's integers, which do not overflow
    if self.end - self.begin != length:
        raise ValueError(f"{name!r} needs {length} bytes, but its offsets are {offsets}")


@misconception(
    "interop.safetensors._Entry.__init__",
    hint="Which kinds of number does the format have for sizes?",
    fails=("Load/test_refuses_kinds",),
    source="folklore",
)
def sizes_may_be_floats(self, name, entry):
    """8.0 is 8."""
    if not isinstance(entry, dict) or not {"dtype", "shape", "data_offsets"} <= entry.keys():
        raise ValueError(f"the entry of {name!r} needs dtype, shape and data_offsets")
    self.name, self.dtype, self.shape = name, entry["dtype"], entry["shape"]
    if self.dtype not in [*DTYPES, "BF16"]:
        raise ValueError(f"{name!r} has the unknown dtype {self.dtype!r}")
    offsets = entry["data_offsets"]
    self.shape = [int(n) if isinstance(n, float) else n for n in self.shape] if isinstance(self.shape, list) else None
    if not _are_sizes(self.shape) or not _are_sizes(offsets) or len(offsets) != 2:
        raise ValueError(f"{name!r} has the shape {self.shape} and the offsets {offsets}")
    self.begin, self.end = offsets
    length = math.prod(self.shape) * self.stored.itemsize  # of Python's integers, which do not overflow
    if self.end - self.begin != length:
        raise ValueError(f"{name!r} needs {length} bytes, but its offsets are {offsets}")


@misconception(
    "interop.safetensors._Entry.__init__",
    hint="Which kinds of number does the format have for sizes?",
    fails=("Load/test_refuses_kinds",),
    source="folklore",
)
def texts_may_be_sizes(self, name, entry):
    """int() makes a size of whatever it is."""
    if not isinstance(entry, dict) or not {"dtype", "shape", "data_offsets"} <= entry.keys():
        raise ValueError(f"the entry of {name!r} needs dtype, shape and data_offsets")
    self.name, self.dtype, self.shape = name, entry["dtype"], entry["shape"]
    if self.dtype not in [*DTYPES, "BF16"]:
        raise ValueError(f"{name!r} has the unknown dtype {self.dtype!r}")
    offsets = entry["data_offsets"]
    self.shape = [int(n) if isinstance(n, str) else n for n in self.shape] if isinstance(self.shape, list) else None
    if not _are_sizes(self.shape) or not _are_sizes(offsets) or len(offsets) != 2:
        raise ValueError(f"{name!r} has the shape {self.shape} and the offsets {offsets}")
    self.begin, self.end = offsets
    length = math.prod(self.shape) * self.stored.itemsize  # of Python's integers, which do not overflow
    if self.end - self.begin != length:
        raise ValueError(f"{name!r} needs {length} bytes, but its offsets are {offsets}")


@misconception(
    "interop.safetensors._Entry.__init__",
    hint="Can a size be below 0?",
    fails=("Load/test_refuses_kinds",),
    source="folklore",
)
def two_minuses_are_a_plus(self, name, entry):
    """Sizes that multiply to the right number are right."""
    if not isinstance(entry, dict) or not {"dtype", "shape", "data_offsets"} <= entry.keys():
        raise ValueError(f"the entry of {name!r} needs dtype, shape and data_offsets")
    self.name, self.dtype, self.shape = name, entry["dtype"], entry["shape"]
    if self.dtype not in [*DTYPES, "BF16"]:
        raise ValueError(f"{name!r} has the unknown dtype {self.dtype!r}")
    offsets = entry["data_offsets"]
    if isinstance(self.shape, list) and all(type(n) is int for n in self.shape):
        self.shape = [abs(n) for n in self.shape]
    if not _are_sizes(self.shape) or not _are_sizes(offsets) or len(offsets) != 2:
        raise ValueError(f"{name!r} has the shape {self.shape} and the offsets {offsets}")
    self.begin, self.end = offsets
    length = math.prod(self.shape) * self.stored.itemsize  # of Python's integers, which do not overflow
    if self.end - self.begin != length:
        raise ValueError(f"{name!r} needs {length} bytes, but its offsets are {offsets}")


@misconception(
    "interop.safetensors._Entry.__init__",
    hint="How many offsets are there?",
    fails=("Load/test_refuses_kinds",),
    source="folklore",
)
def offsets_after_the_second_are_ignored(self, name, entry):
    """Offsets are the first two numbers."""
    if not isinstance(entry, dict) or not {"dtype", "shape", "data_offsets"} <= entry.keys():
        raise ValueError(f"the entry of {name!r} needs dtype, shape and data_offsets")
    self.name, self.dtype, self.shape = name, entry["dtype"], entry["shape"]
    if self.dtype not in [*DTYPES, "BF16"]:
        raise ValueError(f"{name!r} has the unknown dtype {self.dtype!r}")
    offsets = entry["data_offsets"][:2] if isinstance(entry["data_offsets"], list) else None
    if not _are_sizes(self.shape) or not _are_sizes(offsets) or len(offsets) != 2:
        raise ValueError(f"{name!r} has the shape {self.shape} and the offsets {offsets}")
    self.begin, self.end = offsets
    length = math.prod(self.shape) * self.stored.itemsize  # of Python's integers, which do not overflow
    if self.end - self.begin != length:
        raise ValueError(f"{name!r} needs {length} bytes, but its offsets are {offsets}")


@misconception(
    "interop.safetensors._Entry.__init__",
    hint="Which error does the contract want for a broken file?",
    fails=("Load/test_refuses_kinds",),
    source="folklore",
)
def missing_keys_are_key_errors(self, name, entry):
    """A key that is missing is a KeyError."""
    if not isinstance(entry, dict):
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


@misconception(
    "interop.safetensors._Entry.__init__",
    hint="Which error does the contract want for a broken file?",
    fails=("Load/test_refuses_kinds",),
    source="folklore",
)
def unknown_dtypes_are_key_errors(self, name, entry):
    """A dtype that is not in the table is a KeyError."""
    if not isinstance(entry, dict) or not {"dtype", "shape", "data_offsets"} <= entry.keys():
        raise ValueError(f"the entry of {name!r} needs dtype, shape and data_offsets")
    self.name, self.dtype, self.shape = name, entry["dtype"], entry["shape"]
    if self.dtype != "BF16":
        DTYPES[self.dtype]
    offsets = entry["data_offsets"]
    if not _are_sizes(self.shape) or not _are_sizes(offsets) or len(offsets) != 2:
        raise ValueError(f"{name!r} has the shape {self.shape} and the offsets {offsets}")
    self.begin, self.end = offsets
    length = math.prod(self.shape) * self.stored.itemsize  # of Python's integers, which do not overflow
    if self.end - self.begin != length:
        raise ValueError(f"{name!r} needs {length} bytes, but its offsets are {offsets}")


@misconception(
    "interop.safetensors._Entry.__init__",
    hint="Which names does the format have?",
    fails=("Load/test_refuses_kinds",),
    source="folklore",
)
def names_of_numpy_are_dtypes(self, name, entry):
    """np.dtype knows every name of a dtype."""
    if not isinstance(entry, dict) or not {"dtype", "shape", "data_offsets"} <= entry.keys():
        raise ValueError(f"the entry of {name!r} needs dtype, shape and data_offsets")
    self.name, self.dtype, self.shape = name, entry["dtype"], entry["shape"]
    if self.dtype in ("u8", "|u1", "F"):
        self.dtype = "U8"
    if self.dtype not in [*DTYPES, "BF16"]:
        raise ValueError(f"{name!r} has the unknown dtype {self.dtype!r}")
    offsets = entry["data_offsets"]
    if not _are_sizes(self.shape) or not _are_sizes(offsets) or len(offsets) != 2:
        raise ValueError(f"{name!r} has the shape {self.shape} and the offsets {offsets}")
    self.begin, self.end = offsets
    length = math.prod(self.shape) * self.stored.itemsize  # of Python's integers, which do not overflow
    if self.end - self.begin != length:
        raise ValueError(f"{name!r} needs {length} bytes, but its offsets are {offsets}")


@misconception(
    "interop.safetensors._Entry.__init__",
    hint="Which keys does an entry need?",
    fails=("Load/test_refuses_kinds",),
    source="folklore",
)
def a_missing_shape_is_a_vector(self, name, entry):
    """Without a shape, an array has one dimension."""
    if isinstance(entry, dict) and entry.keys() == {"dtype", "data_offsets"}:
        entry = entry | {"shape": [8]}
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


@misconception(
    "interop.safetensors._Entry.__init__",
    hint="Which kind of value is an entry?",
    fails=("Load/test_refuses_kinds",),
    source="folklore",
)
def entries_that_are_none_are_left_out(self, name, entry):
    """null means that there is no array."""
    if entry is None:
        entry = {"dtype": "U8", "shape": [8], "data_offsets": [0, 8]}
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


@misconception(
    "interop.safetensors._split",
    hint="What if it is longer than the file?",
    fails=("Load/test_refuses_truncated",),
    source="folklore",
)
def length_is_believed(data):
    """The length of the header is right."""
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8:
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
    "interop.safetensors._split",
    hint="How does the reader know that a file is whole?",
    fails=("Load/test_refuses_lies", "Load/test_refuses_truncated"),
    source="folklore",
)
def short_files_are_empty(data):
    """A file that is too short has no arrays."""
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or length > len(data) - 8:
        return {}, b""
    text = data[8 : 8 + length].decode("utf-8")  # a UnicodeDecodeError is a ValueError
    if not text.startswith("{"):
        raise ValueError("the header does not begin with {")
    try:
        header = json.loads(text, object_pairs_hook=_without_repeats)
    except RecursionError as error:
        raise ValueError("the header is nested too deeply") from error
    return header, data[8 + length :]


@misconception(
    "interop.safetensors._split",
    hint="Which of two readers is right if one takes the first?",
    fails=("Load/test_refuses_headers",),
    source="folklore",
)
def names_may_repeat(data):
    """The last of two entries counts, as in Python."""
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or length > len(data) - 8:
        raise ValueError(f"the file has {len(data)} bytes, too few for its header")
    text = data[8 : 8 + length].decode("utf-8")  # a UnicodeDecodeError is a ValueError
    if not text.startswith("{"):
        raise ValueError("the header does not begin with {")
    try:
        header = json.loads(text)
    except RecursionError as error:
        raise ValueError("the header is nested too deeply") from error
    return header, data[8 + length :]


@misconception(
    "interop.safetensors._split",
    hint="Which encodings does the format allow?",
    fails=("Load/test_refuses_headers",),
    source="folklore",
)
def encoding_is_guessed(data):
    """json.loads takes bytes, and knows their encoding."""
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or length > len(data) - 8:
        raise ValueError(f"the file has {len(data)} bytes, too few for its header")
    text = data[8 : 8 + length]  # a UnicodeDecodeError is a ValueError
    if not text.startswith(b"{"):
        raise ValueError("the header does not begin with {")
    try:
        header = json.loads(text, object_pairs_hook=_without_repeats)
    except RecursionError as error:
        raise ValueError("the header is nested too deeply") from error
    return header, data[8 + length :]


@misconception(
    "interop.safetensors._split",
    hint="What may a reader do with a name that it cannot read?",
    fails=("Load/test_refuses_headers",),
    source="folklore",
)
def bad_bytes_are_replaced(data):
    """A byte that is no UTF-8 is replaced by a question mark."""
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or length > len(data) - 8:
        raise ValueError(f"the file has {len(data)} bytes, too few for its header")
    text = data[8 : 8 + length].decode("utf-8", "replace")  # a UnicodeDecodeError is a ValueError
    if not text.startswith("{"):
        raise ValueError("the header does not begin with {")
    try:
        header = json.loads(text, object_pairs_hook=_without_repeats)
    except RecursionError as error:
        raise ValueError("the header is nested too deeply") from error
    return header, data[8 + length :]


@misconception(
    "interop.safetensors._split",
    hint="What are ED A0 80 in UTF-8?",
    fails=("Load/test_refuses_headers",),
    source="folklore",
)
def surrogates_pass(data):
    """Every code point can be encoded."""
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or length > len(data) - 8:
        raise ValueError(f"the file has {len(data)} bytes, too few for its header")
    text = data[8 : 8 + length].decode("utf-8", "surrogatepass")  # a UnicodeDecodeError is a ValueError
    if not text.startswith("{"):
        raise ValueError("the header does not begin with {")
    try:
        header = json.loads(text, object_pairs_hook=_without_repeats)
    except RecursionError as error:
        raise ValueError("the header is nested too deeply") from error
    return header, data[8 + length :]


@misconception(
    "interop.safetensors._split",
    hint="Which encodings does the format allow?",
    fails=("Load/test_refuses_headers",),
    source="folklore",
)
def latin_1_if_not_utf_8(data):
    """What is no UTF-8 is Latin-1."""
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or length > len(data) - 8:
        raise ValueError(f"the file has {len(data)} bytes, too few for its header")
    try:
        text = data[8 : 8 + length].decode("utf-8")
    except UnicodeDecodeError:
        text = data[8 : 8 + length].decode("latin-1")
    if not text.startswith("{"):
        raise ValueError("the header does not begin with {")
    try:
        header = json.loads(text, object_pairs_hook=_without_repeats)
    except RecursionError as error:
        raise ValueError("the header is nested too deeply") from error
    return header, data[8 + length :]


@misconception(
    "interop.safetensors._split",
    hint="What is the first byte of the header?",
    fails=("Load/test_refuses_headers",),
    source="folklore",
)
def a_mark_of_the_encoding_is_skipped(data):
    """UTF-8 files may begin with EF BB BF."""
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or length > len(data) - 8:
        raise ValueError(f"the file has {len(data)} bytes, too few for its header")
    text = data[8 : 8 + length].decode("utf-8-sig")  # a UnicodeDecodeError is a ValueError
    if not text.startswith("{"):
        raise ValueError("the header does not begin with {")
    try:
        header = json.loads(text, object_pairs_hook=_without_repeats)
    except RecursionError as error:
        raise ValueError("the header is nested too deeply") from error
    return header, data[8 + length :]


@misconception(
    "interop.safetensors._split",
    hint="What is the first byte of the header?",
    fails=("Load/test_refuses_headers",),
    source="folklore",
)
def white_space_may_come_first(data):
    """JSON allows white space around it."""
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or length > len(data) - 8:
        raise ValueError(f"the file has {len(data)} bytes, too few for its header")
    text = data[8 : 8 + length].decode("utf-8")  # a UnicodeDecodeError is a ValueError
    if not text.lstrip().startswith("{"):
        raise ValueError("the header does not begin with {")
    try:
        header = json.loads(text, object_pairs_hook=_without_repeats)
    except RecursionError as error:
        raise ValueError("the header is nested too deeply") from error
    return header, data[8 + length :]


@misconception(
    "interop.safetensors._split",
    hint="Which kind of JSON is it?",
    fails=("Load/test_refuses_headers",),
    source="folklore",
)
def any_json_is_a_header(data):
    """A header is JSON."""
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or length > len(data) - 8:
        raise ValueError(f"the file has {len(data)} bytes, too few for its header")
    text = data[8 : 8 + length].decode("utf-8")  # a UnicodeDecodeError is a ValueError
    try:
        header = json.loads(text, object_pairs_hook=_without_repeats)
    except RecursionError as error:
        raise ValueError("the header is nested too deeply") from error
    header = header if isinstance(header, dict) else {}
    return header, data[8 + length :]


@misconception(
    "interop.safetensors._split",
    hint="Which error does the contract want for a broken file?",
    fails=("Load/test_refuses_headers",),
    source="folklore",
)
def depth_is_a_recursion_error(data):
    """Python says that it is too deep."""
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or length > len(data) - 8:
        raise ValueError(f"the file has {len(data)} bytes, too few for its header")
    text = data[8 : 8 + length].decode("utf-8")  # a UnicodeDecodeError is a ValueError
    if not text.startswith("{"):
        raise ValueError("the header does not begin with {")
    try:
        header = json.loads(text, object_pairs_hook=_without_repeats)
    except ZeroDivisionError as error:
        raise ValueError("the header is nested too deeply") from error
    return header, data[8 + length :]


@misconception(
    "interop.safetensors._split",
    hint="What may stand after the closing bracket?",
    fails=("Load/test_refuses_headers",),
    source="folklore",
)
def a_rest_after_the_object_is_ignored(data):
    """What comes after the object is padding."""
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or length > len(data) - 8:
        raise ValueError(f"the file has {len(data)} bytes, too few for its header")
    text = data[8 : 8 + length].decode("utf-8")  # a UnicodeDecodeError is a ValueError
    if not text.startswith("{"):
        raise ValueError("the header does not begin with {")
    try:
        header = json.JSONDecoder(object_pairs_hook=_without_repeats).raw_decode(text)[0]
    except RecursionError as error:
        raise ValueError("the header is nested too deeply") from error
    return header, data[8 + length :]


@misconception(
    "interop.safetensors._without_repeats",
    hint='What if an entry has the key "shape" twice?',
    fails=("Load/test_refuses_headers",),
    source="folklore",
)
def repeats_count_among_names_alone(pairs):
    """Only names of arrays may not repeat."""
    found = dict(pairs)
    if len(found) < len(pairs) and "dtype" not in found:
        raise ValueError(f"a name occurs twice in the header, among {[name for name, _ in pairs]}")
    return found


@misconception(
    "interop.load",
    hint="What may be in them?",
    fails=("Load/test_refuses_metadata",),
    source="folklore",
)
def metadata_are_not_looked_at(data):
    """Metadata are for people, so they are not checked."""
    header, buffer = _split(data)
    header.pop(METADATA, {})
    entries = {name: _Entry(name, entry) for name, entry in header.items()}
    _require_tiling(list(entries.values()), len(buffer))
    return {name: entry.array(buffer) for name, entry in entries.items()}


@misconception(
    "interop.load",
    hint="What may be in them?",
    fails=("Load/test_refuses_metadata",),
    source="folklore",
)
def metadata_are_any_object(data):
    """Metadata are an object of anything."""
    header, buffer = _split(data)
    metadata = header.pop(METADATA, {})
    if not isinstance(metadata, dict):
        raise ValueError(f"{METADATA} has to be an object of texts")
    entries = {name: _Entry(name, entry) for name, entry in header.items()}
    _require_tiling(list(entries.values()), len(buffer))
    return {name: entry.array(buffer) for name, entry in entries.items()}


@misconception(
    "interop.safetensors._without_repeats",
    hint="Which of the two does another program read?",
    fails=("Load/test_refuses_headers",),
    source="a reader of the handout",
)
def metadata_may_come_twice(pairs):
    """Metadata are no array, so they may come twice."""
    names = [name for name, _ in pairs if name != METADATA]
    if len(set(names)) < len(names):
        raise ValueError(f"a name occurs twice in the header, among {names}")
    return dict(pairs)


@misconception(
    "interop.safetensors._require_tiling",
    hint="Where does an array without numbers end?",
    fails=("Load/test_order_of_the_buffer",),
    source="a reader of the handout",
)
def begins_alone_are_sorted(entries, length):
    """Two arrays never begin at one place."""
    place = 0
    for entry in sorted(entries, key=lambda entry: entry.begin):
        if entry.begin != place:
            raise ValueError(f"{entry.name!r} begins at {entry.begin}, but the array before it ends at {place}")
        place = entry.end
    if place != length:
        raise ValueError(f"the buffer has {length} bytes, but the arrays end at {place}")


@misconception(
    "interop.safetensors._split",
    hint="Which byte may follow the header's last brace?",
    fails=("Load/test_refuses_headers",),
    source="a reader of the handout",
)
def zeros_are_padding(data):
    """A header is padded with spaces or zeros."""
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or length > len(data) - 8:
        raise ValueError(f"the file has {len(data)} bytes, too few for its header")
    text = data[8 : 8 + length].rstrip(b" \0").decode("utf-8")
    if not text.startswith("{"):
        raise ValueError("the header does not begin with {")
    try:
        header = json.loads(text, object_pairs_hook=_without_repeats)
    except RecursionError as error:
        raise ValueError("the header is nested too deeply") from error
    return header, data[8 + length :]
