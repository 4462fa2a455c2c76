"""What people believe about the arrays and arguments that they are given."""

import math

import numpy as np

from grader.assignment import misconception
from reference.nn.activation import _peak, _upstream, logsumexp
from reference.nn.module import Module


@misconception(
    "nn.LeakyReLU",
    hint="negative_slope may be negative: which sign does y have where x is below 0?",
    fails=("LeakyReLU/test_gradients_with_options", "LeakyReLU/test_other_arguments", "LeakyReLU/test_range"),
    source="written by readers of the handout",
)
class side_is_that_of_the_output(Module):
    """y is positive where x is, so that backward can tell the sides of 0 apart by y."""

    def forward(self, x):
        y = np.where(x > 0, x, self.negative_slope * x)
        self.save_for_backward(y)
        return y.copy()

    def backward(self, dy):
        (y,) = self.saved_values
        dy = _upstream(dy, y)
        return np.where(y > 0, dy, self.negative_slope * dy)


@misconception(
    "nn.LeakyReLU.__init__",
    hint="What does `0.0 or 0.01` give?",
    fails=("LeakyReLU/test_values_with_options", "LeakyReLU/test_gradients_with_options", "LeakyReLU/test_range"),
    source="written by readers of the handout",
)
def zero_means_the_default(self, negative_slope=0.0):
    """A negative_slope of 0 means that none was given."""
    self.negative_slope = float(negative_slope or 0.01)


@misconception(
    "nn.GELU.forward",
    hint="When is reshape(-1) a view, and what does it give for an array in Fortran's order?",
    fails=("GELU/test_memory",),
    source="written by readers of the handout",
)
def flat_array_is_a_view(self, x):
    """reshape(-1) gives a view, so that what is written into it arrives in the array."""
    if self.approximate == "tanh":
        gate, slope = self._tanh_gate(x)
    else:
        _, slope = self._normal_gate(x)
        gate = np.zeros_like(x)
        flat = gate.reshape(-1)
        for i, number in enumerate(x.reshape(-1).tolist()):
            flat[i] = 0.5 * math.erfc(-number / math.sqrt(2))
    self.save_for_backward(x, gate, slope)
    return x * gate


@misconception(
    "nn.GELU._normal_gate",
    hint="What does the message say, and which argument of np.vectorize does it name?",
    fails=("GELU/test_dtypes",),
    source="written by readers of the handout",
)
def vectorize_finds_the_dtype_itself(self, x):
    """np.vectorize finds out by itself which dtype its result has, for every array."""
    gate = 0.5 * np.vectorize(math.erfc)(-x / math.sqrt(2))
    slope = np.exp(-x * x / 2) / math.sqrt(2 * math.pi)
    return gate.astype(x.dtype), slope


@misconception(
    "nn.GELU.__init__",
    hint='Does the handout take GELU(approximate="Tanh") for one of the two?',
    fails=("GELU/test_refuses",),
    source="written by readers of the handout",
)
def case_does_not_matter(self, approximate="none"):
    """The form may be written in capitals, too."""
    approximate = str(approximate).lower()
    if approximate not in ("none", "tanh"):
        raise ValueError(f'GELU: approximate must be "none" or "tanh", got {approximate!r}')
    self.approximate = approximate


@misconception(
    "nn.Softplus.backward",
    hint="Which x in float32 is already too much for exp, by the handout?",
    fails=("Softplus/test_range",),
    source="written by readers of the handout",
)
def bound_of_float64_serves_float32(self, dy):
    """If the exponent is kept below 500, exp overflows nowhere."""
    (x,) = self.saved_values
    return _upstream(dy, x) / (1 + np.exp(-np.clip(self.beta * x, -500, 500)))


@misconception(
    "nn.Softmax.forward",
    hint="All scores of a row are near -1000: what is the largest of them, and what do you subtract?",
    fails=("Softmax/test_range",),
    source="written by readers of the handout",
)
def only_large_scores_are_shifted(self, x):
    """Only positive scores can overflow, so that at least 0 is subtracted."""
    weights = np.exp(x - x.max(axis=self.dim, keepdims=True, initial=0.0))
    y = weights / weights.sum(axis=self.dim, keepdims=True)
    self.save_for_backward(y)
    return y.copy()


@misconception(
    "nn.Softmax.forward",
    hint="Where is dimension 0 of an array of three dimensions after moveaxis(x, 0, -1),"
    " and where after the same once more?",
    fails=("Softmax/test_any_dim",),
    source="written by readers of the handout",
)
def moving_an_axis_undoes_itself(self, x):
    """The same moveaxis that brings dim to the end brings it back."""
    rows = np.moveaxis(x, self.dim, -1)
    weights = np.exp(rows - _peak(rows, -1))
    y = np.moveaxis(weights / weights.sum(axis=-1, keepdims=True), self.dim, -1)
    self.save_for_backward(y)
    return y.copy()


