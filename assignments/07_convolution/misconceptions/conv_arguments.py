"""What people believe about channels, groups, and what a convolution refuses."""

import math

import numpy as np

from grader.assignment import misconception
from reference.nn.conv import (
    _each,
)


@misconception(
    "nn.conv._to_columns",
    hint="With two groups of channels 0 to 3, which channels does the first group have?",
    fails=(
        "Conv1d/test_dtypes",
        "Conv1d/test_gradients_with_options",
        "Conv1d/test_values_with_options",
        "Conv2d/test_dtypes",
        "Conv2d/test_gradients_with_options",
        "Conv2d/test_values_with_options",
        "ConvTranspose2d/test_dtypes",
        "ConvTranspose2d/test_gradients_with_options",
        "ConvTranspose2d/test_values_with_options",
    ),
    source="folklore",
)
def groups_take_every_other_channel(windows, groups):
    """Channels are dealt out to the groups in turn."""
    n, channels, *rest = windows.shape
    places, size = rest[: len(rest) // 2], rest[len(rest) // 2 :]
    split = windows.reshape(n, channels // groups, groups, *places, *size).swapaxes(1, 2)
    rows = np.moveaxis(split, 2, 2 + len(places)).swapaxes(0, 1)
    return rows.reshape(groups, n * math.prod(places), channels // groups * math.prod(size))


@misconception(
    "nn.conv._to_columns",
    hint="If a channel of the second group changes, which output channels change?",
    fails=(
        "Conv1d/test_gradients_with_options",
        "Conv1d/test_values_with_options",
        "Conv2d/test_gradients_with_options",
        "Conv2d/test_values_with_options",
        "ConvTranspose2d/test_gradients_with_options",
        "ConvTranspose2d/test_values_with_options",
    ),
    source="folklore",
)
def all_groups_see_the_first_channels(windows, groups):
    """Every output channel looks at the first C / groups input channels."""
    n, channels, *rest = windows.shape
    places, size = rest[: len(rest) // 2], rest[len(rest) // 2 :]
    split = windows.reshape(n, groups, channels // groups, *places, *size)
    split = np.repeat(split[:, :1], groups, axis=1)
    rows = np.moveaxis(split, 2, 2 + len(places)).swapaxes(0, 1)
    return rows.reshape(groups, n * math.prod(places), channels // groups * math.prod(size))


@misconception(
    "nn.conv._by_groups",
    hint="How many different kernels does a convolution with two groups have?",
    fails=(
        "Conv1d/test_gradients_with_options",
        "Conv1d/test_values_with_options",
        "Conv2d/test_gradients_with_options",
        "Conv2d/test_values_with_options",
        "ConvTranspose2d/test_gradients_with_options",
        "ConvTranspose2d/test_values_with_options",
    ),
    source="folklore",
)
def all_groups_have_the_first_kernels(conv):
    """All groups share the kernels of the first."""
    first, *rest = conv.weight.shape
    matrices = conv.weight.data.reshape(conv.groups, first // conv.groups, math.prod(rest))
    return np.repeat(matrices[:1], conv.groups, axis=0)


@misconception(
    "nn.conv._by_groups",
    hint="In which order are the axes of a kernel, and in which those of its window?",
    fails=(
        "Conv2d/test_stride_and_padding",
        "Conv2d/test_worked_example",
        "Conv2d/test_used_again",
        "ConvTranspose2d/test_kernels_and_channels",
        "ConvTranspose2d/test_worked_example",
        "ResidualBlock/test_gradients",
        "ResidualBlock/test_gradients_with_options",
        "Network/test_reads_digits",
    ),
    source="folklore",
)
def kernels_are_transposed(conv):
    """A row of a kernel meets a column of the window."""
    first, *rest = conv.weight.shape
    weight = conv.weight.data
    if conv.dimensions == 2 and weight.shape[2] == weight.shape[3]:
        weight = weight.swapaxes(2, 3)
    return weight.reshape(conv.groups, first // conv.groups, math.prod(rest))


@misconception(
    "nn.conv._by_groups",
    hint="Over which channels of the input does one number of y sum?",
    fails=(
        "Conv1d/test_gradients",
        "Conv1d/test_gradients_with_options",
        "Conv2d/test_gradients",
        "Conv2d/test_gradients_with_options",
        "ConvTranspose2d/test_gradients",
        "ConvTranspose2d/test_gradients_with_options",
        "ResidualBlock/test_gradients",
        "ResidualBlock/test_gradients_with_options",
        "Network/test_reads_digits",
        "Speed/test_no_loops",
    ),
    source="folklore",
)
def one_channel_of_a_kernel(conv):
    """A kernel has the same weights for all its channels: those of the first."""
    first, channels, *size = conv.weight.shape
    weight = np.repeat(conv.weight.data[:, :1], channels, axis=1)
    return weight.reshape(conv.groups, first // conv.groups, channels * math.prod(size))


@misconception(
    "nn.conv._each",
    hint="What is a stride of 0, and who should notice?",
    fails=(
        "Conv1d/test_refuses",
        "Conv2d/test_refuses",
        "ConvTranspose2d/test_refuses",
        "ResidualBlock/test_refuses",
    ),
    source="folklore",
)
def no_number_is_refused(conv, name, value, least):
    """Whoever gives impossible sizes will see what happens."""
    return (value,) * conv.dimensions if isinstance(value, int | np.integer) else tuple(value)


@misconception(
    "nn.conv._set_up",
    hint="Three groups of four channels: how many has each?",
    fails=("Conv1d/test_refuses", "Conv2d/test_refuses", "ConvTranspose2d/test_refuses"),
    source="folklore",
)
def groups_need_not_divide(conv, dimensions, in_channels, out_channels, size, stride, dilation, groups):
    """Whether groups divides the numbers of channels need not be checked."""
    if in_channels < 1 or out_channels < 1 or groups < 1:
        raise ValueError(f"channels {in_channels}, {out_channels} and groups {groups} have to be 1 or more")
    conv.dimensions, conv.groups = dimensions, groups
    conv.in_channels, conv.out_channels = in_channels, out_channels
    conv.kernel_size = _each(conv, "kernel_size", size, 1)
    conv.stride = _each(conv, "stride", stride, 1)
    conv.dilation = _each(conv, "dilation", dilation, 1)


@misconception(
    "nn.conv._set_up",
    hint="Which two numbers does groups have to divide?",
    fails=("Conv1d/test_refuses", "Conv2d/test_refuses", "ConvTranspose2d/test_refuses"),
    source="folklore",
)
def groups_divide_the_input_alone(conv, dimensions, in_channels, out_channels, size, stride, dilation, groups):
    """groups has to divide the number of input channels."""
    if in_channels < 1 or out_channels < 1 or groups < 1 or in_channels % groups:
        raise ValueError(f"channels {in_channels}, {out_channels} and groups {groups} have to be 1 or more")
    conv.dimensions, conv.groups = dimensions, groups
    conv.in_channels, conv.out_channels = in_channels, out_channels
    conv.kernel_size = _each(conv, "kernel_size", size, 1)
    conv.stride = _each(conv, "stride", stride, 1)
    conv.dilation = _each(conv, "dilation", dilation, 1)


@misconception(
    "nn.conv._set_up",
    hint="What can your layer do with groups=2?",
    fails=(
        "Conv1d/test_gradients_with_options",
        "Conv1d/test_values_with_options",
        "Conv2d/test_gradients_with_options",
        "Conv2d/test_values_with_options",
        "ConvTranspose2d/test_gradients_with_options",
        "ConvTranspose2d/test_values_with_options",
    ),
    source="folklore",
)
def groups_are_ignored(conv, dimensions, in_channels, out_channels, size, stride, dilation, groups):
    """Every output channel sees every input channel of its kernel, as with one group."""
    if in_channels < 1 or out_channels < 1 or groups < 1 or in_channels % groups or out_channels % groups:
        raise ValueError(f"channels {in_channels}, {out_channels} and groups {groups} do not fit")
    conv.dimensions, conv.groups = dimensions, 1
    conv.in_channels, conv.out_channels = in_channels, out_channels
    conv.kernel_size = _each(conv, "kernel_size", size, 1)
    conv.stride = _each(conv, "stride", stride, 1)
    conv.dilation = _each(conv, "dilation", dilation, 1)


@misconception(
    "nn.conv._check_input",
    hint="What should a message say about a wrong number of channels?",
    fails=(
        "Conv1d/test_refuses",
        "Conv2d/test_refuses",
        "ConvTranspose2d/test_refuses",
        "ResidualBlock/test_refuses",
    ),
    source="folklore",
)
def numpy_will_complain(conv, x):
    """If the shape of x is wrong, some product or reshape will fail."""
