"""What people believe about what dropout draws."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import Module


@misconception(
    "nn.Dropout",
    hint="What should change from one training step to the next?",
    fails=(
        "Dropout/test_new_mask",
        "Dropout/test_draws_are_float64",
        "Dropout/test_state",
        "Dropout2d/test_state",
        "Dropout2d/test_new_mask",
        "Dropout2d/test_dtypes",
    ),
    source="github.com/PABannier/nanograd nn/module.py",
)
class mask_is_drawn_once(Module):
    """The mask is drawn at the first forward, and again only where the shape is another."""

    def _drop(self, x, drawn):
        kept = None
        if self.training:
            if getattr(self, "_mask", np.zeros(())).shape != drawn:
                self._mask = self.rng.random(drawn) >= self.p
            kept = self._mask
        self.save_for_backward(x.shape, x.dtype, kept)
        return self._scaled(x, kept)


@misconception(
    "nn.Dropout.__init__",
    hint="Make two layers without an rng: do they drop the same numbers, and should they?",
    fails=(
        "Dropout/test_without_a_generator",
        "Dropout2d/test_without_a_generator",
    ),
    source="folklore",
)
def dropout_seed_is_fixed(self, p=0.5, *, rng=None):
    """Without a generator, one with a fixed seed makes results reproducible."""
    if not 0 <= p <= 1:
        raise ValueError(p)
    self.p = float(p)
    self.rng = np.random.default_rng(0) if rng is None else rng


@misconception(
    "nn.Dropout.__init__",
    hint="Who else draws from NumPy's global state, and who may have seeded it?",
    fails=(
        "Dropout/test_without_a_generator",
        "Dropout2d/test_without_a_generator",
    ),
    source="folklore (np.random.rand)",
)
def dropout_global_random_state(self, p=0.5, *, rng=None):
    """Without a generator, numbers come from np.random."""
    if not 0 <= p <= 1:
        raise ValueError(p)
    self.p = float(p)
    self.rng = np.random if rng is None else rng


@misconception(
    "nn.Dropout.__init__",
    hint="Try Dropout(0.2): where does your code look at the 0.2?",
    fails=(
        "Dropout/test_worked_example",
        "Dropout/test_without_a_generator",
        "Dropout/test_memory",
        "Dropout2d/test_without_a_generator",
        "Dropout2d/test_whole_channels",
        "Dropout2d/test_memory",
    ),
    source="folklore",
)
def p_is_one_half(self, p=0.5, *, rng=None):
    """Numbers are dropped with probability one half."""
    if not 0 <= p <= 1:
        raise ValueError(p)
    self.p = 0.5
    self.rng = np.random.default_rng() if rng is None else rng


@misconception(
    "nn.Dropout.__init__",
    hint="What is a probability of -0.1 or 1.1?",
    fails=(
        "Dropout/test_refuses",
        "Dropout2d/test_refuses",
    ),
    source="folklore",
)
def any_p_will_do(self, p=0.5, *, rng=None):
    """p is the caller's business."""
    self.p = float(p)
    self.rng = np.random.default_rng() if rng is None else rng


@misconception(
    "nn.Dropout.__init__",
    hint="Which values of p does the handout allow?",
    fails=(
        "Dropout/test_nothing_and_everything",
        "Dropout2d/test_nothing_and_everything",
    ),
    source="folklore (Keras refuses 1)",
)
def p_is_below_one(self, p=0.5, *, rng=None):
    """p = 1 is a mistake of the caller."""
    if not 0 <= p < 1:
        raise ValueError(p)
    self.p = float(p)
    self.rng = np.random.default_rng() if rng is None else rng


@misconception(
    "nn.Dropout._drop",
    hint="How often does the handout draw for p = 0?",
    fails=(
        "Dropout/test_nothing_and_everything",
        "Dropout2d/test_nothing_and_everything",
    ),
    source="folklore (a shortcut)",
)
def no_draw_for_p_of_zero(self, x, drawn):
    """With p = 0 there is nothing to draw."""
    kept = None
    if self.training:
        kept = self.rng.random(drawn) >= self.p if self.p > 0 else np.ones(drawn, bool)
    self.save_for_backward(x.shape, x.dtype, kept)
    return self._scaled(x, kept)


@misconception(
    "nn.Dropout._drop",
    hint="How often does the handout draw in evaluation?",
    fails=(
        "Dropout/test_state",
        "Dropout/test_mode_of_the_forward",
        "Dropout2d/test_state",
        "Dropout2d/test_mode_of_the_forward",
    ),
    source="folklore",
)
def a_draw_in_evaluation(self, x, drawn):
    """The mask is drawn in any case, and used in training."""
    kept = self.rng.random(drawn) >= self.p
    kept = kept if self.training else None
    self.save_for_backward(x.shape, x.dtype, kept)
    return self._scaled(x, kept)


