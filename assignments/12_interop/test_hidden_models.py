"""Hidden checks of assignment 12: the four programs."""

import numpy as np

from grader.checks import compare, fine, raises, weight

from . import states
from .ported import Ported


class TestMLP(Ported):
    program = "mlp"
    sizes = ((4, 5, 3), (3, 7, 6, 5, 2), (4, 3), (2,) * 13)

    def draw(self, rng, sizes, dtype=np.float64):
        return states.mlp(rng, sizes, dtype)

    def inputs(self, rng, sizes, dtype=np.float64):
        return rng.normal(size=(6, sizes[0])).astype(dtype), rng.integers(sizes[-1], size=6)


class TestCNN(Ported):
    program = "cnn"
    sizes = ((1, 2, 3, 4), (3, 4, 2, 5))

    def draw(self, rng, sizes, dtype=np.float64):
        return states.cnn(rng, sizes, dtype)

    def inputs(self, rng, sizes, dtype=np.float64):
        return rng.normal(size=(6, sizes[0], 7, 4)).astype(dtype), rng.integers(sizes[-1], size=6)

    def other(self, x, target):
        return x[:4, :, :5], target[:4]

    def misshapen(self, state):
        return [name for name in state if name.endswith("bias") or name in ("features.0.weight", "features.4.weight")]

    @weight(0.5)
    def test_prefix(self, student, reference, rng):
        """What DataParallel has saved is read, too; what is given back has no "module." before its names."""
        state = self.draw(rng, self.sizes[0])
        model, expected = (self.made(f, {f"module.{k}": v for k, v in state.items()}) for f in (student, reference))
        x, _ = self.inputs(rng, self.sizes[0])
        compare(model.forward(x), expected.forward(x), "the logits")
        compare(sorted(self.given_back(student, model)), sorted(state), "the names of cnn_to_torch")

    @weight(0.5)
    def test_counts(self, student, reference, rng):
        """Each num_batches_tracked may be missing; what is given back has both, as int64 zeros without dimensions."""
        x, _ = self.inputs(rng, self.sizes[0])
        for counted in ((), (1,), (5,)):
            state = states.cnn(rng, self.sizes[0], counted=False)
            state |= {f"features.{i}.num_batches_tracked": np.array(7) for i in counted}
            model, expected = self.made(student, state), self.made(reference, state)
            compare(model.forward(x), expected.forward(x), f"the logits if {len(counted)} of 2 are there")
        found = self.given_back(student, model)
        for i in (1, 5):
            key = f"features.{i}.num_batches_tracked"
            compare(found[key], np.zeros((), np.int64), key)


class TestLSTM(Ported):
    program = "lstm"
    sizes = ((5, 3, 4, 2, 1, 1), (4, 3, 2, 3, 2, 2), (4, 2, 3, 3, 3, 1), (3, 2, 2, 2, 1, 2))

    def draw(self, rng, sizes, dtype=np.float64):
        return states.lstm(rng, sizes, dtype)

    def inputs(self, rng, sizes, dtype=np.float64):
        return rng.integers(sizes[0], size=(6, 5)), rng.integers(sizes[3], size=6)

    def other(self, x, target):
        return x[:4, :3], target[:4]

    def misshapen(self, state):
        return [name for name in state if "bias" in name or "weight_ih" in name]


class TestGPT(Ported):
    program = "gpt"
    more = (2,)
    sizes = ((5, 6, 4, 1), (4, 5, 6, 2), (3, 3, 2, 11))

    def draw(self, rng, sizes, dtype=np.float64):
        return states.gpt(rng, sizes, dtype)

    def inputs(self, rng, sizes, dtype=np.float64):
        return rng.integers(sizes[0], size=(3, sizes[1])), rng.integers(sizes[0], size=(3, sizes[1]))

    def other(self, x, target):
        return x[:2, :3], target[:2, :3]

    @weight(0.5)
    def test_heads(self, student, reference, rng):
        """The number of heads comes from outside, as no array tells it."""
        state = states.gpt(rng, (5, 6, 8, 2))
        x, _ = self.inputs(rng, (5, 6, 8, 2))
        for heads in (1, 2, 4, 8):
            model, expected = self.made(student, state, heads), self.made(reference, state, heads)
            compare(model.forward(x), expected.forward(x), f"the logits with {heads} heads")

    @weight(0.5)
    def test_head(self, student, reference, rng):
        """head.weight may be missing, is given back, and is refused if it differs from wte.weight."""
        state = states.gpt(rng, self.sizes[0])
        tied = {key: array for key, array in state.items() if key != "head.weight"}
        x, _ = self.inputs(rng, self.sizes[0])
        model = self.made(student, tied)
        compare(model.forward(x), self.made(reference, state).forward(x), "the logits without head.weight")
        compare(self.given_back(student, model)["head.weight"], state["wte.weight"], "head.weight of gpt_to_torch")
        table = state["wte.weight"]
        for other in (table + 0.25, -table, table[::-1].copy(), np.nextafter(table, 1)):  # the last one by one rounding
            with raises(ValueError, doing="gpt_from_torch where head.weight is not wte.weight"):
                self.made(student, tied | {"head.weight": other})

    @fine
    @weight(0.5)
    def test_refuses_heads(self, student, rng):
        """A number of heads that does not divide the embedding is a ValueError."""
        state = states.gpt(rng, (5, 6, 4, 1))
        self.given_back(student, self.made(student, state, 4))
        for heads in (3, 0, 8):
            with raises(ValueError, doing=f"gpt_from_torch of an embedding of 4 with {heads} heads"):
                self.made(student, state, heads)
