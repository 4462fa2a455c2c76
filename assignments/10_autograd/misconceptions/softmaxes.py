"""What people believe about logsumexp and softmax."""

import numpy as np

from grader.assignment import misconception
from reference.autograd.elementwise import exp, log
from reference.autograd.reductions import mean, sum
from reference.autograd.tensor import operands, record


@misconception(
    "autograd.logsumexp",
    hint="What is exp(1e4)?",
    fails=("Logsumexp/test_range",),
    source="folklore",
)
def nothing_is_subtracted(x, axis=-1, keepdims=False):
    """log(sum(exp(x))) can be computed as it stands."""
    [x] = operands(x)
    return log(sum(exp(x), axis, keepdims))


@misconception(
    "autograd.logsumexp",
    hint="x grows by 100 everywhere: what becomes of logsumexp(x)?",
    fails=(
        "Logsumexp/test_arrays",
        "Logsumexp/test_range",
        "Logsumexp/test_values",
        "Programs/test_everything",
        "Sum/test_no_axis",
    ),
    source="folklore",
)
def the_maximum_is_not_added_again(x, axis=-1, keepdims=False):
    """The maximum is subtracted for safety."""
    [x] = operands(x)
    return log(sum(exp(x - x.data.max(axis=axis, keepdims=True)), axis, keepdims))


@misconception(
    "autograd.logsumexp",
    hint="What does the handout say about an axis that is left out?",
    fails=(
        "Logsumexp/test_arrays",
        "Logsumexp/test_gradients",
        "Logsumexp/test_range",
        "Logsumexp/test_values",
        "Programs/test_everything",
        "SecondDerivatives/test_functions",
    ),
    source="folklore",
)
def over_all_entries(x, axis=None, keepdims=False):
    """logsumexp is over all entries, as sum is."""
    [x] = operands(x)
    largest = x.data.max(axis=axis, keepdims=True)
    result = log(sum(exp(x - largest), axis, keepdims))
    return result + largest.reshape(result.data.shape)


@misconception(
    "autograd.logsumexp",
    hint="Two entries are nearly equal: which of them changes the result?",
    fails=(
        "Logsumexp/test_arrays",
        "Logsumexp/test_gradients",
        "Logsumexp/test_range",
        "Programs/test_everything",
        "SecondDerivatives/test_functions",
    ),
    source="folklore",
)
def gradient_of_a_maximum(x, axis=-1, keepdims=False):
    """The gradient of logsumexp goes to the largest entry."""
    [x] = operands(x)
    largest = x.data.max(axis=axis, keepdims=True)
    data = np.log(np.exp(x.data - largest).sum(axis=axis, keepdims=True)) + largest
    mask = x.data == largest
    result = record(data, (x,), lambda dy, _: (dy * mask,))
    return result if keepdims else result.reshape(x.data.sum(axis=axis).shape)


@misconception(
    "autograd.logsumexp",
    hint="Of one entry, what is logsumexp? And of two that are equal?",
    fails=("Logsumexp/test_arrays", "Logsumexp/test_range", "Logsumexp/test_values", "Programs/test_everything"),
    source="folklore",
)
def mean_of_exponentials(x, axis=-1, keepdims=False):
    """logsumexp is the logarithm of the mean."""
    [x] = operands(x)
    largest = x.data.max(axis=axis, keepdims=True)
    result = log(mean(exp(x - largest), axis, keepdims))
    return result + largest.reshape(result.data.shape)


@misconception(
    "autograd.logsumexp",
    hint="A tensor of two axes has no axis 2: what would NumPy do?",
    fails=("Logsumexp/test_refuses",),
    source="folklore",
)
def a_missing_axis_of_logsumexp_is_the_last(x, axis=-1, keepdims=False):
    """An axis that is too large is the last one, for logsumexp."""
    [x] = operands(x)
    axis = axis % x.data.ndim if isinstance(axis, int) and x.data.ndim else axis
    largest = x.data.max(axis=axis, keepdims=True)
    result = log(sum(exp(x - largest), axis, keepdims))
    return result + largest.reshape(result.data.shape)


@misconception(
    "autograd.softmax",
    hint="What is exp(1e4)?",
    fails=("Softmax/test_range",),
    source="folklore",
)
def exponentials_overflow(x, axis=-1):
    """exp(x) / sum(exp(x)) can be computed as it stands."""
    [x] = operands(x)
    powers = exp(x)
    return powers / sum(powers, axis, keepdims=True)


@misconception(
    "autograd.softmax",
    hint="To what do the rows of a softmax add up?",
    fails=(
        "Layers/test_activations",
        "Programs/test_everything",
        "SecondDerivatives/test_functions",
        "Softmax/test_arrays",
        "Softmax/test_gradients",
        "Softmax/test_range",
        "Softmax/test_refuses",
        "Softmax/test_values",
    ),
    source="folklore",
)
def over_everything(x, axis=-1):
    """softmax is over all entries."""
    [x] = operands(x)
    powers = exp(x - x.data.max())
    return powers / sum(powers, keepdims=True)


@misconception(
    "autograd.softmax",
    hint="axis=0: which entries add up to 1?",
    fails=("Programs/test_everything", "Softmax/test_gradients", "Softmax/test_values"),
    source="folklore",
)
def always_the_last_axis(x, axis=-1):
    """softmax is along the last axis."""
    [x] = operands(x)
    np.empty(x.data.shape).sum(axis=axis)
    powers = exp(x - x.data.max(axis=-1, keepdims=True))
    return powers / sum(powers, -1, keepdims=True)


