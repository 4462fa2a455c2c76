"""What people believe about larger and smaller numbers."""

import numpy as np

from grader.assignment import misconception
from reference.autograd.arithmetic import _fitting
from reference.autograd.elementwise import where
from reference.autograd.reductions import _axes, _extreme, _kept
from reference.autograd.shaping import reshape
from reference.autograd.tensor import operands, record


@misconception(
    "autograd.maximum",
    hint="x and y are equal: is one of them more the maximum than the other?",
    fails=("Maximum/test_ties",),
    source="folklore",
)
def first_wins_a_tie(x, y):
    """Of equal numbers, the first operand has the gradient."""
    x, y = _fitting("maximum", x, y)
    share = 1.0 * (x.data >= y.data)
    return record(np.maximum(x.data, y.data), (x, y), lambda d, _: (d * share, d * (1 - share)))


@misconception(
    "autograd.maximum",
    hint="Both are equal and both grow by 1: by how much does the maximum grow?",
    fails=("Maximum/test_operands", "Maximum/test_ties", "Programs/test_everything"),
    source="folklore",
)
def both_win_a_tie(x, y):
    """Of equal numbers, both operands have the whole gradient."""
    x, y = _fitting("maximum", x, y)
    one, other = x.data >= y.data, y.data >= x.data
    return record(np.maximum(x.data, y.data), (x, y), lambda d, _: (d * one, d * other))


@misconception(
    "autograd.maximum",
    hint="Both are equal and both grow by 1: by how much does the maximum grow?",
    fails=("Maximum/test_operands", "Maximum/test_ties", "Programs/test_everything"),
    source="folklore",
)
def nobody_wins_a_tie(x, y):
    """Where both are equal, there is no derivative, so it is 0."""
    x, y = _fitting("maximum", x, y)
    one, other = x.data > y.data, y.data > x.data
    return record(np.maximum(x.data, y.data), (x, y), lambda d, _: (d * one, d * other))


@misconception(
    "autograd.maximum",
    hint="x is the larger one and grows: what becomes of the maximum?",
    fails=(
        "Maximum/test_arrays",
        "Maximum/test_broadcasting",
        "Maximum/test_gradients",
        "Maximum/test_operands",
        "Maximum/test_ties",
        "Programs/test_everything",
        "SecondDerivatives/test_matrices_and_shapes",
    ),
    source="folklore",
)
def gradient_to_the_smaller(x, y):
    """The gradient goes to the smaller number, which has to catch up."""
    x, y = _fitting("maximum", x, y)
    share = (x.data < y.data) + 0.5 * (x.data == y.data)
    return record(np.maximum(x.data, y.data), (x, y), lambda d, _: (d * share, d * (1 - share)))


@misconception(
    "autograd.maximum",
    hint="What is the maximum of -3 and 2?",
    fails=(
        "Maximum/test_arrays",
        "Maximum/test_broadcasting",
        "Maximum/test_gradients",
        "Maximum/test_operands",
        "Maximum/test_values",
        "Programs/test_everything",
    ),
    source="folklore",
)
def by_size(x, y):
    """The larger number is the one that is further from 0."""
    x, y = _fitting("maximum", x, y)
    share = (np.abs(x.data) > np.abs(y.data)) + 0.5 * (x.data == y.data)
    data = np.where(np.abs(x.data) > np.abs(y.data), x.data, y.data)
    return record(data, (x, y), lambda d, _: (d * share, d * (1 - share)))


@misconception(
    "autograd.minimum",
    hint="x and y are equal: is one of them more the minimum than the other?",
    fails=("Minimum/test_ties",),
    source="folklore",
)
def first_wins_a_tie_of_minimum(x, y):
    """Of equal numbers, the first operand of minimum has the gradient."""
    x, y = _fitting("minimum", x, y)
    share = 1.0 * (x.data <= y.data)
    return record(np.minimum(x.data, y.data), (x, y), lambda d, _: (d * share, d * (1 - share)))


@misconception(
    "autograd.minimum",
    hint="x and y are equal: is one of them more the minimum than the other?",
    fails=("Minimum/test_ties",),
    source="folklore",
)
def second_wins_a_tie_of_minimum(x, y):
    """Of equal numbers, the second operand of minimum has the gradient."""
    x, y = _fitting("minimum", x, y)
    share = 1.0 * (x.data < y.data)
    return record(np.minimum(x.data, y.data), (x, y), lambda d, _: (d * share, d * (1 - share)))


