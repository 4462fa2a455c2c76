"""Files as checks need them: the entries of an .npz, with one changed, left out or of another kind."""

import io
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from grader.compare import Mismatch


def entries(content: bytes) -> dict[str, np.ndarray]:
    """The arrays of an .npz; none of them is pickled.

    Raises:
        Mismatch: if it is none, or has something pickled.
    """
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            return dict(arrays)
    except Exception as error:
        raise Mismatch("The file is no .npz without pickle.", f"np.load cannot read what save wrote: {error}") from None


def archive(arrays: dict[str, np.ndarray]) -> bytes:
    """The .npz of these arrays."""
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def foreign() -> Iterator[tuple[str, bytes]]:
    """Files that something else wrote, with what they are called."""
    array = io.BytesIO()
    np.save(array, np.arange(3.0))
    pickled = io.BytesIO()
    np.savez(pickled, format_version=np.array(1), x=np.array([{}], object))
    archived = io.BytesIO()
    with zipfile.ZipFile(archived, "w") as file:
        file.writestr("format_version.txt", "1")
    yield "an empty file", b""
    yield "a text", b"format_version: 1\n" * 20
    yield "an .npy of one array", array.getvalue()
    yield "an .npz of other arrays", archive({"x": np.arange(3.0), "weight": np.ones((2, 2))})
    yield "an .npz with a pickled object", pickled.getvalue()
    yield "a zip of a text", archived.getvalue()
    for version in (1.0, "1", [1, 1]):
        yield f"an .npz with the format_version {version!r}", archive({"format_version": np.array(version)})


def with_version(version: Any) -> Callable[[bytes], bytes]:
    """What gives a file another format version."""
    return lambda content: archive({**entries(content), "format_version": np.array(version)})


def damaged(content: bytes, rng: np.random.Generator) -> Iterator[tuple[str, bytes]]:
    """A file that lost its end, its beginning or an entry, or has another byte inside an array."""
    for share in (0.01, 0.3, 0.7, 0.95):
        yield f"a file of which the first {share:.0%} is left", content[: int(share * len(content))]
    yield "a file without its last byte", content[:-1]
    yield "a file without its beginning", content[30:]
    arrays = entries(content)
    largest = max(arrays, key=lambda name: arrays[name].nbytes)
    yield "a file without one of its arrays", archive({name: a for name, a in arrays.items() if name != largest})
    at = _inside(content, largest, rng)
    yield "a file with one other byte in an array", content[:at] + bytes([content[at] ^ 16]) + content[at + 1 :]


def _inside(content: bytes, name: str, rng: np.random.Generator) -> int:
    """A place among the bytes of an entry, which may be compressed; not in the head of an array that is not."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        entry = file.getinfo(f"{name}.npy")
    end_of_names = entry.header_offset + 30  # of the fixed part of a local header, which ends with two lengths
    lengths = np.frombuffer(content[end_of_names - 4 : end_of_names], "<u2")
    first = end_of_names + int(lengths.sum())
    return first + int(rng.integers(entry.compress_size // 2, entry.compress_size))