@misconception(
    "autograd.softmax",
    hint="One entry grows: what becomes of the others?",
    fails=(
        "Layers/test_activations",
        "Programs/test_everything",
        "SecondDerivatives/test_functions",
        "Softmax/test_arrays",
        "Softmax/test_gradients",
        "Softmax/test_range",
    ),
    source="folklore",
)
def the_sum_is_a_constant(x, axis=-1):
    """The gradient of softmax is y (1 - y) for each entry."""
    [x] = operands(x)
    powers = np.exp(x.data - x.data.max(axis=axis, keepdims=True))
    return record(powers / powers.sum(axis=axis, keepdims=True), (x,), lambda dy, y: (dy * y * (1 - y),))


@misconception(
    "autograd.softmax",
    hint="dx = y (dy - s): which s makes dx add up to 0?",
    fails=(
        "Layers/test_activations",
        "Programs/test_everything",
        "SecondDerivatives/test_functions",
        "Softmax/test_arrays",
        "Softmax/test_gradients",
        "Softmax/test_range",
    ),
    source="folklore",
)
def sum_of_dy_without_y(x, axis=-1):
    """The gradient of softmax is y (dy - sum(dy))."""
    [x] = operands(x)
    powers = np.exp(x.data - x.data.max(axis=axis, keepdims=True))
    data = powers / powers.sum(axis=axis, keepdims=True)
    return record(data, (x,), lambda dy, y: (y * (dy - sum(dy, axis, keepdims=True)),))


@misconception(
    "autograd.softmax",
    hint="A tensor of two axes has no axis 2: what would NumPy do?",
    fails=("Programs/test_everything", "Softmax/test_refuses"),
    source="folklore",
)
def a_missing_axis_of_softmax_is_the_last(x, axis=-1):
    """An axis that is too large is the last one, for softmax."""
    [x] = operands(x)
    axis = axis % x.data.ndim
    powers = exp(x - x.data.max(axis=axis, keepdims=True))
    return powers / sum(powers, axis, keepdims=True)


@misconception(
    "autograd.softmax",
    hint="What is x after softmax(x) was computed?",
    fails=("Programs/test_everything", "Softmax/test_arrays"),
    source="folklore",
)
def in_the_array_of_x(x, axis=-1):
    """softmax can be computed where x is."""
    [x] = operands(x)
    powers = np.exp(x.data - x.data.max(axis=axis, keepdims=True))
    data = powers / powers.sum(axis=axis, keepdims=True)
    if x.data.flags.writeable and x.data.dtype == np.float64:
        x.data[...] = data
    return record(data, (x,), lambda dy, y: (y * (dy - sum(dy * y, axis, keepdims=True)),))


@misconception(
    "autograd.log_softmax",
    hint="softmax is 0 for an entry far below the maximum: what is its logarithm?",
    fails=("LogSoftmax/test_range",),
    source="folklore",
)
def logarithm_of_softmax(x, axis=-1):
    """log_softmax is log(softmax(x))."""
    [x] = operands(x)
    powers = exp(x - x.data.max(axis=axis, keepdims=True))
    return log(powers / sum(powers, axis, keepdims=True))


@misconception(
    "autograd.log_softmax",
    hint="What is log(exp(x) / s)?",
    fails=(
        "Layers/test_activations",
        "LogSoftmax/test_arrays",
        "LogSoftmax/test_gradients",
        "LogSoftmax/test_range",
        "LogSoftmax/test_refuses",
        "LogSoftmax/test_values",
        "Programs/test_everything",
        "SecondDerivatives/test_functions",
    ),
    source="folklore",
)
def the_logarithm_is_missing(x, axis=-1):
    """log_softmax is x minus the sum of exponentials."""
    [x] = operands(x)
    below = x - x.data.max(axis=axis, keepdims=True)
    return below - sum(exp(below), axis, keepdims=True)


@misconception(
    "autograd.log_softmax",
    hint="That is so for one upstream gradient: for which?",
    fails=(
        "Layers/test_activations",
        "LogSoftmax/test_arrays",
        "LogSoftmax/test_gradients",
        "LogSoftmax/test_range",
        "Programs/test_everything",
        "SecondDerivatives/test_functions",
    ),
    source="folklore",
)
def gradient_is_dy_minus_y(x, axis=-1):
    """The gradient of log_softmax is dy - y."""
    [x] = operands(x)
    below = x.data - x.data.max(axis=axis, keepdims=True)
    data = below - np.log(np.exp(below).sum(axis=axis, keepdims=True))
    return record(data, (x,), lambda dy, y: (dy - exp(y),))


@misconception(
    "autograd.log_softmax",
    hint="What does the handout say about an axis that is left out?",
    fails=("LogSoftmax/test_gradients", "LogSoftmax/test_values", "Programs/test_functions"),
    source="folklore",
)
def along_the_first_axis(x, axis=1):
    """log_softmax is along axis 1, where the classes are."""
    [x] = operands(x)
    axis = axis if x.data.ndim > 1 else -1
    below = x - x.data.max(axis=axis, keepdims=True)
    return below - log(sum(exp(below), axis, keepdims=True))


@misconception(
    "autograd.log_softmax",
    hint="A tensor of two axes has no axis 2: what would NumPy do?",
    fails=("LogSoftmax/test_refuses", "Programs/test_everything"),
    source="folklore",
)
def a_missing_axis_of_log_softmax_is_the_last(x, axis=-1):
    """An axis that is too large is the last one, for log_softmax."""
    [x] = operands(x)
    axis = axis % x.data.ndim
    below = x - x.data.max(axis=axis, keepdims=True)
    return below - log(sum(exp(below), axis, keepdims=True))
