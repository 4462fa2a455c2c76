"""What people believe about GroupNorm."""

import math

import numpy as np

from grader.assignment import misconception
from reference.nn.module import Module, accumulate_grad, check_shape
from reference.nn.normalization import _others, _standardized, _standardized_backward
from reference.nn.parameter import Parameter


@misconception(
    "nn.GroupNorm",
    hint="Which channels are in group 0 of GroupNorm(2, 6)?",
    fails=(
        "GroupNorm/test_worked_example",
        "GroupNorm/test_dtypes",
        "GroupNorm/test_refuses",
    ),
    source="folklore (cs231n, spatial group normalisation)",
)
class channels_are_interleaved(Module):
    """Channels are dealt to the groups in turn: with two groups, the even ones make the first."""

    def _mixed(self, x):
        parts = x.reshape(len(x), self.num_channels // self.num_groups, self.num_groups, math.prod(x.shape[2:]))
        return parts.swapaxes(1, 2).reshape(self._grouped(x))

    def _back(self, groups, shape):
        channels = self.num_channels // self.num_groups
        parts = groups.reshape(shape[0], self.num_groups, channels, math.prod(shape[2:]))
        return parts.swapaxes(1, 2).reshape(shape)

    def forward(self, x):
        check_shape("x of GroupNorm", x.shape, (*x.shape[:1], self.num_channels, *x.shape[2:]))
        groups = self._mixed(x)
        if groups.shape[2] == 1:
            raise ValueError(f"one number in a group for {x.shape}")
        normal, inverse = _standardized(groups, (2,), self.eps)
        normal = self._back(normal, x.shape)
        self.save_for_backward(normal, inverse, x.dtype)
        y = normal * self._per_channel(self.weight, x) + self._per_channel(self.bias, x)
        return y.astype(x.dtype, copy=False)

    def backward(self, dy):
        normal, inverse, dtype = self.saved_values
        check_shape("dy of GroupNorm", dy.shape, normal.shape)
        accumulate_grad(self.weight, (dy * normal).sum(axis=_others(dy, (1,))))
        accumulate_grad(self.bias, dy.sum(axis=_others(dy, (1,))))
        d_normal = dy * self._per_channel(self.weight, dy)
        dx = _standardized_backward(self._mixed(d_normal), self._mixed(normal), inverse, (2,))
        return self._back(dx, dy.shape).astype(dtype, copy=False)


@misconception(
    "nn.GroupNorm._grouped",
    hint="Is the first argument of GroupNorm the number of groups, or the number of channels in one?",
    fails=(
        "GroupNorm/test_values",
        "GroupNorm/test_a_single_number",
        "GroupNorm/test_dtypes",
    ),
    source="folklore; github.com/tensorflow/addons (groups)",
)
def groups_are_of_that_size(self, x):
    """num_groups is the number of channels in a group."""
    in_a_channel = math.prod(x.shape[2:])
    return len(x), self.num_channels // self.num_groups, self.num_groups * in_a_channel


@misconception(
    "nn.GroupNorm._grouped",
    hint="Try another number of groups: what changes?",
    fails=(
        "GroupNorm/test_a_single_number",
        "GroupNorm/test_dtypes",
        "GroupNorm/test_refuses",
    ),
    source="folklore",
)
def one_group_of_all(self, x):
    """All channels are normalised together."""
    return len(x), 1, self.num_channels * math.prod(x.shape[2:])


@misconception(
    "nn.GroupNorm",
    hint="How many numbers go into one mean, for GroupNorm(2, 6) and an x of shape (2, 6, 5)?",
    fails=(
        "GroupNorm/test_worked_example",
        "GroupNorm/test_values",
        "GroupNorm/test_used_again",
    ),
    source="folklore",
)
class positions_are_normalised_apart(Module):
    """Mean and variance are taken over the channels of a group, at each position by itself."""

    def forward(self, x):
        check_shape("x of GroupNorm", x.shape, (*x.shape[:1], self.num_channels, *x.shape[2:]))
        in_group, rest = self.num_channels // self.num_groups, math.prod(x.shape[2:])
        if in_group * rest == 1:
            raise ValueError(f"one number in a group for {x.shape}")
        groups = x.reshape(len(x), self.num_groups, in_group, rest)
        normal, inverse = _standardized(groups, (2,), self.eps)
        self.save_for_backward(normal.reshape(x.shape), inverse, x.dtype)
        y = normal.reshape(x.shape) * self._per_channel(self.weight, x) + self._per_channel(self.bias, x)
        return y.astype(x.dtype, copy=False)

    def backward(self, dy):
        normal, inverse, dtype = self.saved_values
        check_shape("dy of GroupNorm", dy.shape, normal.shape)
        accumulate_grad(self.weight, (dy * normal).sum(axis=_others(dy, (1,))))
        accumulate_grad(self.bias, dy.sum(axis=_others(dy, (1,))))
        in_group, rest = self.num_channels // self.num_groups, math.prod(dy.shape[2:])
        shape = (len(dy), self.num_groups, in_group, rest)
        d_normal = (dy * self._per_channel(self.weight, dy)).reshape(shape)
        dx = _standardized_backward(d_normal, normal.reshape(shape), inverse, (2,))
        return dx.reshape(dy.shape).astype(dtype, copy=False)


@misconception(
    "nn.GroupNorm",
    hint="Does what one example gets depend on the others in its batch?",
    fails=(
        "GroupNorm/test_values",
        "GroupNorm/test_dtypes",
        "GroupNorm/test_refuses",
    ),
    source="folklore (copied from BatchNorm)",
)
class groups_of_the_whole_batch(Module):
    """Mean and variance of a group are taken over the whole batch."""

    def forward(self, x):
        check_shape("x of GroupNorm", x.shape, (*x.shape[:1], self.num_channels, *x.shape[2:]))
        groups = x.reshape(self._grouped(x))
        if groups.shape[2] == 1:
            raise ValueError(f"one number in a group for {x.shape}")
        normal, inverse = (
            _standardized(groups, (0, 2), self.eps) if len(x) else (groups.copy(), np.ones((1, self.num_groups, 1)))
        )
        normal = normal.reshape(x.shape)
        self.save_for_backward(normal, inverse, x.dtype)
        y = normal * self._per_channel(self.weight, x) + self._per_channel(self.bias, x)
        return y.astype(x.dtype, copy=False)

    def backward(self, dy):
        normal, inverse, dtype = self.saved_values
        check_shape("dy of GroupNorm", dy.shape, normal.shape)
        accumulate_grad(self.weight, (dy * normal).sum(axis=_others(dy, (1,))))
        accumulate_grad(self.bias, dy.sum(axis=_others(dy, (1,))))
        if not len(dy):
            return dy.astype(dtype)
        shape = self._grouped(dy)
        d_normal = dy * self._per_channel(self.weight, dy)
        dx = _standardized_backward(d_normal.reshape(shape), normal.reshape(shape), inverse, (0, 2))
        return dx.reshape(dy.shape).astype(dtype, copy=False)


@misconception(
    "nn.GroupNorm",
    hint="Is there a weight for each group or for each channel?",
    fails=(
        "GroupNorm/test_at_first",
        "GroupNorm/test_dtypes",
        "GroupNorm/test_worked_example",
    ),
    source="folklore",
)
class weight_of_each_group(Module):
    """Each group has a weight and a bias."""

    def __init__(self, num_groups, num_channels):
        if num_groups < 1 or num_channels < 1 or num_channels % num_groups:
            raise ValueError(f"impossible {num_groups}, {num_channels}")
        self.num_groups, self.num_channels = num_groups, num_channels
        self.weight = Parameter(np.ones(num_groups))
        self.bias = Parameter(np.zeros(num_groups))

    def forward(self, x):
        check_shape("x of GroupNorm", x.shape, (*x.shape[:1], self.num_channels, *x.shape[2:]))
        groups = x.reshape(self._grouped(x))
        if groups.shape[2] == 1:
            raise ValueError(f"one number in a group for {x.shape}")
        normal, inverse = _standardized(groups, (2,), self.eps)
        self.save_for_backward(normal, inverse, x.dtype)
        y = normal * self.weight.data[:, np.newaxis] + self.bias.data[:, np.newaxis]
        return y.reshape(x.shape).astype(x.dtype, copy=False)

    def backward(self, dy):
        normal, inverse, dtype = self.saved_values
        groups = dy.reshape(normal.shape)
        accumulate_grad(self.weight, (groups * normal).sum(axis=(0, 2)))
        accumulate_grad(self.bias, groups.sum(axis=(0, 2)))
        dx = _standardized_backward(groups * self.weight.data[:, np.newaxis], normal, inverse, (2,))
        return dx.reshape(dy.shape).astype(dtype, copy=False)


@misconception(
    "nn.GroupNorm.backward",
    hint="Within a group, is weight the same for all channels?",
    fails=(
        "GroupNorm/test_gradients",
        "GroupNorm/test_constant",
        "GroupNorm/test_used_again",
    ),
    source="folklore (copied from BatchNorm)",
)
def group_weight_outside_the_sums(self, dy):
    """weight is a factor of dx, outside of the sums, as in BatchNorm."""
    normal, inverse, dtype = self.saved_values
    check_shape("dy of GroupNorm", dy.shape, normal.shape)
    accumulate_grad(self.weight, (dy * normal).sum(axis=_others(dy, (1,))))
    accumulate_grad(self.bias, dy.sum(axis=_others(dy, (1,))))
    shape = self._grouped(dy)
    dx = _standardized_backward(dy.reshape(shape), normal.reshape(shape), inverse, (2,)).reshape(dy.shape)
    return (dx * self._per_channel(self.weight, dy)).astype(dtype, copy=False)


@misconception(
    "nn.GroupNorm.backward",
    hint="Set weight to 2: what happens to y, and what should happen to dx?",
    fails=(
        "GroupNorm/test_gradients",
        "GroupNorm/test_memory",
        "GroupNorm/test_constant",
    ),
    source="folklore",
)
def group_weight_not_in_dx(self, dy):
    """dx is what comes back through the normalisation; weight has its own gradient."""
    normal, inverse, dtype = self.saved_values
    check_shape("dy of GroupNorm", dy.shape, normal.shape)
    accumulate_grad(self.weight, (dy * normal).sum(axis=_others(dy, (1,))))
    accumulate_grad(self.bias, dy.sum(axis=_others(dy, (1,))))
    shape = self._grouped(dy)
    dx = _standardized_backward(dy.reshape(shape), normal.reshape(shape), inverse, (2,))
    return dx.reshape(dy.shape).astype(dtype, copy=False)


@misconception(
    "nn.GroupNorm.backward",
    hint="Feed the same examples once and then twice: how should the gradients of bias relate?",
    fails=(
        "GroupNorm/test_gradients",
        "GroupNorm/test_any_number_of_groups",
    ),
    source="folklore",
)
def group_gradients_are_means(self, dy):
    """The gradients of weight and bias are means over the batch."""
    normal, inverse, dtype = self.saved_values
    check_shape("dy of GroupNorm", dy.shape, normal.shape)
    accumulate_grad(self.weight, (dy * normal).sum(axis=_others(dy, (1,))) / max(1, len(dy)))
    accumulate_grad(self.bias, dy.sum(axis=_others(dy, (1,))) / max(1, len(dy)))
    shape = self._grouped(dy)
    d_normal = dy * self._per_channel(self.weight, dy)
    dx = _standardized_backward(d_normal.reshape(shape), normal.reshape(shape), inverse, (2,))
    return dx.reshape(dy.shape).astype(dtype, copy=False)


@misconception(
    "nn.GroupNorm.backward",
    hint="What is in weight.grad after two backwards, one after the other?",
    fails=("GroupNorm/test_used_again",),
    source="folklore (cs231n, nnfs: gradients are overwritten)",
)
def group_gradients_are_replaced(self, dy):
    """Each backward sets the gradients of weight and bias anew."""
    normal, inverse, dtype = self.saved_values
    check_shape("dy of GroupNorm", dy.shape, normal.shape)
    self.weight.grad = (dy * normal).sum(axis=_others(dy, (1,))).astype(self.weight.data.dtype)
    self.bias.grad = dy.sum(axis=_others(dy, (1,))).astype(self.bias.data.dtype)
    shape = self._grouped(dy)
    d_normal = dy * self._per_channel(self.weight, dy)
    dx = _standardized_backward(d_normal.reshape(shape), normal.reshape(shape), inverse, (2,))
    return dx.reshape(dy.shape).astype(dtype, copy=False)


@misconception(
    "nn.GroupNorm.__init__",
    hint="Can four groups share six channels?",
    fails=("GroupNorm/test_refuses",),
    source="folklore",
)
def any_number_of_groups(self, num_groups, num_channels):
    """NumPy notices groups that do not fit."""
    self.num_groups, self.num_channels = num_groups, num_channels
    self.weight = Parameter(np.ones(max(0, num_channels)))
    self.bias = Parameter(np.zeros(max(0, num_channels)))


@misconception(
    "nn.GroupNorm.forward",
    hint="What is the variance of one number, and what does y become?",
    fails=("GroupNorm/test_a_single_number",),
    source="folklore",
)
def a_group_of_one_number(self, x):
    """A group with one number has the variance 0, and y is the bias."""
    check_shape("x of GroupNorm", x.shape, (*x.shape[:1], self.num_channels, *x.shape[2:]))
    normal, inverse = _standardized(x.reshape(self._grouped(x)), (2,), self.eps)
    normal = normal.reshape(x.shape)
    self.save_for_backward(normal, inverse, x.dtype)
    y = normal * self._per_channel(self.weight, x) + self._per_channel(self.bias, x)
    return y.astype(x.dtype, copy=False)


@misconception(
    "nn.GroupNorm.forward",
    hint="Which shape of x does GroupNorm(2, 6) take?",
    fails=("GroupNorm/test_refuses",),
    source="folklore",
)
def group_channels_are_not_counted(self, x):
    """The groups divide whatever channels there are."""
    groups = x.reshape(len(x), self.num_groups, x.size // max(1, len(x) * self.num_groups))
    if groups.shape[2] == 1:
        raise ValueError(f"one number in a group for {x.shape}")
    normal, inverse = _standardized(groups, (2,), self.eps)
    normal = normal.reshape(x.shape)
    self.save_for_backward(normal, inverse, x.dtype)
    y = normal * self._per_channel(self.weight, x) + self._per_channel(self.bias, x)
    return y.astype(x.dtype, copy=False)


@misconception(
    "nn.GroupNorm._per_channel",
    hint="Which dimension of x are the channels, if x has the shape (N, C, L)?",
    fails=(
        "GroupNorm/test_worked_example",
        "GroupNorm/test_a_single_number",
        "GroupNorm/test_dtypes",
    ),
    source="folklore (broadcasting)",
)
def weight_of_the_last_positions(parameter, x):
    """weight and bias belong to the last dimension."""
    return np.resize(parameter.data, x.shape[-1])


@misconception(
    "nn.GroupNorm.forward",
    hint="x is float32 and weight is float64: of which dtype is y?",
    fails=("GroupNorm/test_dtypes",),
    source="folklore",
)
def group_norm_takes_what_numpy_gives(self, x):
    """y has the dtype that NumPy gives it."""
    check_shape("x of GroupNorm", x.shape, (*x.shape[:1], self.num_channels, *x.shape[2:]))
    groups = x.reshape(self._grouped(x))
    if groups.shape[2] == 1:
        raise ValueError(f"one number in a group for {x.shape}")
    normal, inverse = _standardized(groups, (2,), self.eps)
    normal = normal.reshape(x.shape)
    self.save_for_backward(normal, inverse, x.dtype)
    return normal * self._per_channel(self.weight, x) + self._per_channel(self.bias, x)


@misconception(
    "nn.GroupNorm.forward",
    hint="Whose array is x, after your forward?",
    fails=("GroupNorm/test_memory",),
    source="folklore (x -= mean)",
)
def group_norm_overwrites_x(self, x):
    """A group is normalised in place, which saves memory."""
    check_shape("x of GroupNorm", x.shape, (*x.shape[:1], self.num_channels, *x.shape[2:]))
    groups = x.reshape(self._grouped(x))
    if groups.shape[2] == 1:
        raise ValueError(f"one number in a group for {x.shape}")
    normal, inverse = _standardized(groups, (2,), self.eps)
    x[...] = normal.reshape(x.shape)
    self.save_for_backward(x, inverse, x.dtype)
    y = x * self._per_channel(self.weight, x) + self._per_channel(self.bias, x)
    return y.astype(x.dtype, copy=False)
