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
    arrays: dict[str, np.ndarray] = {}
    tree = json.dumps(_described(object, arrays))
    archive = io.BytesIO()
    text = np.frombuffer(tree.encode(), np.uint8)
    np.savez(archive, format_version=np.array(FORMAT_VERSION), tree=text, **arrays)
    _write(path, archive.getvalue())


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
    content = path.read() if hasattr(path, "read") else Path(path).read_bytes()
    arrays = _arrays(content)
    version = arrays["format_version"].tolist()
    if version != FORMAT_VERSION:
        raise ValueError(f"the file has format version {version}, and this framework reads version {FORMAT_VERSION}")
    try:
        return _rebuilt(json.loads(arrays["tree"].tobytes()), arrays)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError("the file is damaged: it describes an object that cannot be") from error


def save_checkpoint(path: str | os.PathLike | BinaryIO, **parts: Any) -> None:
    """Save the states of everything that a training depends on.

    Args:
        path: as in ``save``.
        parts: by names of your choice, each a module, an optimizer, a scheduler or whatever else has ``state_dict``
            and ``load_state_dict``; or a ``np.random.Generator``.

    Raises:
        TypeError: naming the part that is neither. Nothing was written then.
    """
    save(path, {name: _state(name, part) for name, part in parts.items()})


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
    states = load(path)
    if not isinstance(states, dict) or set(states) != set(parts):
        found = sorted(states) if isinstance(states, dict) else type(states).__name__
        raise KeyError(f"the file has the parts {found}, and {sorted(parts)} are to be loaded")
    before = {name: copy.deepcopy(_state(name, part)) for name, part in parts.items()}
    try:
        for name, part in parts.items():
            _restore(part, states[name])
    except BaseException:
        for name, part in parts.items():
            _restore(part, before[name])
        raise


def _state(name: str, part: Any) -> Any:
    if isinstance(part, np.random.Generator):
        return part
    if not (hasattr(part, "state_dict") and hasattr(part, "load_state_dict")):
        raise TypeError(f"{name} is a {type(part).__name__}, which has no state_dict and is no generator")
    return part.state_dict()


def _restore(part: Any, state: Any) -> None:
    if isinstance(part, np.random.Generator):
        part.bit_generator.state = state.bit_generator.state
    else:
        part.load_state_dict(state)


def _described(value: Any, arrays: dict[str, np.ndarray]) -> Any:
    """The value in terms of JSON. Its arrays are added to the others, and named in it."""
    match value:
        case np.ndarray():
            return {"array": _added(value, arrays)}
        case np.generic():  # before float, as np.float64 is one
            return {"scalar": _added(value, arrays)}
        case None | bool() | int() | float() | str():
            return value
        case list():
            return {"list": [_described(item, arrays) for item in value]}
        case tuple():
            return {"tuple": [_described(item, arrays) for item in value]}
        case dict():
            return {"dict": [[_key(key), _described(item, arrays)] for key, item in value.items()]}
        case np.random.Generator():
            return {"generator": _described(value.bit_generator.state, arrays)}
    raise TypeError(f"a {type(value).__name__} cannot be saved")


def _added(value: Any, arrays: dict[str, np.ndarray]) -> str:
    if value.dtype.kind not in KINDS:
        raise TypeError(f"an array of dtype {value.dtype} cannot be saved")
    name = f"array_{len(arrays)}"
    arrays[name] = np.asarray(value)
    return name


def _key(key: Any) -> str | int:
    if type(key) not in (str, int):
        raise TypeError(f"a dict with a {type(key).__name__} as key cannot be saved")
    return key


def _rebuilt(tree: Any, arrays: dict[str, np.ndarray]) -> Any:
    if not isinstance(tree, dict):
        return tree
    [(kind, content)] = tree.items()
    match kind:
        case "array":
            return arrays[content]
        case "scalar":
            return arrays[content][()]
        case "dict":
            return {key: _rebuilt(item, arrays) for key, item in content}
        case "generator":
            return _generator(_rebuilt(content, arrays))
    return {"list": list, "tuple": tuple}[kind](_rebuilt(item, arrays) for item in content)


def _generator(state: dict[str, Any]) -> np.random.Generator:
    bits = GENERATORS[state["bit_generator"]]()
    bits.state = state
    return np.random.Generator(bits)


def _arrays(content: bytes) -> dict[str, np.ndarray]:
    """All arrays of a file. Reading all of them is what finds damage: the archive has a checksum for each."""
    try:
        arrays = dict(np.load(io.BytesIO(content), allow_pickle=False))
        if arrays["format_version"].shape == () and arrays["format_version"].dtype.kind in "iu":
            return arrays
    except Exception as cause:  # NumPy and zipfile raise a dozen kinds for bytes that are no archive
        raise ValueError("the file is incomplete or damaged, or no file that save wrote") from cause
    raise ValueError("the file is no file that save wrote: its format version is no integer")


def _write(path: str | os.PathLike | BinaryIO, content: bytes) -> None:
    if hasattr(path, "write"):
        path.write(content)
        return
    path = Path(path)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
