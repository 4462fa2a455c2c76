"""The examples of 12: a file, its bytes, and a sentence of two tokens."""

from collections.abc import Iterator

import numpy as np

from reference import interop
from tests.handouts.writing import n, row


def interop_example() -> Iterator[str]:
    header = '{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}'
    array = np.array([1.5, -2.0], np.float32)
    size, numbers = len(header).to_bytes(8, "little"), array.tobytes()
    assert (interop.load(size + header.encode() + numbers)["x"] == array).all()
    saved = interop.save({"x": array})
    yield f'`{{"x": np.array([1.5, -2.0], np.float32)}}`. The header, without spaces, has {len(header)} bytes.'
    yield f"{hexadecimal(size)} {header} {hexadecimal(numbers[:4])} {hexadecimal(numbers[4:])}"
    patterns = [f"{bits:08X}" for bits in array.view(np.uint32)]
    yield f"{size[0]:x} is {len(header)}. 1.5 is {patterns[0]} as a float32, and -2 is {patterns[1]}."
    assert saved[0] % 8 == 0
    padded = -(-len(header) // 8) * 8
    assert padded - len(header) == len("  ")
    yield f"pads to a multiple of 8: there {padded:x}, which is {padded}, comes first, and two spaces follow"
    needed = 3 * array.itemsize
    yield f"With `[3]` for `[2]`, three numbers would need {needed} bytes, but the offsets give {len(numbers)}"
    half = np.array([0x3FC0], np.uint32) << 16
    yield f"The bytes C0 3F are 3FC0, the upper half of {half[0]:X}: {n(half.view(np.float32))}."
    yield from renamed()
    yield from means()


def hexadecimal(content: bytes) -> str:
    return content.hex(" ").upper()


def renamed() -> Iterator[str]:
    rules = [(r"model\.(\d+)\.w", r"layers.\1.weight"), (r"model\.1\..*", None), ("w", "weight")]
    found = interop.rename({name: np.zeros(1) for name in ("model.1.w", "model.1.b", "w", "ww")}, rules)
    assert list(found) == ["layers.1.weight", "weight", "ww"]
    yield r"rules `model\.(\d+)\.w` → `layers.\1.weight`, `model\.1\..*` → None, `w` → `weight`:"
    yield "model.1.w → layers.1.weight the first rule counts model.1.b → left out"


def means() -> Iterator[str]:
    yield f"for L = 2 and the gradient (3, 4) of the mean, each of both times gets ({row(np.array([3, 4]) / 2)})."
    mean = np.mean([[1, 3], [5, 5]], axis=0)
    length = np.linalg.norm(mean)
    yield f"h = (1, 3) and (5, 5), and one of padding: m = ({row(mean)}), |m| = {n(length)}, y = ({row(mean / length)})"
