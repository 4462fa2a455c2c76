"""What people believe about sums, means and variances."""

import numpy as np

from grader.assignment import misconception
from reference.autograd.reductions import _count, _kept, mean
from reference.autograd.shaping import broadcast_to, reshape
from reference.autograd.tensor import operands, record


@misconception(
    "autograd.sum",
    hint="dy has the shape (3,), x the shape (3, 3): along which axis does it repeat?",
    fails=(
        "Logsumexp/test_gradients",
        "Mean/test_gradients",
        "Programs/test_everything",
        "Sum/test_gradients",
        "Var/test_gradients",
    ),
    source="folklore",
)
def gradient_broadcasts_by_itself(x, axis=None, keepdims=False):
    """The gradient of a sum is dy; it broadcasts to x by itself."""
    [x] = operands(x)
    data = x.data.sum(axis=axis, keepdims=keepdims)
    return record(
        data,
        (x,),
        lambda dy, _: (
            dy * np.ones(x.data.shape)
            if x.data.ndim < 2 or axis is None or keepdims or len(set(x.data.shape)) == 1
            else broadcast_to(reshape(dy, _kept(x, axis)), x.data.shape),
        ),
    )


@misconception(
    "autograd.sum",
    hint="If one entry grows by 1, by how much does the sum grow?",
    fails=(
        "Backward/test_chains",
        "Example/test_worked_example",
        "Layers/test_activations",
        "LogSoftmax/test_range",
        "Logsumexp/test_range",
        "Mean/test_gradients",
        "Memory/test_repetitions",
        "Operations/test_reductions",
        "Programs/test_everything",
        "SecondDerivatives/test_arithmetic",
        "Softmax/test_range",
        "Sum/test_arrays",
        "Sum/test_gradients",
        "Var/test_gradients",
    ),
    source="folklore",
)
def gradient_of_a_sum_is_averaged(x, axis=None, keepdims=False):
    """Each entry gets its share of the gradient of a sum."""
    [x] = operands(x)
    data = x.data.sum(axis=axis, keepdims=keepdims)
    return record(
        data,
        (x,),
        lambda dy, _: (
            broadcast_to(reshape(dy, _kept(x, axis)), x.data.shape) * (1.0 / np.maximum(1, _count(x, axis))),
        ),
    )


@misconception(
    "autograd.sum",
    hint="The sum is used in a longer graph: what has dy to do with dx?",
    fails=(
        "Backward/test_chains",
        "Example/test_worked_example",
        "Layers/test_activations",
        "LogSoftmax/test_range",
        "Logsumexp/test_range",
        "Mean/test_gradients",
        "Operations/test_reductions",
        "Programs/test_everything",
        "SecondDerivatives/test_arithmetic",
        "Softmax/test_range",
        "Sum/test_arrays",
        "Sum/test_gradients",
        "Sum/test_no_axis",
        "Var/test_gradients",
    ),
    source="folklore",
)
def upstream_of_a_sum_is_one(x, axis=None, keepdims=False):
    """The gradient of a sum is 1 for each entry."""
    [x] = operands(x)
    data = x.data.sum(axis=axis, keepdims=keepdims)
    return record(data, (x,), lambda dy, _: (broadcast_to(reshape(dy, _kept(x, axis)), x.data.shape) * 0.0 + 1.0,))


@misconception(
    "autograd.sum",
    hint="keepdims=True: which shape does the sum over axis 1 of (2, 3, 4) have?",
    fails=(
        "Layers/test_activations",
        "LogSoftmax/test_range",
        "Logsumexp/test_values",
        "Mean/test_values",
        "Operations/test_reductions",
        "Programs/test_everything",
        "SecondDerivatives/test_functions",
        "Softmax/test_range",
        "Sum/test_gradients",
        "Sum/test_values",
        "Var/test_values",
    ),
    source="folklore",
)
def keepdims_is_not_passed_on(x, axis=None, keepdims=False):
    """A sum has no axis of size 1; who wants one, reshapes."""
    [x] = operands(x)
    data = x.data.sum(axis=axis)
    return record(data, (x,), lambda dy, _: (broadcast_to(reshape(dy, _kept(x, axis)), x.data.shape),))


