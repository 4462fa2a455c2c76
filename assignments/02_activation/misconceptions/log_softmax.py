"""What people believe about LogSoftmax."""

import numpy as np

from grader.assignment import misconception
from reference.nn.activation import _peak, _upstream, logsumexp


@misconception(
    "nn.LogSoftmax.forward",
    hint="What is the probability of a score 10000 below the largest, as a float, and what is its logarithm?",
    fails=("LogSoftmax/test_an_improbable_class_keeps_its_logarithm", "LogSoftmax/test_range"),
    source="github.com/geohot/tinygrad a361ef6861",
)
def logarithm_of_softmax(self, x):
    """LogSoftmax is the logarithm of what Softmax gives."""
    weights = np.exp(x - _peak(x, self.dim))
    y = np.log(weights / weights.sum(axis=self.dim, keepdims=True))
    self.save_for_backward(y)
    return y.copy()


@misconception(
    "nn.LogSoftmax.forward",
    hint="What do the numbers exp(y) add up to, and what is y where the probability is tiny?",
    fails=(
        "LogSoftmax/test_an_improbable_class_keeps_its_logarithm",
        "LogSoftmax/test_gradients",
        "LogSoftmax/test_gradients_with_options",
        "LogSoftmax/test_worked_example",
        "LogSoftmax/test_values",
        "LogSoftmax/test_values_with_options",
    ),
    source="folklore",
)
def epsilon_against_log_of_zero(self, x):
    """A small number is added to the probabilities, so that their logarithms exist."""
    weights = np.exp(x - _peak(x, self.dim))
    y = np.log(weights / weights.sum(axis=self.dim, keepdims=True) + 1e-8)
    self.save_for_backward(y)
    return y.copy()


@misconception(
    "nn.LogSoftmax.forward",
    hint="Your scores are (10000, 10001), in float32: how many digits of their logsumexp lie behind the decimal point?",
    fails=("LogSoftmax/test_large_scores_keep_what_tells_them_apart",),
    source="folklore",
)
def logsumexp_is_safe(self, x):
    """LogSoftmax is x minus its logsumexp; as that does not overflow, all is well."""
    y = x - logsumexp(x, self.dim, keepdim=True)
    self.save_for_backward(y)
    return y.copy()


@misconception(
    "nn.LogSoftmax.forward",
    hint="How large is exp(1000)? What happens to the result if the same number is added to every score?",
    fails=(
        "LogSoftmax/test_any_dim",
        "LogSoftmax/test_large_scores_keep_what_tells_them_apart",
        "LogSoftmax/test_range",
    ),
    source="folklore",
)
def scores_need_no_shift(self, x):
    """LogSoftmax can be computed as its equation stands, for every score."""
    y = x - np.log(np.exp(x).sum(axis=self.dim, keepdims=True))
    self.save_for_backward(y)
    return y.copy()


@misconception(
    "nn.LogSoftmax.forward",
    hint="You subtracted the maximum inside the logarithm: where did you do it outside?",
    fails=(
        "LogSoftmax/test_any_dim",
        "LogSoftmax/test_gradients",
        "LogSoftmax/test_gradients_with_options",
        "LogSoftmax/test_worked_example",
        "LogSoftmax/test_values",
        "LogSoftmax/test_values_with_options",
    ),
    source="folklore",
)
def shift_is_only_inside(self, x):
    """The maximum is subtracted for the exponentials; the score in front stays as it is."""
    y = x - np.log(np.exp(x - _peak(x, self.dim)).sum(axis=self.dim, keepdims=True))
    self.save_for_backward(y)
    return y.copy()


@misconception(
    "nn.LogSoftmax.forward",
    hint="Where does your forward look at `dim`?",
    fails=("LogSoftmax/test_gradients_with_options", "LogSoftmax/test_values_with_options"),
    source="folklore",
)
def last_dimension_is_normalised(self, x):
    """The numbers exp(y) sum to 1 along the last dimension."""
    shifted = x - _peak(x, -1)
    y = shifted - logsumexp(shifted, -1, keepdim=True)
    self.save_for_backward(y)
    return y.copy()


@misconception(
    "nn.LogSoftmax.forward",
    hint="Whose array do you subtract the maximum from?",
    fails=("LogSoftmax/test_memory",),
    source="folklore (x -= x.max())",
)
def scores_are_shifted_in_place(self, x):
    """The shift changes no result, so it can be done in x itself."""
    x -= _peak(x, self.dim)
    y = x - logsumexp(x, self.dim, keepdim=True)
    self.save_for_backward(y)
    return y.copy()


@misconception(
    "nn.LogSoftmax.backward",
    hint="What did forward keep: p or log p? Which of them does the gradient need?",
    fails=(
        "LogSoftmax/test_worked_example",
        "LogSoftmax/test_gradients",
        "LogSoftmax/test_gradients_with_options",
    ),
    source="github.com/AkiRusProd/numpy-nn-model 5995d9aaae",
)
def logarithms_are_probabilities(self, dy):
    """The gradient is dy minus y times the sum of dy."""
    (y,) = self.saved_values
    dy = _upstream(dy, y)
    return dy - y * dy.sum(axis=self.dim, keepdims=True)


@misconception(
    "nn.LogSoftmax.backward",
    hint="What do the entries of dy add up to: always 1?",
    fails=(
        "LogSoftmax/test_worked_example",
        "LogSoftmax/test_gradients",
        "LogSoftmax/test_gradients_with_options",
    ),
    source="folklore (p - t, the gradient of cross-entropy)",
)
def dy_sums_to_one(self, dy):
    """The gradient is dy minus the probabilities."""
    (y,) = self.saved_values
    return _upstream(dy, y) - np.exp(y)


@misconception(
    "nn.LogSoftmax.backward",
    hint="If one score rises and the others stay, what must happen to the other log-probabilities?",
    fails=("LogSoftmax/test_gradients", "LogSoftmax/test_gradients_with_options"),
    source="folklore",
)
def jacobian_is_diagonal(self, dy):
    """The derivative of LogSoftmax is 1 - p."""
    (y,) = self.saved_values
    return _upstream(dy, y) * (1 - np.exp(y))


@misconception(
    "nn.LogSoftmax.backward",
    hint="Every row is normalised by itself: can a change of one row's scores touch another row?",
    fails=("LogSoftmax/test_gradients", "LogSoftmax/test_gradients_with_options"),
    source="folklore (np.sum without an axis)",
)
def gradient_sums_over_everything(self, dy):
    """The sum in the gradient runs over all entries of dy."""
    (y,) = self.saved_values
    dy = _upstream(dy, y)
    return dy - np.exp(y) * dy.sum()
