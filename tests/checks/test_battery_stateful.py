"""The laws of modules, of members that keep a state or draw random numbers."""

import pytest

from grader.checks.battery import Layer, ModuleLaws
from tests.checks.breaking import failed

SHAPES = {"shapes": ((4, 3), (6, 3)), "sizes": ((4, 3), (2, 3), (5, 3))}


class TheDropout(
    ModuleLaws,
    member=Layer("nn.Dropout", options=({"p": 0.2}, {"p": 0.9}), random=True, **SHAPES),
    points=5,
): ...


class TheBatchNorm(
    ModuleLaws,
    member=Layer("nn.BatchNorm1d", (3,), options=({"momentum": 0.4},), stateful=True, **SHAPES),
    points=5,
): ...


class TheSmoothed(
    ModuleLaws,
    member=Layer("nn.Smoothed", stateful=True, **SHAPES),
    points=5,
): ...


@pytest.mark.parametrize("laws", [TheDropout, TheBatchNorm])
def test_every_law_holds_of_a_right_member(open_student, laws):
    assert failed(laws, open_student) == set()


def test_the_laws_of_one_object_used_again_hold_where_every_forward_depends_on_the_one_before(open_student):
    changes = failed(TheSmoothed, open_student)

    assert "test_used_again" not in changes
    assert "test_memory" not in changes


OF_DROPOUT = {
    "scaled in evaluation": (("return x * self.saved", "return x * self.saved / (1 + self.training)"), "test_values"),
    "never scaled": (("/ (1 - self.p))", ")"), "test_values"),
    "keeps below p": ((">= self.p", "< self.p"), "test_values"),
    "drops in evaluation": (("if self.training:", "if True:"), "test_evaluation"),
    "draws in evaluation": (("        if self.training:", "        self.rng.random()\n        if self.training:"),
                            "test_state"),
    "draws for each row": (("self.rng.random(x.shape)", "self.rng.random((1, *x.shape[1:]))"), "test_values"),
    "draws twice": (("        if self.training:", "        if self.training:\n            self.rng.random()"),
                    "test_state"),
    "a new mask in backward": (("return (dy * self.saved)", "return (dy * (self.rng.random(dy.shape) >= self.p))"),
                               "test_gradients"),
    "keeps its mask": (("        if self.training:", "        if self.training and getattr(self, 'of', 0) != x.shape:"
                        "\n            self.of = x.shape"), "test_state"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", OF_DROPOUT)
def test_a_dropout_is_failed_by_the_law_it_breaks(open_student, mistake):
    change, law = OF_DROPOUT[mistake]

    assert law in failed(TheDropout, open_student, change)


OF_BATCH_NORM = {
    "counts in evaluation": (("        if self.training:\n            mean", "        if True:\n            mean"),
                             "test_evaluation"),
    "biased": (("ddof=1", "ddof=0"), "test_state"),
    "mixes the wrong way": (("(1 - self.momentum) * getattr(self, name) + self.momentum * value",
                             "self.momentum * getattr(self, name) + (1 - self.momentum) * value"), "test_state"),
    "normalises in evaluation": (("mean, var = self.running_mean, self.running_var",
                                  "mean, var = x.mean(0), x.var(0)"), "test_evaluation"),
    "backward of evaluation is that of training": (("        if training:\n", "        if True:\n"), "test_evaluation"),
    "a mean that is a constant": (("dn = dn - dn.mean(0) - normal", "dn = dn - normal"), "test_gradients"),
    "float64 in evaluation": (("+ self.bias.data).astype(x.dtype)",
                               "+ self.bias.data).astype(x.dtype if self.training else float)"), "test_dtypes"),
    "buffers that a load does not reach": (("self.running_mean, self.running_var\n        if self.training",
                                            "self.__dict__.setdefault('first', (self.running_mean, self.running_var))"
                                            "\n        if self.training"), "test_used_again"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", OF_BATCH_NORM)
def test_a_batch_norm_is_failed_by_the_law_it_breaks(open_student, mistake):
    change, law = OF_BATCH_NORM[mistake]

    assert law in failed(TheBatchNorm, open_student, change)
