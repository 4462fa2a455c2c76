"""What people believe about writing a file."""

import json
from os import PathLike
from typing import Any

import numpy as np

from grader.assignment import misconception
from reference.interop.safetensors import ALIGNMENT, DTYPES, METADATA, _dtype_name, _require_texts, load, save


@misconception(
    "interop.save",
    hint="Where does the buffer begin?",
    fails=(
        "Files/test_files",
        "Save/test_worked_example",
        "Save/test_dtypes",
        "Save/test_shapes",
        "Save/test_layouts",
        "Save/test_names",
        "Save/test_alignment",
        "Save/test_refuses",
    ),
    source="folklore",
)
def header_is_not_padded(tensors, metadata=None):
    """The header is as long as it is."""
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
    return b"".join([len(text).to_bytes(8, "little"), text, *parts])


@misconception(
    "interop.save",
    hint="Are zeros JSON?",
    fails=(
        "Save/test_worked_example",
        "Files/test_round_trip",
        "Save/test_dtypes",
        "Save/test_shapes",
        "Save/test_layouts",
        "Save/test_names",
        "Save/test_alignment",
        "Save/test_refuses",
    ),
    source="folklore",
)
def padding_is_zeros(tensors, metadata=None):
    """Padding is zeros."""
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
    text += b"\0" * (-len(text) % ALIGNMENT)
    return b"".join([len(text).to_bytes(8, "little"), text, *parts])


@misconception(
    "interop.save",
    hint="What is the first byte of the header?",
    fails=(
        "Files/test_round_trip",
        "Save/test_dtypes",
        "Save/test_shapes",
        "Save/test_layouts",
        "Save/test_names",
        "Save/test_alignment",
        "Save/test_refuses",
    ),
    source="folklore",
)
def padding_comes_first(tensors, metadata=None):
    """Padding comes first."""
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
    text = b" " * (-len(text) % ALIGNMENT) + text
    return b"".join([len(text).to_bytes(8, "little"), text, *parts])


@misconception(
    "interop.save",
    hint="Where does a reader look for the buffer?",
    fails=(
        "Save/test_worked_example",
        "Files/test_round_trip",
        "Save/test_dtypes",
        "Save/test_shapes",
        "Save/test_layouts",
        "Save/test_names",
        "Save/test_alignment",
        "Save/test_refuses",
    ),
    source="folklore",
)
def padding_does_not_count(tensors, metadata=None):
    """The length is that of the JSON, without the padding."""
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
    padding = b" " * (-len(text) % ALIGNMENT)
    return b"".join([len(text).to_bytes(8, "little"), text, padding, *parts])


@misconception(
    "interop.save",
    hint="What does the length say modulo 8?",
    fails=(
        "Save/test_worked_example",
        "Save/test_dtypes",
        "Save/test_shapes",
        "Save/test_layouts",
        "Save/test_names",
        "Save/test_alignment",
        "Save/test_refuses",
        "Files/test_files",
    ),
    source="folklore",
)
def padding_includes_the_length(tensors, metadata=None):
    """The whole file up to the buffer is padded to 16."""
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
    text += b" " * (-len(text) % 16 + 4)
    return b"".join([len(text).to_bytes(8, "little"), text, *parts])


@misconception(
    "interop.save",
    hint="How many bytes does the length have?",
    fails=(
        "Save/test_worked_example",
        "Files/test_round_trip",
        "Save/test_dtypes",
        "Save/test_shapes",
        "Save/test_layouts",
        "Save/test_names",
        "Save/test_alignment",
        "Save/test_refuses",
        "Files/test_files",
    ),
    source="folklore",
)
def length_has_four_bytes(tensors, metadata=None):
    """A length of 32 bits is enough."""
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
    return b"".join([len(text).to_bytes(4, "little"), text, *parts])