@misconception(
    "autograd.minimum",
    hint="x is the smaller one and grows: what becomes of the minimum?",
    fails=(
        "Minimum/test_arrays",
        "Minimum/test_broadcasting",
        "Minimum/test_gradients",
        "Minimum/test_operands",
        "Minimum/test_ties",
        "Programs/test_everything",
        "SecondDerivatives/test_matrices_and_shapes",
    ),
    source="folklore",
)
def gradient_to_the_larger(x, y):
    """The gradient of minimum goes to the larger number."""
    x, y = _fitting("minimum", x, y)
    share = (x.data > y.data) + 0.5 * (x.data == y.data)
    return record(np.minimum(x.data, y.data), (x, y), lambda d, _: (d * share, d * (1 - share)))


@misconception(
    "autograd.minimum",
    hint="max(-1, -2) is -1: which of 1 and 2 is smaller, and what sign does it have?",
    fails=(
        "Minimum/test_arrays",
        "Minimum/test_refuses",
        "Minimum/test_values",
        "Programs/test_everything",
        "SecondDerivatives/test_matrices_and_shapes",
    ),
    source="folklore",
)
def is_the_maximum_of_the_negative(x, y):
    """The minimum is the maximum of -x and -y."""
    x, y = _fitting("minimum", x, y)
    share = (x.data < y.data) + 0.5 * (x.data == y.data)
    return record(-1.0 * np.minimum(x.data, y.data), (x, y), lambda d, _: (d * share, d * (1 - share)))


@misconception(
    "autograd.max",
    hint="Of [2, 2] the maximum is 2: which entry is it?",
    fails=("Max/test_ties",),
    source="PyTorch",
    convention="This is what torch.amax does; the contract asks that the first entry has the whole gradient.",
)
def ties_share(x, axis=None, keepdims=False):
    """Equal entries share the gradient."""
    [x] = operands(x)
    data = x.data.max(axis=axis, keepdims=keepdims)
    equal = x.data == data.reshape(_kept(x, axis))
    share = equal / equal.sum(axis=_axes(x, axis), keepdims=True)
    return record(data, (x,), lambda dy, _: (reshape(dy, _kept(x, axis)) * share,))


@misconception(
    "autograd.max",
    hint="Of [2, 2] the maximum is 2: if it grows by 1, how much does each entry contribute?",
    fails=("Max/test_ties",),
    source="folklore",
)
def ties_get_all(x, axis=None, keepdims=False):
    """Every entry that equals the maximum has the gradient."""
    [x] = operands(x)
    data = x.data.max(axis=axis, keepdims=keepdims)
    equal = x.data == data.reshape(_kept(x, axis))
    return record(data, (x,), lambda dy, _: (reshape(dy, _kept(x, axis)) * equal,))


@misconception(
    "autograd.max",
    hint="From which end are equal entries looked at?",
    fails=("Max/test_ties",),
    source="folklore",
)
def last_of_equal_entries(x, axis=None, keepdims=False):
    """The last of equal entries has the gradient."""
    [x] = operands(x)
    last = lambda groups, axis: groups.shape[axis] - 1 - np.argmax(groups[..., ::-1], axis=axis)  # noqa: E731
    return _extreme(x, x.data.max(axis=axis, keepdims=keepdims), last, axis)


@misconception(
    "autograd.max",
    hint="axis=(2, 0): which of two equal entries comes first, row by row?",
    fails=("Max/test_ties",),
    source="folklore",
)
def axes_in_the_order_given(x, axis=None, keepdims=False):
    """Of several axes, equal entries are looked at in the order in which the axes are given."""
    [x] = operands(x)
    data = x.data.max(axis=axis, keepdims=keepdims)
    kept, axes = _kept(x, axis), _axes(x, axis)
    if axes != tuple(sorted(axes)):
        moved = np.moveaxis(x.data, axes, range(-len(axes), 0))
        groups = moved.reshape(*moved.shape[: -len(axes)], -1)
        chosen = np.arange(groups.shape[-1]) == groups.argmax(axis=-1)[..., None]
        mask = np.moveaxis(chosen.reshape(moved.shape), range(-len(axes), 0), axes)
        return record(data, (x,), lambda dy, _: (reshape(dy, kept) * mask,))
    return _extreme(x, data, np.argmax, axis)


