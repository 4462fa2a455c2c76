"""Public checks of assignment 12: run them on your own machine with `pytest`.

Files and numbers are those of the handout, or were recorded with PyTorch. The hidden checks ask the same of other
arrays, names, sizes and damaged files.
"""

import json
import struct

import numpy as np

from grader.checks import Tolerance, compare, raises, weight

# Both sides round, and add up in orders of their own: 4e-15 in float64 and 4e-6 in float32 is what is found.
RECORDED = {"float64": Tolerance(0.0, 0.0, absolute=1e-10), "float32": Tolerance(0.0, 0.0, absolute=1e-5)}
HEADER = b'{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}'
FILE = struct.pack("<Q", len(HEADER)) + HEADER + struct.pack("<2f", 1.5, -2.0)


def cast(state, dtype):
    return {name: array.astype(dtype) if array.dtype.kind == "f" else array for name, array in state.items()}


def begin_with(start, arrays):
    """Those whose names begin so, without the beginning."""
    return {name.removeprefix(start): array for name, array in arrays.items() if name.startswith(start)}


def compare_recorded(student, data, name, *more):
    """Compare logits, and the state after one step, with what PyTorch gave."""
    answers = data(f"{name}.npz")
    for dtype, tolerance in RECORDED.items():
        model = student.call(f"interop.{name}_from_torch", cast(begin_with("before.", answers), dtype), *more)
        x = cast(answers, dtype)["input"]
        model.eval()
        compare(model.forward(x), answers[f"logits.{dtype}"], f"the logits of {name}, {dtype}", tolerance)
        student.inside.step(model, x, answers["target"], name == "gpt")
        after = student.call(f"interop.{name}_to_torch", model)
        expected = begin_with(f"after.{dtype}.", answers)
        compare(sorted(after), sorted(expected), f"the names of {name}_to_torch(model)")
        for key, array in expected.items():
            if not key.endswith("num_batches_tracked"):
                found = after[key].astype(dtype) if ".running_" in key else after[key]  # buffers may stay float64
                compare(found, array, f"{key} after a step, {dtype}", tolerance)


class TestLoad:
    @weight(1)
    def test_worked_example(self, student):
        """The file of the handout has one array."""
        found = student.interop.load(FILE)
        compare(sorted(found), ["x"], "the names")
        compare(found["x"], np.array([1.5, -2.0], np.float32), "x")

    @weight(1)
    def test_checkpoints(self, student, data):
        """The checkpoints that PyTorch's users wrote have the arrays that they should."""
        for name in ("mlp", "cnn", "lstm", "gpt"):
            found, expected = student.interop.load(data(f"{name}.safetensors")), data(f"{name}.npz")
            expected = begin_with("before.", expected)
            compare(sorted(found), sorted(expected), f"the names in {name}.safetensors")
            for key, array in expected.items():
                compare(found[key], array, f"{key} of {name}.safetensors")

    @weight(1)
    def test_refuses_lies(self, student):
        """A file that is too short, or whose offsets do not fit its shape, is a ValueError."""
        compare(student.interop.load(FILE)["x"], np.array([1.5, -2.0], np.float32), "x")
        for wrong in (
            FILE[:-1],
            FILE[:20],
            FILE + b"\0",
            FILE.replace(b"[2]", b"[3]"),
            FILE.replace(b'"F32"', b'"F64"'),
        ):
            with raises(ValueError, doing=f"load({wrong})"):
                student.interop.load(wrong)


class TestSave:
    @weight(1)
    def test_worked_example(self, student):
        """A file has the length of its header, the header, and the numbers."""
        data = student.interop.save({"x": np.array([1.5, -2.0], np.float32)})
        [length] = struct.unpack("<Q", data[:8])
        entry = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}
        compare(length % 8, 0, "the length of the header, modulo 8")
        header = json.loads(data[8 : 8 + length])
        compare(list(header), ["x"], "the names in the header")
        compare({key: header["x"].get(key) for key in entry}, entry, "the entry of x")  # their order is free
        compare(data[8 + length :], FILE[-8:], "the buffer")


class TestFiles:
    @weight(0.5)
    def test_round_trip(self, student):
        """What save_file wrote is read by load_file."""
        file = student.file()
        student.interop.save_file({"a.b": np.arange(6).reshape(2, 3)}, file)
        found = student.interop.load_file(student.file(file.getvalue()))
        compare(found["a.b"], np.arange(6).reshape(2, 3), "what load_file read")


class TestRename:
    @weight(1)
    def test_worked_example(self, student):
        """The first rule that matches the whole name counts."""
        rules = [(r"model\.(\d+)\.w", r"layers.\1.weight"), (r"model\.1\..*", None), ("w", "weight")]
        state = {name: np.array(i) for i, name in enumerate(["model.1.w", "model.1.b", "w", "ww"])}
        found = student.interop.rename(state, rules)
        compare(list(found), ["layers.1.weight", "weight", "ww"], "the names")
        compare([int(array) for array in found.values()], [0, 2, 3], "what they name")


class TestMLP:
    @weight(2)
    def test_recorded(self, student, data):
        """The MLP reproduces PyTorch's logits, and its next step."""
        compare_recorded(student, data, "mlp")


class TestCNN:
    @weight(2)
    def test_recorded(self, student, data):
        """The CNN reproduces PyTorch's logits, and its next step."""
        compare_recorded(student, data, "cnn")


class TestLSTM:
    @weight(2)
    def test_recorded(self, student, data):
        """The Reader reproduces PyTorch's logits, and its next step."""
        compare_recorded(student, data, "lstm")


class TestGPT:
    @weight(2)
    def test_recorded(self, student, data):
        """The GPT reproduces PyTorch's logits, and its next step."""
        compare_recorded(student, data, "gpt", 2)


class TestSentenceEncoder:
    @weight(2)
    def test_recorded(self, student, data):
        """The encoder reproduces the embeddings that PyTorch gave for twelve sentences."""
        answers = data("encoder.npz")
        for dtype, tolerance in RECORDED.items():
            encoder = student.interop.encoder_from_torch(cast(begin_with("before.", answers), dtype), 4)
            y = encoder.forward(answers["ids"], answers["mask"])
            compare(y, answers[f"embeddings.{dtype}"], f"the embeddings, {dtype}", tolerance)