@misconception(
    "interop.save",
    hint="Which byte of the length comes first?",
    fails=(
        "Save/test_worked_example",
        "Files/test_round_trip",
        "Save/test_dtypes",
        "Save/test_shapes",
        "Save/test_layouts",
        "Save/test_names",
        "Save/test_alignment",
        "Save/test_refuses",
        "Files/test_files",
    ),
    source="folklore",
)
def length_is_written_big_endian(tensors, metadata=None):
    """The most significant byte comes first."""
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
    return b"".join([len(text).to_bytes(8, "big"), text, *parts])


@misconception(
    "interop.save",
    hint="Where is byte 0 of the offsets?",
    fails=(
        "Save/test_worked_example",
        "Files/test_round_trip",
        "Save/test_dtypes",
        "Save/test_shapes",
        "Save/test_layouts",
        "Save/test_names",
        "Save/test_alignment",
        "Save/test_refuses",
        "Files/test_files",
    ),
    source="folklore",
)
def offsets_begin_after_the_header(tensors, metadata=None):
    """Offsets count from the beginning of the file."""
    header: dict[str, Any] = {}
    if metadata:
        _require_texts(METADATA, *metadata, *metadata.values())
        header[METADATA] = dict(metadata)
    parts, end = [], 8
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


@misconception(
    "interop.save",
    hint="What is the second offset?",
    fails=(
        "Save/test_dtypes",
        "Save/test_shapes",
        "Save/test_names",
        "Files/test_files",
    ),
    source="folklore",
)
def offsets_are_begin_and_length(tensors, metadata=None):
    """An array is told by its begin and its length."""
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
        header[name] = {"dtype": dtype, "shape": list(array.shape), "data_offsets": [begin, end - begin]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % ALIGNMENT)
    return b"".join([len(text).to_bytes(8, "little"), text, *parts])