@misconception(
    "autograd.max",
    hint="An entry that is not the largest grows a little: does the maximum?",
    fails=(
        "Layers/test_convolution",
        "Max/test_arrays",
        "Max/test_gradients",
        "Max/test_ties",
        "Operations/test_reductions",
        "Programs/test_everything",
        "SecondDerivatives/test_functions",
    ),
    source="folklore",
)
def gradient_everywhere(x, axis=None, keepdims=False):
    """Every entry has a part in the maximum."""
    [x] = operands(x)
    data = x.data.max(axis=axis, keepdims=keepdims)
    return record(data, (x,), lambda dy, _: (reshape(dy, _kept(x, axis)) * np.ones(x.data.shape),))


@misconception(
    "autograd.max",
    hint="What is the maximum of [-3, 2]?",
    fails=(
        "Layers/test_convolution",
        "Max/test_arrays",
        "Max/test_values",
        "Operations/test_reductions",
        "Programs/test_everything",
        "Sum/test_no_axis",
    ),
    source="folklore",
)
def largest_in_size(x, axis=None, keepdims=False):
    """The maximum is the entry that is furthest from 0."""
    [x] = operands(x)
    furthest = np.abs(x.data).max(axis=axis, keepdims=keepdims)
    return _extreme(x, furthest, np.argmax, axis)


@misconception(
    "autograd.max",
    hint="A tensor of two axes has no axis 2: what would NumPy do?",
    fails=("Max/test_refuses",),
    source="folklore",
)
def a_missing_axis_is_the_last(x, axis=None, keepdims=False):
    """An axis that is too large is the last one."""
    [x] = operands(x)
    if isinstance(axis, int) and x.data.ndim:
        axis = axis % x.data.ndim
    return _extreme(x, x.data.max(axis=axis, keepdims=keepdims), np.argmax, axis)


@misconception(
    "autograd.max",
    hint="What does NumPy say about the maximum of an empty array?",
    fails=("Max/test_gradients", "Max/test_refuses"),
    source="folklore",
)
def nothing_is_below_everything(x, axis=None, keepdims=False):
    """The maximum of no entries is -infinity."""
    [x] = operands(x)
    data = x.data.max(axis=axis, keepdims=keepdims, initial=-np.inf)
    if x.data.size == 0:
        return record(data, (x,), lambda dy, _: (where(x.data == 0, 0.0, 0.0),))
    return _extreme(x, data, np.argmax, axis)


@misconception(
    "autograd.min",
    hint="The largest entry grows: what becomes of the smallest?",
    fails=(
        "Min/test_arrays",
        "Min/test_gradients",
        "Min/test_ties",
        "Programs/test_everything",
        "SecondDerivatives/test_functions",
    ),
    source="folklore",
)
def gradient_to_the_largest(x, axis=None, keepdims=False):
    """The gradient of a minimum goes where that of a maximum does."""
    [x] = operands(x)
    return _extreme(x, x.data.min(axis=axis, keepdims=keepdims), np.argmax, axis)


@misconception(
    "autograd.min",
    hint="From which end are equal entries looked at?",
    fails=("Min/test_ties",),
    source="folklore",
)
def last_of_equal_smallest(x, axis=None, keepdims=False):
    """The last of equal entries has the gradient of a minimum."""
    [x] = operands(x)
    last = lambda groups, axis: groups.shape[axis] - 1 - np.argmin(groups[..., ::-1], axis=axis)  # noqa: E731
    return _extreme(x, x.data.min(axis=axis, keepdims=keepdims), last, axis)


@misconception(
    "autograd.min",
    hint="What is the minimum of [-3, 2]?",
    fails=("Min/test_arrays", "Min/test_refuses", "Min/test_values", "Programs/test_everything", "Sum/test_no_axis"),
    source="folklore",
)
def smallest_in_size(x, axis=None, keepdims=False):
    """The minimum is the entry that is nearest to 0."""
    [x] = operands(x)
    return _extreme(x, np.abs(x.data).min(axis=axis, keepdims=keepdims), np.argmin, axis)


@misconception(
    "autograd.min",
    hint="A tensor of two axes has no axis 2: what would NumPy do?",
    fails=("Min/test_refuses",),
    source="folklore",
)
def a_missing_axis_of_min_is_the_last(x, axis=None, keepdims=False):
    """An axis that is too large is the last one, for a minimum."""
    [x] = operands(x)
    if isinstance(axis, int) and x.data.ndim:
        axis = axis % x.data.ndim
    return _extreme(x, x.data.min(axis=axis, keepdims=keepdims), np.argmin, axis)
