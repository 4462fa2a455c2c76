"""What people believe about what dropout does to numbers."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import Module, check_shape


@misconception(
    "nn.Dropout._scaled",
    hint="On average, should the layer change the size of its input?",
    fails=(
        "Dropout/test_worked_example",
        "Dropout/test_refuses",
        "Dropout/test_values",
        "Dropout2d/test_whole_channels",
        "Dropout2d/test_values",
    ),
    source="github.com/AkiRusProd/numpy-nn-model da113c2a7a; github.com/AkiRusProd/numpy-transformer b968a6ed21",
)
def no_scale(self, values, kept):
    """What is kept stays as it is."""
    if kept is None:
        return values
    return np.where(kept, values, 0)


@misconception(
    "nn.Dropout._scaled",
    hint="Which fraction of the numbers survives?",
    fails=(
        "Dropout/test_worked_example",
        "Dropout/test_memory",
        "Dropout2d/test_whole_channels",
        "Dropout2d/test_memory",
    ),
    source="github.com/lmjohns3/theanets PR 123",
)
def scale_by_p(self, values, kept):
    """What is kept is divided by p."""
    if kept is None:
        return values
    return np.where(kept, values, 0) * values.dtype.type(1 / self.p if self.p > 0 and self.p < 1 else 0.0)


@misconception(
    "nn.Dropout._scaled",
    hint="Should what is kept become larger or smaller?",
    fails=(
        "Dropout/test_worked_example",
        "Dropout/test_refuses",
        "Dropout/test_values",
        "Dropout2d/test_whole_channels",
        "Dropout2d/test_values",
    ),
    source="folklore",
)
def scale_the_other_way(self, values, kept):
    """What is kept is multiplied by 1 - p, as a share 1 - p of the numbers is there."""
    if kept is None:
        return values
    return np.where(kept, values, 0) * values.dtype.type(1 - self.p)


@misconception(
    "nn.Dropout._scaled",
    hint="Try a rate other than one half: which share survives then?",
    fails=(
        "Dropout/test_worked_example",
        "Dropout/test_memory",
        "Dropout2d/test_whole_channels",
        "Dropout2d/test_memory",
    ),
    source="github.com/mp2893/retain PR 1",
)
def scale_is_two(self, values, kept):
    """What is kept is doubled, since half of the numbers are dropped."""
    if kept is None:
        return values
    return np.where(kept, values, 0) * values.dtype.type(2.0 if self.p < 1 else 0.0)


@misconception(
    "nn.Dropout._scaled",
    hint="Is the factor in the handout that of the probability, or that of the share that was really kept?",
    fails=("Dropout/test_values", "Dropout/test_gradients", "Dropout2d/test_values", "Dropout2d/test_gradients"),
    source="folklore",
)
def scale_is_that_of_the_mask(self, values, kept):
    """The scale is 1 over the share of this mask that is kept, so that the mean stays as it is exactly."""
    if kept is None:
        return values
    return np.where(kept, values, 0) * values.dtype.type(1 / kept.mean() if kept.any() else 0.0)


@misconception(
    "nn.Dropout._scaled",
    hint="What is 0 / 0, and where does it come from at p = 1?",
    fails=(
        "Dropout/test_nothing_and_everything",
        "Dropout2d/test_nothing_and_everything",
    ),
    source="folklore",
)
def nan_where_all_is_dropped(self, values, kept):
    """The scale is 1 / (1 - p) for every p."""
    if kept is None:
        return values
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(kept, values, 0) * (values.dtype.type(1) / values.dtype.type(1 - self.p))


@misconception(
    "nn.Dropout._scaled",
    hint="x is float32: of which dtype are your mask and your y?",
    fails=("Dropout/test_dtypes", "Dropout2d/test_dtypes"),
    source="folklore",
)
def mask_makes_float64(self, values, kept):
    """y has the dtype of the mask, which is float64."""
    if kept is None:
        return values
    scale = 1 / (1 - self.p) if self.p < 1 else 0.0
    return np.where(kept, values, 0) * np.float64(scale)


@misconception(
    "nn.Dropout",
    hint="Should a trained model give two answers to one question?",
    fails=(
        "Dropout/test_evaluation",
        "Dropout/test_no_change_in_evaluation",
        "Dropout/test_used_again",
        "Dropout2d/test_evaluation",
        "Dropout2d/test_used_again",
        "Dropout2d/test_state",
    ),
    source="github.com/YuanchengFang/dlsys_solution 1c94fc6e0e; github.com/borgwang/tinynn 2dbb030912",
)
class active_in_evaluation(Module):
    """Dropout drops numbers whenever it is there."""

    def _drop(self, x, drawn):
        kept = self.rng.random(drawn) >= self.p
        self.save_for_backward(x.shape, x.dtype, kept)
        return self._scaled(x, kept)


@misconception(
    "nn.Dropout",
    hint="In which mode does the handout's table have a scale, and which one?",
    fails=(
        "Dropout/test_worked_example",
        "Dropout/test_evaluation",
        "Dropout/test_no_change_in_evaluation",
        "Dropout2d/test_evaluation",
        "Dropout2d/test_whole_channels",
    ),
    convention="This is the form of the first papers, which scales by 1 - p in evaluation;"
    " the contract asks for inverted dropout.",
    source="Srivastava et al. (2014), sec. 4; Deep Learning from Scratch; ML-From-Scratch",
)
class scaled_in_evaluation(Module):
    """In training numbers are dropped, and in evaluation all are multiplied by 1 - p."""

    def _scaled(self, values, kept):
        if kept is None:
            return values * values.dtype.type(1 - self.p)
        return np.where(kept, values, 0)


@misconception(
    "nn.Dropout",
    hint="With p = 0.2, which share of the numbers survives?",
    fails=(
        "Dropout/test_worked_example",
        "Dropout/test_refuses",
        "Dropout/test_values",
        "Dropout2d/test_without_a_generator",
        "Dropout2d/test_whole_channels",
        "Dropout2d/test_values",
    ),
    convention="This is the form in which p is the probability of being kept, as in cs231n;"
    " the contract asks for that of being dropped.",
    source="cs231n (mantasu, jariasf, FortiLeiZhang); github.com/shuyanwang/11785HW; github.com/borgwang/tinynn",
)
class p_is_what_is_kept(Module):
    """p is the probability of being kept."""

    def _drop(self, x, drawn):
        kept = self.rng.random(drawn) < self.p if self.training else None
        self.save_for_backward(x.shape, x.dtype, kept)
        return self._scaled(x, kept)

    def _scaled(self, values, kept):
        if kept is None:
            return values
        return np.where(kept, values, 0) * values.dtype.type(1 / self.p if self.p > 0 else 0.0)


@misconception(
    "nn.Dropout.backward",
    hint="Is the backward of multiplying by a number also a multiplication by it?",
    fails=(
        "Dropout/test_worked_example",
        "Dropout/test_gradients",
        "Dropout/test_gradients_with_options",
        "Dropout2d/test_gradients",
        "Dropout2d/test_gradients_with_options",
    ),
    source="github.com/akhdanfadh/mytorch; YM2025/CMU_11785_2024S; HDLiter-Self-Study/CMU-11785",
)
def backward_without_the_scale(self, dy):
    """Going back, only the mask counts."""
    shape, dtype, kept = self.saved_values
    check_shape("dy", dy.shape, shape)
    dy = dy.astype(dtype, copy=False)
    return dy if kept is None else np.where(kept, dy, 0)


@misconception(
    "nn.Dropout.backward",
    hint="Which influence had a number that was dropped on the loss?",
    fails=(
        "Dropout/test_worked_example",
        "Dropout/test_gradients",
        "Dropout/test_gradients_with_options",
        "Dropout2d/test_gradients",
        "Dropout2d/test_gradients_of_whole_channels",
        "Dropout2d/test_gradients_with_options",
    ),
    source="folklore",
)
def backward_without_the_mask(self, dy):
    """Going back, dy is scaled and nothing is dropped."""
    shape, dtype, kept = self.saved_values
    check_shape("dy", dy.shape, shape)
    dy = dy.astype(dtype, copy=False)
    return dy if kept is None else dy * dtype.type(1 / (1 - self.p) if self.p < 1 else 0.0)


@misconception(
    "nn.Dropout.backward",
    hint="Is dropout part of the function that is differentiated?",
    fails=(
        "Dropout/test_worked_example",
        "Dropout/test_gradients",
        "Dropout/test_gradients_with_options",
        "Dropout2d/test_gradients",
        "Dropout2d/test_gradients_of_whole_channels",
        "Dropout2d/test_gradients_with_options",
    ),
    source="folklore",
)
def backward_is_the_identity(self, dy):
    """Dropout acts on values; the gradient passes unchanged."""
    shape, dtype, _ = self.saved_values
    check_shape("dy", dy.shape, shape)
    return dy.astype(dtype)


@misconception(
    "nn.Dropout.backward",
    hint="How many masks does your layer draw for one forward and one backward?",
    fails=(
        "Dropout/test_worked_example",
        "Dropout/test_memory",
        "Dropout/test_gradients",
        "Dropout2d/test_gradients",
        "Dropout2d/test_gradients_of_whole_channels",
        "Dropout2d/test_memory",
    ),
    source="folklore",
)
def backward_draws_again(self, dy):
    """Going back, numbers are dropped with the same probability."""
    shape, dtype, kept = self.saved_values
    check_shape("dy", dy.shape, shape)
    if kept is not None:
        kept = self.rng.random(kept.shape) >= self.p
    return self._scaled(dy.astype(dtype, copy=False), kept)


@misconception(
    "nn.Dropout",
    hint="What does your backward give for a number that was 0 before anything was dropped?",
    fails=(
        "Dropout/test_zeros",
        "Dropout2d/test_zeros",
    ),
    source="folklore",
)
class dropped_is_what_is_zero(Module):
    """What was dropped is where y is 0."""

    def _drop(self, x, drawn):
        kept = self.rng.random(drawn) >= self.p if self.training else None
        y = self._scaled(x, kept)
        self.save_for_backward(x.shape, x.dtype, None if kept is None else y != 0)
        return y


@misconception(
    "nn.Dropout.backward",
    hint="Run forward in training, eval(), and then backward: what should it use?",
    fails=(
        "Dropout/test_mode_of_the_forward",
        "Dropout2d/test_mode_of_the_forward",
    ),
    source="folklore (`if self.training` in backward)",
)
def backward_looks_at_the_mode(self, dy):
    """What backward does is decided by the mode that the layer is in."""
    shape, dtype, kept = self.saved_values
    check_shape("dy", dy.shape, shape)
    return self._scaled(dy.astype(dtype, copy=False), kept if self.training else None)


@misconception(
    "nn.Dropout",
    hint="Run forward in training, then in evaluation, then backward: which mask does it use?",
    fails=(
        "Dropout/test_mode_of_the_forward",
        "Dropout/test_used_again",
        "Dropout/test_dtypes",
        "Dropout2d/test_used_again",
        "Dropout2d/test_dtypes",
        "Dropout2d/test_mode_of_the_forward",
    ),
    source="folklore (the mask is saved only in training)",
)
class mask_outlives_training(Module):
    """In evaluation there is nothing to keep for backward."""

    def _drop(self, x, drawn):
        kept = self.rng.random(drawn) >= self.p if self.training else None
        if self.training or not hasattr(self, "_saved"):
            self.save_for_backward(x.shape, x.dtype, kept)
        return self._scaled(x, kept)


@misconception(
    "nn.Dropout._drop",
    hint="Whose array is x, after your forward?",
    fails=(
        "Dropout/test_memory",
        "Dropout2d/test_memory",
    ),
    source="folklore (x *= mask)",
)
def x_is_overwritten(self, x, drawn):
    """Numbers are dropped in x itself."""
    kept = self.rng.random(drawn) >= self.p if self.training else None
    self.save_for_backward(x.shape, x.dtype, kept)
    if kept is None:
        return x
    x[...] = self._scaled(x, kept)
    return x.copy()
