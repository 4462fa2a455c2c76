"""A file, byte by byte, and what can be wrong with its offsets."""

import json

import numpy as np

from grader.figures import Paper

SCALE = 9  # pixels of a byte of the buffer


def file(framework) -> Paper:
    """A safetensors file with two arrays

    One row of boxes: the length with 8 bytes, the header, and the buffer. The buffer is divided into array a, of 24
    bytes, and array b, of 16 bytes. Under the buffer stand the offsets 0, 24 and 40; under all of it what the header
    says of a and of b.
    """
    arrays = {"a": np.zeros((2, 3), np.float32), "b": np.zeros(2)}
    data = framework.interop.save(arrays)
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    paper = Paper(720, 150)
    paper.box(0, 30, 76, 40, "two wash", 4)
    paper.words(38, 55, f"{length}", "ink middle code")
    paper.words(38, 20, "8 bytes", "soft small middle")
    paper.box(80, 30, 250, 40, "three wash", 4)
    paper.words(205, 55, '{"a": ..., "b": ...}', "ink middle code")
    paper.words(205, 20, f"the header, {length} bytes", "soft small middle")
    for name, looks in (("a", "one wash"), ("b", "four wash")):
        begin, end = header[name]["data_offsets"]
        left = 334 + SCALE * begin
        paper.box(left, 30, SCALE * (end - begin) - 3, 40, looks, 4)
        paper.words(left + SCALE * (end - begin) / 2, 55, name, "ink middle code")
        paper.words(left, 88, f"{begin}", "soft small")
        said = f'"{name}": {json.dumps(header[name])}'
        paper.words(0, 116 if name == "a" else 138, said, "ink small code")
    paper.words(334 + SCALE * end - 3, 88, f"{end}", "soft small end")
    paper.words(334 + SCALE * end / 2, 20, "the buffer", "soft small middle")
    return paper


def broken(framework) -> Paper:
    """Buffers that are refused

    Four rows with the arrays a and b as boxes above the buffer as a line: a gap between the two, an overlap of the two,
    bytes at the end that belong to none, and an array that ends beyond the buffer.
    """
    paper = Paper(560, 210)
    rows = {
        "a gap": ((0, 16), (24, 40), 40),
        "an overlap": ((0, 24), (16, 40), 40),
        "a rest": ((0, 16), (16, 32), 40),
        "beyond the end": ((0, 16), (16, 40), 32),
    }
    for number, (name, (a, b, length)) in enumerate(rows.items()):
        y = 14 + 52 * number
        paper.words(0, y + 14, name, "ink strong")
        for (begin, end), looks, shift in ((a, "one wash", 0), (b, "four wash", 10)):
            paper.box(150 + SCALE * begin, y + shift, SCALE * (end - begin) - 2, 14, looks, 3)
        paper.path([(150, y + 32), (150 + SCALE * length, y + 32)], "ink")
        _require_refused(framework, a, b, length)
    return paper


def _require_refused(framework, a, b, length) -> None:
    """What is drawn as refused has to be."""
    entries = {n: {"dtype": "U8", "shape": [o[1] - o[0]], "data_offsets": list(o)} for n, o in (("a", a), ("b", b))}
    text = json.dumps(entries).encode()
    try:
        framework.interop.load(len(text).to_bytes(8, "little") + text + bytes(length))
    except ValueError:
        return
    raise AssertionError(f"{entries} is not refused")
