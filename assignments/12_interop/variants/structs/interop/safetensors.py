"""With struct, a memoryview and a cursor that walks over the buffer."""

import io
import json
import os
import struct

import numpy as np

SIZES = {
    "BOOL": ("bool", 1),
    "U8": ("uint8", 1),
    "I8": ("int8", 1),
    "U16": ("uint16", 2),
    "I16": ("int16", 2),
    "F16": ("float16", 2),
    "BF16": ("uint16", 2),
    "U32": ("uint32", 4),
    "I32": ("int32", 4),
    "F32": ("float32", 4),
    "U64": ("uint64", 8),
    "I64": ("int64", 8),
    "F64": ("float64", 8),
}
NAMES = {name: key for key, (name, _) in SIZES.items() if key != "BF16"}


def require(condition, problem):
    if not condition:
        raise ValueError(problem)


def pairs_once(pairs):
    keys = [key for key, _ in pairs]
    require(len(set(keys)) == len(keys), "a key occurs twice")
    return dict(pairs)


def is_count(value):
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 0x7FFFFFFFFFFFFFFF


def load(data):
    view = memoryview(data)
    try:
        (length,) = struct.unpack_from("<Q", view, 0)
    except struct.error as error:
        raise ValueError("no length") from error
    require(8 + length <= len(view), "the header is cut off")
    raw = bytes(view[8 : 8 + length])
    require(raw[:1] == b"{", "the header is no object")
    try:
        header = json.loads(str(raw, "utf-8"), object_pairs_hook=pairs_once)
    except RecursionError:
        raise ValueError("too deep") from None
    body = view[8 + length :]
    spans = []
    result = {}
    for name, entry in header.items():
        if name == "__metadata__":
            require(type(entry) is dict, "metadata")
            require(all(type(value) is str for value in entry.values()), "metadata")
            continue
        require(type(entry) is dict, name)
        for key in ("dtype", "shape", "data_offsets"):
            require(key in entry, f"{name} lacks {key}")
        require(type(entry["dtype"]) is str and entry["dtype"] in SIZES, f"dtype of {name}")
        shape, offsets = entry["shape"], entry["data_offsets"]
        require(type(shape) is list and all(map(is_count, shape)), f"shape of {name}")
        require(type(offsets) is list and len(offsets) == 2 and all(map(is_count, offsets)), f"offsets of {name}")
        numpy_name, size = SIZES[entry["dtype"]]
        count = size
        for extent in shape:
            count *= extent
        require(offsets[0] + count == offsets[1] <= len(body), f"length of {name}")
        spans.append(tuple(offsets))
        array = np.empty(shape, numpy_name)
        little = np.ndarray(array.size, np.dtype(numpy_name).newbyteorder("<"), bytes(body[offsets[0] : offsets[1]]))
        array.reshape(-1)[:] = little
        if entry["dtype"] == "BF16":
            wide = np.zeros((*shape, 1), np.uint32)
            wide[..., 0] = array
            array = (wide * np.uint32(65536)).view(np.float32)[..., 0].copy()
        result[name] = array
    spans.sort()
    for (_, end), (begin, _) in zip([(0, 0), *spans], [*spans, (len(body), len(body))], strict=True):
        require(end == begin, "the arrays do not fill the buffer")
    return result


def save(tensors, metadata=None):
    entries = []
    body = io.BytesIO()
    if metadata:
        for key, value in metadata.items():
            require(isinstance(key, str) and isinstance(value, str), "metadata")
        entries.append('"__metadata__":' + json.dumps(dict(metadata), ensure_ascii=False))
    for name, array in tensors.items():
        require(isinstance(name, str) and name != "__metadata__", f"the name {name!r}")
        key = NAMES.get(array.dtype.name)
        require(key is not None, f"{name} has dtype {array.dtype}")
        begin = body.tell()
        little = np.empty(array.shape, array.dtype.newbyteorder("<"))
        little[...] = array
        body.write(memoryview(little.reshape(-1).view(np.uint8)) if little.size else b"")
        entry = f'{{"data_offsets":[{begin},{body.tell()}],"dtype":"{key}","shape":{json.dumps(list(array.shape))}}}'
        entries.append(f"{json.dumps(name, ensure_ascii=False)}:{entry}")
    header = ("{" + ",".join(entries) + "}").encode("utf-8")
    header = header.ljust((len(header) + 7) // 8 * 8)
    return struct.pack(f"<Q{len(header)}s", len(header), header) + body.getvalue()


def load_file(filename):
    if hasattr(filename, "read"):
        return load(filename.read())
    with open(os.fspath(filename), "rb") as file:
        return load(file.read())


def save_file(tensors, filename, metadata=None):
    content = save(tensors, metadata)
    if hasattr(filename, "write"):
        filename.write(content)
        return
    with open(os.fspath(filename), "wb") as file:
        file.write(content)
