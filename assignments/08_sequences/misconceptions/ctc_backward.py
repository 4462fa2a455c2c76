"""What people believe about what CTC's loss sends back."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import check_shape


@misconception(
    "nn.CTCLoss.backward",
    hint="The loss is multiplied by 3. What becomes of its gradient?",
    fails=(
        "CTCLoss/test_gradients",
        "CTCLoss/test_gradients_with_options",
        "CTCLoss/test_dtypes",
        "CTCLoss/test_certain",
    ),
    source="folklore",
)
def dy_is_ones(self, dy=None):
    """Nothing comes after a loss, so dy is 1."""
    d_log_probs, counts = self.saved_values
    if dy is None and self.reduction == "none":
        raise RuntimeError('reduction="none" needs a dy')
    upstream = np.asarray(1.0 if dy is None else dy)
    check_shape("dy of CTCLoss", upstream.shape, counts.shape if self.reduction == "none" else ())
    return (d_log_probs * (0 * upstream + 1 / counts)[:, None]).astype(d_log_probs.dtype)


@misconception(
    "nn.CTCLoss.backward",
    hint="By what was the loss divided?",
    fails=("CTCLoss/test_gradients", "CTCLoss/test_gradients_with_options", "CTCLoss/test_zero_infinity"),
    source="folklore",
)
def gradient_of_the_sum(self, dy=None):
    """The gradient is that of the sum, whatever the reduction is."""
    d_log_probs, counts = self.saved_values
    if dy is None and self.reduction == "none":
        raise RuntimeError('reduction="none" needs a dy')
    upstream = np.asarray(1.0 if dy is None else dy)
    check_shape("dy of CTCLoss", upstream.shape, counts.shape if self.reduction == "none" else ())
    return (d_log_probs * (upstream + 0 * counts)[:, None]).astype(d_log_probs.dtype)


@misconception(
    "nn.CTCLoss.backward",
    hint="log_probs are float32. What is their gradient?",
    fails=("CTCLoss/test_dtypes",),
    source="folklore",
)
def gradient_is_float64(self, dy=None):
    """Gradients are float64."""
    d_log_probs, counts = self.saved_values
    if dy is None and self.reduction == "none":
        raise RuntimeError('reduction="none" needs a dy')
    upstream = np.asarray(1.0 if dy is None else dy)
    check_shape("dy of CTCLoss", upstream.shape, counts.shape if self.reduction == "none" else ())
    return (d_log_probs * (upstream / counts)[:, None]).astype(np.float64)


@misconception(
    "nn.CTCLoss.backward",
    hint="What does backward() mean, if the loss is an array?",
    fails=("CTCLoss/test_refuses",),
    source="folklore",
)
def dy_of_one_for_every_value(self, dy=None):
    """A dy that is left out is ones."""
    d_log_probs, counts = self.saved_values
    upstream = np.asarray((np.ones(counts.shape) if self.reduction == "none" else 1.0) if dy is None else dy)
    check_shape("dy of CTCLoss", upstream.shape, counts.shape if self.reduction == "none" else ())
    return (d_log_probs * (upstream / counts)[:, None]).astype(d_log_probs.dtype)


@misconception(
    "nn.CTCLoss.backward",
    hint="The loss is one number. What may dy be?",
    fails=("CTCLoss/test_refuses",),
    source="folklore",
)
def dy_is_broadcast(self, dy=None):
    """A dy that can be broadcast fits."""
    d_log_probs, counts = self.saved_values
    if dy is None and self.reduction == "none":
        raise RuntimeError('reduction="none" needs a dy')
    upstream = np.asarray(1.0 if dy is None else dy)
    return (d_log_probs * np.broadcast_to(np.ravel(upstream) / counts, counts.shape)[:, None]).astype(d_log_probs.dtype)


@misconception(
    "nn.CTCLoss.backward",
    hint="Somebody writes into dx. What does the next backward return?",
    fails=("CTCLoss/test_used_again", "CTCLoss/test_memory"),
    source="folklore",
)
def kept_gradient_is_returned(self, dy=None):
    """The gradient is kept, and scaled in place."""
    d_log_probs, counts = self.saved_values
    if dy is None and self.reduction == "none":
        raise RuntimeError('reduction="none" needs a dy')
    upstream = np.asarray(1.0 if dy is None else dy)
    check_shape("dy of CTCLoss", upstream.shape, counts.shape if self.reduction == "none" else ())
    d_log_probs *= (upstream / counts)[:, None].astype(d_log_probs.dtype)
    return d_log_probs


@misconception(
    "nn.CTCLoss.__init__",
    hint="Which reductions are there?",
    fails=("CTCLoss/test_refuses",),
    source="folklore",
)
def any_reduction_is_taken(self, blank=0, *, reduction="mean", zero_infinity=False):
    """A reduction that nobody knows is a sum."""
    if blank < 0:
        raise ValueError(f"blank is the index of a class, not {blank}")
    self.blank = blank
    self.reduction = reduction
    self.zero_infinity = zero_infinity


@misconception(
    "nn.CTCLoss.__init__",
    hint="Which class is -1?",
    fails=("CTCLoss/test_refuses",),
    source="folklore",
)
def blank_counts_from_the_end(self, blank=0, *, reduction="mean", zero_infinity=False):
    """A negative blank counts from the end."""
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(f'reduction is "none", "mean" or "sum", not {reduction!r}')
    self.blank = blank
    self.reduction = reduction
    self.zero_infinity = zero_infinity