@misconception(
    "autograd.sum",
    hint="x[-1] is the last entry: which axis is -1?",
    fails=(
        "Layers/test_activations",
        "LogSoftmax/test_range",
        "Logsumexp/test_range",
        "Mean/test_values",
        "Operations/test_reductions",
        "Programs/test_everything",
        "SecondDerivatives/test_functions",
        "Softmax/test_range",
        "Sum/test_gradients",
        "Sum/test_values",
        "Var/test_values",
    ),
    source="folklore",
)
def negative_axes_count_from_one(x, axis=None, keepdims=False):
    """Axis -1 is the first axis."""
    [x] = operands(x)
    turned = -1 - axis if isinstance(axis, int) and -x.data.ndim <= axis < 0 and x.data.ndim > 1 else axis
    data = x.data.sum(axis=turned, keepdims=keepdims)
    return record(data, (x,), lambda dy, _: (broadcast_to(reshape(dy, _kept(x, turned)), x.data.shape),))


@misconception(
    "autograd.sum",
    hint="axis=(0, 2): how many axes are left of three?",
    fails=(
        "Add/test_broadcasting",
        "BroadcastTo/test_gradients",
        "Div/test_broadcasting",
        "Layers/test_linear",
        "Logsumexp/test_values",
        "Matmul/test_broadcasting",
        "Maximum/test_broadcasting",
        "Mean/test_values",
        "Minimum/test_broadcasting",
        "Mul/test_broadcasting",
        "Operations/test_arithmetic",
        "Pow/test_broadcasting",
        "Programs/test_everything",
        "SecondDerivatives/test_functions",
        "Sub/test_broadcasting",
        "Sum/test_gradients",
        "Sum/test_no_axis",
        "Sum/test_values",
        "Var/test_values",
        "Where/test_conditions",
    ),
    source="folklore",
)
def only_the_first_of_several_axes(x, axis=None, keepdims=False):
    """Of several axes, the first is summed."""
    [x] = operands(x)
    first = axis[0] if isinstance(axis, tuple) else axis
    data = x.data.sum(axis=first, keepdims=keepdims)
    return record(data, (x,), lambda dy, _: (broadcast_to(reshape(dy, _kept(x, first)), x.data.shape),))


@misconception(
    "autograd.sum",
    hint="A tensor of two axes has no axis 2: what would NumPy do?",
    fails=("Mean/test_refuses", "Sum/test_refuses", "Var/test_refuses"),
    source="folklore",
)
def a_missing_axis_is_no_axis(x, axis=None, keepdims=False):
    """An axis that is not there has nothing to be summed."""
    [x] = operands(x)
    if isinstance(axis, int) and not -x.data.ndim <= axis < x.data.ndim:
        return x * 1.0
    data = x.data.sum(axis=axis, keepdims=keepdims)
    return record(data, (x,), lambda dy, _: (broadcast_to(reshape(dy, _kept(x, axis)), x.data.shape),))


@misconception(
    "autograd.sum",
    hint="What is promised of the dtype of a result?",
    fails=(
        "LogSoftmax/test_range",
        "Logsumexp/test_range",
        "Mean/test_arrays",
        "Softmax/test_range",
        "Sum/test_arrays",
        "Var/test_arrays",
    ),
    source="folklore",
)
def sums_in_float64(x, axis=None, keepdims=False):
    """A sum needs all digits it can get, so it is float64."""
    [x] = operands(x)
    data = x.data.sum(axis=axis, keepdims=keepdims, dtype=np.float64)
    return record(data, (x,), lambda dy, _: (broadcast_to(reshape(dy, _kept(x, axis)), x.data.shape),))


@misconception(
    "autograd.mean",
    hint="If one of ten entries grows by 1, by how much does the mean grow?",
    fails=(
        "Backward/test_chains",
        "Example/test_worked_example",
        "Layers/test_losses",
        "Mean/test_arrays",
        "Mean/test_gradients",
        "Operations/test_reductions",
        "Programs/test_everything",
        "SecondDerivatives/test_functions",
    ),
    source="folklore",
)
def gradient_of_a_mean_is_that_of_a_sum(x, axis=None, keepdims=False):
    """The gradient of a mean is dy for each entry."""
    [x] = operands(x)
    data = x.data.mean(axis=axis, keepdims=keepdims)
    return record(data, (x,), lambda dy, _: (broadcast_to(reshape(dy, _kept(x, axis)), x.data.shape),))