@misconception(
    "nn.Dropout._drop",
    hint="Is a number kept or dropped if its draw is below p?",
    fails=(
        "Dropout/test_worked_example",
        "Dropout/test_refuses",
        "Dropout/test_values",
        "Dropout2d/test_whole_channels",
        "Dropout2d/test_values",
        "Dropout2d/test_refuses",
    ),
    convention="This is the form that keeps where the draw is below 1 - p; the contract keeps where it is >= p.",
    source="github.com/akhdanfadh/mytorch; dlsys (needle)",
)
def kept_where_the_draw_is_small(self, x, drawn):
    """A number is kept where its draw is below 1 - p."""
    kept = self.rng.random(drawn) < 1 - self.p if self.training else None
    self.save_for_backward(x.shape, x.dtype, kept)
    return self._scaled(x, kept)


@misconception(
    "nn.Dropout._drop",
    hint="What happens to a number whose draw is exactly p?",
    fails=(
        "Dropout/test_draw_that_is_p",
        "Dropout2d/test_draw_that_is_p",
    ),
    convention="This is the form that keeps where the draw is > p, as in Deep Learning from Scratch;"
    " the contract keeps where it is >= p.",
    source="Deep Learning from Scratch",
)
def kept_where_the_draw_is_above_p(self, x, drawn):
    """A number is kept where its draw is above p."""
    kept = self.rng.random(drawn) > self.p if self.training else None
    self.save_for_backward(x.shape, x.dtype, kept)
    return self._scaled(x, kept)


@misconception(
    "nn.Dropout._drop",
    hint="Which draw does the handout make?",
    fails=(
        "Dropout/test_worked_example",
        "Dropout/test_values_with_options",
        "Dropout/test_draw_that_is_p",
        "Dropout2d/test_whole_channels",
        "Dropout2d/test_values_with_options",
        "Dropout2d/test_draw_that_is_p",
    ),
    convention="This is the form with rng.binomial, as in cs231n and nnfs; the contract draws rng.random,"
    " one number for each.",
    source="Neural Networks from Scratch (nnfs); cs231n",
)
def drawn_from_a_binomial(self, x, drawn):
    """The mask is rng.binomial(1, 1 - p, x.shape)."""
    kept = self.rng.binomial(1, 1 - self.p, drawn) == 1 if self.training else None
    self.save_for_backward(x.shape, x.dtype, kept)
    return self._scaled(x, kept)


@misconception(
    "nn.Dropout._drop",
    hint="Are the same numbers dropped in all examples of a batch?",
    fails=(
        "Dropout/test_values",
        "Dropout/test_refuses",
        "Dropout/test_without_a_generator",
        "Dropout2d/test_without_a_generator",
        "Dropout2d/test_values",
        "Dropout2d/test_refuses",
    ),
    source="folklore",
)
def one_mask_for_the_batch(self, x, drawn):
    """A unit, or a channel, is dropped for the whole batch."""
    kept = None
    if self.training:
        kept = np.broadcast_to(self.rng.random((1, *drawn[1:])) >= self.p, drawn)
    self.save_for_backward(x.shape, x.dtype, kept)
    return self._scaled(x, kept)


@misconception(
    "nn.Dropout._drop",
    hint="Is the number of dropped numbers the same in every forward?",
    fails=(
        "Dropout/test_values",
        "Dropout/test_gradients",
        "Dropout/test_values_with_options",
        "Dropout2d/test_values",
        "Dropout2d/test_refuses",
        "Dropout2d/test_gradients",
    ),
    source="folklore (rng.permutation)",
)
def an_exact_number_is_dropped(self, x, drawn):
    """Exactly a share p of the numbers is dropped: those with the smallest draws."""
    kept = None
    if self.training:
        draws = self.rng.random(drawn)
        number = min(draws.size, int(self.p * draws.size))
        kept = np.ones(draws.size, bool)
        kept[np.argsort(draws, axis=None)[:number]] = False
        kept = kept.reshape(drawn)
    self.save_for_backward(x.shape, x.dtype, kept)
    return self._scaled(x, kept)


@misconception(
    "nn.Dropout._drop",
    hint="Does the draw depend on the dtype of x in the handout?",
    fails=(
        "Dropout/test_draws_are_float64",
        "Dropout/test_dtypes",
        "Dropout2d/test_dtypes",
    ),
    source="folklore",
)
def draws_have_the_dtype_of_x(self, x, drawn):
    """For a float32 x, float32 numbers are drawn."""
    kept = None
    if self.training:
        kept = self.rng.random(drawn, dtype=np.float32 if x.dtype.itemsize == 4 else np.float64) >= self.p
    self.save_for_backward(x.shape, x.dtype, kept)
    return self._scaled(x, kept)
