"""The laws of modules, of members with several inputs and outputs, and of one whose input has no gradient."""

import pytest

from grader.checks.battery import Layer, ModuleLaws, wide
from tests.checks.breaking import failed

SHAPES = {"shapes": ((4, 3), (1, 3)), "sizes": ((4, 3), (2, 3), (5, 3))}


class TheRecurrent(
    ModuleLaws,
    member=Layer(
        "nn.Recurrent",
        (3,),
        further=lambda rng, shape, options: ((wide(rng, shape), wide(rng, shape)),),
        inputs=("x", "state"),
        differentiable=2,
        **SHAPES,
    ),
    points=5,
): ...


class TheTable(
    ModuleLaws,
    member=Layer(
        "nn.Table",
        (7,),
        draw=lambda rng, shape: rng.integers(7, size=shape),
        differentiable=0,
        **SHAPES,
    ),
    points=5,
): ...


@pytest.mark.parametrize("laws", [TheRecurrent, TheTable])
def test_every_law_holds_of_a_right_member(open_student, laws):
    assert failed(laws, open_student) == set()


WRONG = {
    "a state that is forgotten": (TheRecurrent, ("x * self.w.data + h0", "x * self.w.data"), "test_values"),
    "a last state of another step": (TheRecurrent, ("(h.astype(x.dtype), (c0", "(h0.astype(x.dtype), (c0"),
                                     "test_values"),
    "the gradient of a last state is left out": (TheRecurrent, ("d_out + d_h + c0 * d_c", "d_out + c0 * d_c"),
                                                 "test_gradients"),
    "no gradient of a first state": (TheRecurrent, ("d_hidden * self.w.data, d_hidden, h * h",
                                                    "d_hidden * self.w.data, 0 * d_hidden, h * h"), "test_gradients"),
    "a flat tuple of gradients": (TheRecurrent, ("(d_h0.astype(x.dtype), d_c0.astype(x.dtype))",
                                                 "d_h0.astype(x.dtype), d_c0.astype(x.dtype)"), "test_gradients"),
    "keeps the state of an earlier forward": (TheRecurrent, (
        "        h = np.tanh(x * self.w.data + h0)",
        "        h0 = self.__dict__.setdefault('first', h0) if h0.shape == x.shape else h0"
        "\n        h = np.tanh(x * self.w.data + h0)"), "test_used_again"),
    "a state in float64": (TheRecurrent, ("(c0 * h).astype(x.dtype)", "(c0 * h).astype(float)"), "test_dtypes"),
    "changes the state that it is given": (TheRecurrent, ("        h = np.tanh",
                                                          "        h0 += 1e-3\n        h = np.tanh"), "test_memory"),
    "takes a gradient of any shape for a state": (TheRecurrent, ("for dy in (d_out, d_h, d_c)", "for dy in (d_out,)"),
                                                  "test_refuses"),
    "repeated rows count once": (TheTable, ("np.add.at(gradient, self.saved, dy)", "gradient[self.saved] += dy"),
                                 "test_gradients"),
    "a gradient for indices": (TheTable, ('self.add("w", gradient)', 'self.add("w", gradient)\n        return dy'),
                               "test_gradients"),
    "always the first row": (TheTable, ("return self.w.data[indices]", "return self.w.data[:1].repeat(4, 0)"
                           "[: len(indices), None] * np.ones((1, 3, 1))"), "test_values"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", WRONG)
def test_a_member_is_failed_by_the_law_it_breaks(open_student, mistake):
    laws, change, law = WRONG[mistake]

    assert law in failed(laws, open_student, change)