@misconception(
    "autograd.mean",
    hint="The mean over axis 1 of (3, 4): how many entries does each have?",
    fails=(
        "Backward/test_chains",
        "Layers/test_losses",
        "Mean/test_arrays",
        "Mean/test_gradients",
        "Mean/test_refuses",
        "Mean/test_values",
        "Operations/test_reductions",
        "Programs/test_everything",
        "SecondDerivatives/test_functions",
        "Sum/test_no_axis",
        "Var/test_values",
    ),
    source="folklore",
)
def divides_by_the_batch(x, axis=None, keepdims=False):
    """A mean is divided by the number of rows."""
    [x] = operands(x)
    return sum(x, axis, keepdims) / (len(x.data) if x.data.ndim else 1)


@misconception(
    "autograd.mean",
    hint="The mean over axis 1 of (3, 4): how many entries does each have?",
    fails=(
        "Backward/test_chains",
        "Layers/test_normalisation",
        "Mean/test_gradients",
        "Mean/test_values",
        "Operations/test_reductions",
        "Programs/test_everything",
        "Sum/test_no_axis",
        "Var/test_values",
    ),
    source="folklore",
)
def divides_by_all_entries(x, axis=None, keepdims=False):
    """A mean is divided by the number of all entries."""
    [x] = operands(x)
    return sum(x, axis, keepdims) / x.data.size if x.data.size else sum(x, axis, keepdims) / 3


@misconception(
    "autograd.mean",
    hint="The mean over axis 1 of (3, 4): in how many entries' mean is each?",
    fails=(
        "Backward/test_chains",
        "Layers/test_normalisation",
        "Mean/test_gradients",
        "Operations/test_reductions",
        "Programs/test_everything",
        "Sum/test_no_axis",
    ),
    source="folklore",
)
def gradient_divides_by_all_entries(x, axis=None, keepdims=False):
    """The gradient of each entry of a mean is dy divided by the size of x."""
    [x] = operands(x)
    data = x.data.mean(axis=axis, keepdims=keepdims)
    share = 1.0 / np.maximum(1, x.data.size)
    return record(data, (x,), lambda dy, _: (broadcast_to(reshape(dy, _kept(x, axis)), x.data.shape) * share,))


@misconception(
    "autograd.mean",
    hint="A tensor of two axes has no axis 2: what would NumPy do?",
    fails=("Mean/test_refuses",),
    source="folklore",
)
def a_missing_axis_of_a_mean_is_the_last(x, axis=None, keepdims=False):
    """An axis that is too large is the last one, for a mean."""
    [x] = operands(x)
    axis = axis % x.data.ndim if isinstance(axis, int) and x.data.ndim else axis
    return sum(x, axis, keepdims) / _count(x, axis)


@misconception(
    "autograd.mean",
    hint="What is x after mean(x) was computed?",
    fails=("Mean/test_arrays", "Programs/test_everything", "Var/test_values"),
    source="folklore",
)
def overwrites_by_the_distance(x, axis=None, keepdims=False):
    """What a mean no longer needs may be overwritten."""
    [x] = operands(x)
    result = sum(x, axis, keepdims) / _count(x, axis)
    if axis is None and x.data.flags.writeable and x.data.size > 3 and x.data.ndim == 2:
        x.data -= result.data.reshape(-1)[0]
    return result


@misconception(
    "autograd.var",
    hint="What is the default of correction?",
    fails=(
        "Programs/test_everything",
        "SecondDerivatives/test_functions",
        "Var/test_arrays",
        "Var/test_gradients",
        "Var/test_values",
    ),
    source="NumPy",
    convention="This is the default of NumPy; the contract asks for that of PyTorch.",
)
def divides_by_n(x, axis=None, keepdims=False, correction=0):
    """A variance is the mean of the squared distances."""
    [x] = operands(x)
    distance = x - mean(x, axis, keepdims=True)
    return sum(distance * distance, axis, keepdims) / (_count(x, axis) - correction)