@misconception(
    "interop.save",
    hint="What about an array in Fortran order?",
    fails=("Save/test_layouts",),
    source="folklore",
)
def memory_is_written_as_it_is(tensors, metadata=None):
    """tobytes gives the memory of an array."""
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
        parts.append(np.asarray(array, DTYPES[dtype]).tobytes("A"))
        begin, end = end, end + len(parts[-1])
        header[name] = {"dtype": dtype, "shape": list(array.shape), "data_offsets": [begin, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % ALIGNMENT)
    return b"".join([len(text).to_bytes(8, "little"), text, *parts])


@misconception(
    "interop.save",
    hint="What about an array of dtype >f8?",
    fails=("Save/test_layouts",),
    source="folklore",
)
def order_of_bytes_is_that_of_the_array(tensors, metadata=None):
    """An array is written with the bytes that it has."""
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
        parts.append(np.asarray(array).tobytes())
        begin, end = end, end + len(parts[-1])
        header[name] = {"dtype": dtype, "shape": list(array.shape), "data_offsets": [begin, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % ALIGNMENT)
    return b"".join([len(text).to_bytes(8, "little"), text, *parts])


@misconception(
    "interop.save",
    hint="Does a reader get back what was saved?",
    fails=(
        "Save/test_dtypes",
        "Save/test_layouts",
        "Files/test_files",
    ),
    source="folklore",
)
def everything_becomes_float32(tensors, metadata=None):
    """Models are saved in float32."""
    header: dict[str, Any] = {}
    if metadata:
        _require_texts(METADATA, *metadata, *metadata.values())
        header[METADATA] = dict(metadata)
    parts, end = [], 0
    for name, array in tensors.items():
        _require_texts("a name", name)
        if name == METADATA:
            raise ValueError(f"no array can be called {METADATA}")
        dtype = "F32" if np.asarray(array).dtype.kind == "f" else _dtype_name(name, array)
        parts.append(np.asarray(array, DTYPES[dtype]).tobytes())
        begin, end = end, end + len(parts[-1])
        header[name] = {"dtype": dtype, "shape": list(array.shape), "data_offsets": [begin, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % ALIGNMENT)
    return b"".join([len(text).to_bytes(8, "little"), text, *parts])


@misconception(
    "interop.save",
    hint="Does a reader get back what was saved?",
    fails=(
        "Save/test_dtypes",
        "Save/test_layouts",
        "Files/test_files",
    ),
    source="folklore",
)
def integers_become_int64(tensors, metadata=None):
    """Integers are int64."""
    header: dict[str, Any] = {}
    if metadata:
        _require_texts(METADATA, *metadata, *metadata.values())
        header[METADATA] = dict(metadata)
    parts, end = [], 0
    for name, array in tensors.items():
        _require_texts("a name", name)
        if name == METADATA:
            raise ValueError(f"no array can be called {METADATA}")
        dtype = "I64" if np.asarray(array).dtype.kind in "iu" else _dtype_name(name, array)
        parts.append(np.asarray(array, DTYPES[dtype]).tobytes())
        begin, end = end, end + len(parts[-1])
        header[name] = {"dtype": dtype, "shape": list(array.shape), "data_offsets": [begin, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % ALIGNMENT)
    return b"".join([len(text).to_bytes(8, "little"), text, *parts])


@misconception(
    "interop.save",
    hint="Does a reader get back what was saved?",
    fails=("Save/test_shapes",),
    source="folklore",
)
def scalars_are_vectors(tensors, metadata=None):
    """An array without dimensions is one of shape (1,)."""
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
        header[name] = {"dtype": dtype, "shape": list(array.shape) or [1], "data_offsets": [begin, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % ALIGNMENT)
    return b"".join([len(text).to_bytes(8, "little"), text, *parts])


@misconception(
    "interop.save",
    hint="Which names does a reader get?",
    fails=("Save/test_shapes",),
    source="folklore",
)
def empty_arrays_are_not_written(tensors, metadata=None):
    """An array without numbers need not be written."""
    header: dict[str, Any] = {}
    if metadata:
        _require_texts(METADATA, *metadata, *metadata.values())
        header[METADATA] = dict(metadata)
    parts, end = [], 0
    for name, array in tensors.items():
        _require_texts("a name", name)
        if array.size == 0:
            continue
        if name == METADATA:
            raise ValueError(f"no array can be called {METADATA}")
        dtype = _dtype_name(name, array)
        parts.append(np.asarray(array, DTYPES[dtype]).tobytes())
        begin, end = end, end + len(parts[-1])
        header[name] = {"dtype": dtype, "shape": list(array.shape), "data_offsets": [begin, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % ALIGNMENT)
    return b"".join([len(text).to_bytes(8, "little"), text, *parts])


@misconception(
    "interop.save",
    hint="Where do they stand in the header?",
    fails=(
        "Save/test_names",
        "Save/test_refuses",
        "Files/test_files",
    ),
    source="folklore",
)
def metadata_are_forgotten(tensors, metadata=None):
    """Metadata are not needed."""
    header: dict[str, Any] = {}
    if metadata and METADATA in tensors:
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


@misconception(
    "interop.save",
    hint="In which order are they in the dict?",
    fails=("Save/test_names",),
    source="folklore",
)
def names_are_written_sorted(tensors, metadata=None):
    """Names are sorted."""
    header: dict[str, Any] = {}
    if metadata:
        _require_texts(METADATA, *metadata, *metadata.values())
        header[METADATA] = dict(metadata)
    parts, end = [], 0
    for name, array in sorted(tensors.items()):
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


@misconception(
    "interop.save",
    hint="Which encoding does the format have?",
    fails=("Save/test_names",),
    source="folklore",
)
def names_are_latin_1(tensors, metadata=None):
    """Names are in the encoding of the West."""
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
    text = json.dumps(header, ensure_ascii=False).encode("latin-1", "replace")
    text += b" " * (-len(text) % ALIGNMENT)
    return b"".join([len(text).to_bytes(8, "little"), text, *parts])


@misconception(
    "interop.save",
    hint="Does a reader get back what was saved?",
    fails=("Save/test_refuses",),
    source="folklore",
)
def names_become_texts(tensors, metadata=None):
    """json makes a text of every key."""
    header: dict[str, Any] = {}
    if metadata:
        _require_texts(METADATA, *metadata, *metadata.values())
        header[METADATA] = dict(metadata)
    parts, end = [], 0
    for name, array in tensors.items():
        if name == METADATA:
            raise ValueError(f"no array can be called {METADATA}")
        dtype = _dtype_name(name, array)
        parts.append(np.asarray(array, DTYPES[dtype]).tobytes())
        begin, end = end, end + len(parts[-1])
        header[name] = {"dtype": dtype, "shape": list(array.shape), "data_offsets": [begin, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % ALIGNMENT)
    return b"".join([len(text).to_bytes(8, "little"), text, *parts])


@misconception(
    "interop.save",
    hint="What may be in metadata?",
    fails=("Save/test_refuses",),
    source="folklore",
)
def metadata_become_texts(tensors, metadata=None):
    """json writes numbers, too."""
    header: dict[str, Any] = {}
    if metadata:
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


@misconception(
    "interop.save",
    hint="What does __metadata__ mean in the header?",
    fails=("Save/test_refuses",),
    source="folklore",
)
def any_name_is_allowed(tensors, metadata=None):
    """Names are free."""
    header: dict[str, Any] = {}
    if metadata:
        _require_texts(METADATA, *metadata, *metadata.values())
        header[METADATA] = dict(metadata)
    parts, end = [], 0
    for name, array in tensors.items():
        _require_texts("a name", name)
        dtype = _dtype_name(name, array)
        parts.append(np.asarray(array, DTYPES[dtype]).tobytes())
        begin, end = end, end + len(parts[-1])
        header[name] = {"dtype": dtype, "shape": list(array.shape), "data_offsets": [begin, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % ALIGNMENT)
    return b"".join([len(text).to_bytes(8, "little"), text, *parts])


@misconception(
    "interop.save",
    hint="How does the worked example spell it?",
    fails=(
        "Save/test_worked_example",
        "Files/test_round_trip",
        "Save/test_dtypes",
        "Save/test_shapes",
        "Save/test_layouts",
        "Save/test_names",
        "Save/test_alignment",
        "Save/test_refuses",
        "Files/test_files",
    ),
    source="folklore",
)
def dtypes_are_lower_case(tensors, metadata=None):
    """Dtypes are called f32 and so on."""
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
        header[name] = {"dtype": dtype.lower(), "shape": list(array.shape), "data_offsets": [begin, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % ALIGNMENT)
    return b"".join([len(text).to_bytes(8, "little"), text, *parts])


@misconception(
    "interop.save",
    hint="Which keys does an entry have?",
    fails=(
        "Save/test_worked_example",
        "Files/test_round_trip",
        "Save/test_dtypes",
        "Save/test_shapes",
        "Save/test_layouts",
        "Save/test_names",
        "Save/test_alignment",
        "Save/test_refuses",
        "Files/test_files",
    ),
    source="folklore",
)
def lists_are_tuples_of_offsets(tensors, metadata=None):
    """The offsets are two keys."""
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
        header[name] = {"dtype": dtype, "shape": list(array.shape), "begin": begin, "end": end}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % ALIGNMENT)
    return b"".join([len(text).to_bytes(8, "little"), text, *parts])


@misconception(
    "interop.save",
    hint="Whose dict is it?",
    fails=(
        "Save/test_dtypes",
        "Save/test_shapes",
        "Save/test_names",
        "Save/test_inputs_stay",
        "Files/test_files",
    ),
    source="folklore",
)
def tensors_are_emptied(tensors, metadata=None):
    """What is written is not needed any more."""
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
    if isinstance(tensors, dict):
        tensors.clear()
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % ALIGNMENT)
    return b"".join([len(text).to_bytes(8, "little"), text, *parts])


@misconception(
    "interop.safetensors._dtype_name",
    hint="Does a reader get back what was saved?",
    fails=("Save/test_refuses", "Files/test_refuses"),
    source="folklore",
)
def complex_numbers_lose_a_part(name, array):
    """What the format lacks becomes the nearest that it has."""
    plain = array.dtype.newbyteorder("=")
    for known, code in DTYPES.items():
        if plain == np.dtype(code):
            return known
    return "F64"


@misconception(
    "interop.safetensors._dtype_name",
    hint="Does a reader get back what was saved?",
    fails=("Save/test_dtypes", "Files/test_files"),
    source="folklore",
)
def bools_are_bytes(name, array):
    """A bool is written as U8."""
    plain = array.dtype.newbyteorder("=")
    for known, code in DTYPES.items():
        if plain == np.dtype(code):
            return "U8" if known == "BOOL" else known
    raise ValueError(f"{name!r} has the dtype {array.dtype}, which safetensors has not")


@misconception(
    "interop.load_file",
    hint="What else does the docstring allow?",
    fails=(
        "Files/test_round_trip",
        "Files/test_files",
        "Files/test_refuses",
    ),
    source="folklore",
)
def a_filename_is_a_path(filename):
    """A filename is a path."""
    with open(filename, "rb") as file:
        return load(file.read())


@misconception(
    "interop.load_file",
    hint="Which error does the contract want?",
    fails=("Files/test_refuses",),
    source="folklore",
)
def broken_files_are_none(filename):
    """If a file is broken, nothing comes back."""
    if isinstance(filename, str | PathLike):
        with open(filename, "rb") as file:
            return load(file.read())
    try:
        return load(filename.read())
    except ValueError:
        return {}


@misconception(
    "interop.save_file",
    hint="What else does the docstring allow?",
    fails=("Files/test_round_trip", "Files/test_files"),
    source="folklore",
)
def a_filename_is_a_path_to_write(tensors, filename, metadata=None):
    """A filename is a path."""
    data = save(tensors, metadata)
    if True:
        with open(filename, "wb") as file:
            file.write(data)
    else:
        filename.write(data)


@misconception(
    "interop.save_file",
    hint="Which arguments does save_file have?",
    fails=("Files/test_files",),
    source="folklore",
)
def a_file_has_no_metadata(tensors, filename, metadata=None):
    """Metadata are for save alone."""
    data = save(tensors)
    if isinstance(filename, str | PathLike):
        with open(filename, "wb") as file:
            file.write(data)
    else:
        filename.write(data)


@misconception(
    "interop.save_file",
    hint="Who has opened it?",
    fails=("Files/test_round_trip", "Files/test_files"),
    source="folklore",
)
def the_file_is_closed(tensors, filename, metadata=None):
    """Whoever writes a file closes it."""
    data = save(tensors, metadata)
    if isinstance(filename, str | PathLike):
        with open(filename, "wb") as file:
            file.write(data)
    else:
        filename.write(data)
        filename.close()


@misconception(
    "interop.save_file",
    hint="What is in the file if the second array is refused?",
    fails=("Files/test_refuses",),
    source="folklore",
)
def arrays_are_written_one_by_one(tensors, filename, metadata=None):
    """Each array is written as soon as it is known."""
    if not isinstance(filename, str | PathLike):
        filename.write(b"")
    try:
        data = save(tensors, metadata)
    except ValueError:
        if not isinstance(filename, str | PathLike):
            filename.write(bytes(8))
        raise
    if isinstance(filename, str | PathLike):
        with open(filename, "wb") as file:
            file.write(data)
    else:
        filename.write(data)


@misconception(
    "interop.save_file",
    hint="What was in the file before?",
    fails=("Files/test_files",),
    source="a reader of the handout",
)
def a_file_is_written_from_its_beginning(tensors, filename, metadata=None):
    """A file begins at its beginning."""
    data = save(tensors, metadata)
    if isinstance(filename, str | PathLike):
        with open(filename, "wb") as file:
            file.write(data)
    else:
        filename.seek(0)
        filename.write(data)