@misconception(
    "nn.LogSoftmax.forward",
    hint="Where is dimension 0 of an array of three dimensions after moveaxis(x, 0, -1),"
    " and where after the same once more?",
    fails=("LogSoftmax/test_any_dim",),
    source="written by readers of the handout",
)
def moving_an_axis_of_scores_undoes_itself(self, x):
    """The same moveaxis that brings dim to the end brings it back."""
    rows = np.moveaxis(x, self.dim, -1)
    shifted = rows - _peak(rows, -1)
    y = np.moveaxis(shifted - logsumexp(shifted, -1, keepdim=True), self.dim, -1)
    self.save_for_backward(y)
    return y.copy()


@misconception(
    "nn.LogSoftmax.forward",
    hint="What does LogSoftmax(dim=2) do with an x of two dimensions in the handout's table of errors?",
    fails=("LogSoftmax/test_refuses",),
    source="written by readers of the handout",
)
def dim_of_scores_counts_in_a_circle(self, x):
    """dim is counted around in a circle, so that negative ones work too."""
    dim = self.dim % x.ndim
    shifted = x - _peak(x, dim)
    y = shifted - logsumexp(shifted, dim, keepdim=True)
    self.save_for_backward(y)
    return y.copy()


@misconception(
    "nn.LogSoftmax.forward",
    hint="Which logarithm does a probability of 0 have, by the handout?",
    fails=("LogSoftmax/test_impossible_scores",),
    source="written by readers of the handout",
)
def impossible_is_very_improbable(self, x):
    """A score of -inf can be replaced by one that is very small, -1e30 say."""
    x = np.maximum(x, -1e30).astype(x.dtype)
    shifted = x - _peak(x, self.dim)
    y = shifted - logsumexp(shifted, self.dim, keepdim=True)
    self.save_for_backward(y)
    return y.copy()


@misconception(
    "nn.activation._upstream",
    hint="A dy of shape (1, 4, 3) arrives where (4, 3) is due, which is as many numbers. Who notices?",
    fails=(
        "ELU/test_refuses",
        "GELU/test_refuses",
        "LeakyReLU/test_refuses",
        "LogSoftmax/test_refuses",
        "ReLU/test_refuses",
        "SiLU/test_refuses",
        "Sigmoid/test_refuses",
        "Softmax/test_refuses",
        "Softplus/test_refuses",
        "Tanh/test_refuses",
    ),
    source="written by readers of the handout",
)
def number_of_entries_is_enough(dy, kept):
    """A dy that has as many entries as y fits."""
    if dy.size != kept.size:
        raise ValueError(f"dy has shape {dy.shape}, but should have shape {kept.shape}")
    return np.asarray(dy, dtype=kept.dtype)


@misconception(
    "nn.logsumexp",
    hint="x is float32: which dtype does the result have, by the docstring?",
    fails=("LogSoftmax/test_dtypes", "Logsumexp/test_dtypes"),
    source="written by readers of the handout",
)
def sum_stays_in_float64(x, dim=-1, keepdim=False):
    """The sum is computed in float64, and its logarithm may stay there."""
    x = x.astype(np.float64)
    peak = _peak(x, dim)
    with np.errstate(divide="ignore"):
        total = peak + np.log(np.exp(x - peak).sum(axis=dim, keepdims=True))
    return total if keepdim else total.squeeze(axis=dim)


@misconception(
    "nn.logsumexp",
    hint="Where does keepdim=True put the dimension of length 1, for dim=0 of an x of shape (2, 3)?",
    fails=(
        "LogSoftmax/test_gradients_with_options",
        "LogSoftmax/test_values_with_options",
        "Logsumexp/test_keepdim",
    ),
    source="written by readers of the handout",
)
def kept_dimension_is_the_last(x, dim=-1, keepdim=False):
    """keepdim adds a dimension of length 1 at the end."""
    peak = _peak(x, dim)
    with np.errstate(divide="ignore"):
        total = peak + np.log(np.exp(x - peak).sum(axis=dim, keepdims=True))
    total = total.squeeze(axis=dim)
    return total[..., None] if keepdim else total


@misconception(
    "nn.ReLU",
    hint="For which x is your y below 0?",
    fails=("ReLU/test_gradients", "ReLU/test_worked_example"),
    source="written by readers of the handout",
)
class blocked_where_the_output_is_negative(Module):
    """The gradient is blocked where y is below 0."""

    def forward(self, x):
        y = np.maximum(x, 0)
        self.save_for_backward(y)
        return y.copy()

    def backward(self, dy):
        (y,) = self.saved_values
        return np.where(y < 0, 0, _upstream(dy, y))