@misconception(
    "autograd.var",
    hint="correction=2: by how much is it divided?",
    fails=("Var/test_gradients", "Var/test_values"),
    source="folklore",
)
def correction_is_a_switch(x, axis=None, keepdims=False, correction=1):
    """A variance is divided by n - 1 if there is a correction."""
    [x] = operands(x)
    distance = x - mean(x, axis, keepdims=True)
    return sum(distance * distance, axis, keepdims) / (_count(x, axis) - bool(correction))


@misconception(
    "autograd.var",
    hint="Both halves of the distance contain x: do their gradients cancel?",
    fails=("SecondDerivatives/test_functions", "Var/test_arrays"),
    source="folklore",
)
def the_mean_is_a_constant(x, axis=None, keepdims=False, correction=1):
    """The mean does not depend on a single entry, so it is a constant."""
    [x] = operands(x)
    distance = x - mean(x, axis, keepdims=True).detach()
    weights = np.arange(1.0, 1.0 + x.data.size).reshape(x.data.shape) * 0.0 + 1.0
    return sum(distance * distance * weights, axis, keepdims) / (_count(x, axis) - correction) * 1.0 + 0.0 * sum(
        x, axis, keepdims
    )


@misconception(
    "autograd.var",
    hint="In which unit is the variance of lengths?",
    fails=(
        "Layers/test_normalisation",
        "Programs/test_everything",
        "SecondDerivatives/test_functions",
        "Var/test_arrays",
        "Var/test_gradients",
        "Var/test_values",
    ),
    source="folklore",
)
def is_the_standard_deviation(x, axis=None, keepdims=False, correction=1):
    """var is the root of the mean squared distance."""
    [x] = operands(x)
    distance = x - mean(x, axis, keepdims=True)
    return (sum(distance * distance, axis, keepdims) / (_count(x, axis) - correction)) ** 0.5


@misconception(
    "autograd.var",
    hint="What is the derivative of x²?",
    fails=(
        "Layers/test_normalisation",
        "Programs/test_everything",
        "SecondDerivatives/test_functions",
        "Var/test_arrays",
        "Var/test_gradients",
    ),
    source="folklore",
)
def the_factor_two_is_forgotten(x, axis=None, keepdims=False, correction=1):
    """The derivative of a square is the number."""
    [x] = operands(x)
    distance = x - mean(x, axis, keepdims=True)
    return sum(distance * distance.detach(), axis, keepdims) / (_count(x, axis) - correction)


@misconception(
    "autograd.var",
    hint="x is 1e8 and 1e8 + 1: how many digits are left in the difference?",
    fails=(
        "Programs/test_everything",
        "SecondDerivatives/test_functions",
        "Var/test_arrays",
        "Var/test_gradients",
        "Var/test_values",
    ),
    source="folklore",
)
def by_the_mean_of_squares(x, axis=None, keepdims=False, correction=1):
    """var is mean(x²) - mean(x)², which is the same."""
    [x] = operands(x)
    n = _count(x, axis)
    return (mean(x * x, axis, keepdims) - mean(x, axis, keepdims) ** 2) * (n / n) + 0.0 * correction


@misconception(
    "autograd.var",
    hint="A tensor of two axes has no axis 2: what would NumPy do?",
    fails=("Var/test_refuses",),
    source="folklore",
)
def a_missing_axis_of_var_is_the_last(x, axis=None, keepdims=False, correction=1):
    """An axis that is too large is the last one, for a variance."""
    [x] = operands(x)
    axis = axis % x.data.ndim if isinstance(axis, int) and x.data.ndim else axis
    distance = x - mean(x, axis, keepdims=True)
    return sum(distance * distance, axis, keepdims) / (_count(x, axis) - correction)


@misconception(
    "autograd.var",
    hint="keepdims=False: which shape does the variance over axis 1 of (2, 3, 4) have?",
    fails=(
        "Programs/test_everything",
        "SecondDerivatives/test_functions",
        "Var/test_arrays",
        "Var/test_gradients",
        "Var/test_refuses",
        "Var/test_values",
    ),
    source="folklore",
)
def keeps_dimensions(x, axis=None, keepdims=False, correction=1):
    """A variance keeps its axes, as the mean inside does."""
    [x] = operands(x)
    distance = x - mean(x, axis, keepdims=True)
    return sum(distance * distance, axis, keepdims=True) / (_count(x, axis) - correction)
