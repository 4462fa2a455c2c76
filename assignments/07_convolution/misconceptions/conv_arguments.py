"""What people believe about channels, groups, padding and initial values of a convolution."""

import math

import numpy as np

from grader.assignment import misconception
from reference.nn.conv import _each
from reference.nn.parameter import Parameter


@misconception(
    "nn.conv._to_columns",
    hint="With two groups of channels 0 to 3, which channels does the first group have?",
    fails=("?/?",),
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
    fails=("?/?",),
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
    fails=("?/?",),
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
    fails=("?/?",),
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
    fails=("?/?",),
    source="folklore",
)
def one_channel_of_a_kernel(conv):
    """A kernel has the same weights for all its channels: those of the first."""
    first, channels, *size = conv.weight.shape
    weight = np.repeat(conv.weight.data[:, :1], channels, axis=1)
    return weight.reshape(conv.groups, first // conv.groups, channels * math.prod(size))


@misconception(
    "nn.conv._ends",
    hint="An even kernel needs an odd number of zeros: on which side is the odd one?",
    fails=("?/?",),
    source="folklore",
)
def odd_zero_comes_first(conv, padding):
    """With "same", the odd zero is above and left."""
    if not isinstance(padding, str):
        return [(p, p) for p in _each(conv, "padding", padding, 0)]
    if padding not in ("same", "valid") or (padding == "same" and max(conv.stride) > 1):
        raise ValueError(f'padding is a number, "valid", or with stride 1 "same", not {padding!r}, {conv.stride}')
    totals = [d * (k - 1) * (padding == "same") for d, k in zip(conv.dilation, conv.kernel_size, strict=True)]
    return [(total - total // 2, total // 2) for total in totals]


@misconception(
    "nn.conv._ends",
    hint="With an even kernel, how large is y if half of the kernel's size is added on both sides?",
    fails=("?/?",),
    source="folklore",
)
def same_is_half_the_kernel(conv, padding):
    """padding="same" is a padding of k // 2."""
    if not isinstance(padding, str):
        return [(p, p) for p in _each(conv, "padding", padding, 0)]
    if padding not in ("same", "valid") or (padding == "same" and max(conv.stride) > 1):
        raise ValueError(f'padding is a number, "valid", or with stride 1 "same", not {padding!r}, {conv.stride}')
    halves = [d * k // 2 * (padding == "same") for d, k in zip(conv.dilation, conv.kernel_size, strict=True)]
    return [(half, half) for half in halves]


@misconception(
    "nn.conv._ends", hint="How many numbers does a kernel with dilation span?", fails=("?/?",), source="folklore"
)
def same_without_dilation(conv, padding):
    """padding="same" adds k - 1 zeros, whatever the dilation is."""
    if not isinstance(padding, str):
        return [(p, p) for p in _each(conv, "padding", padding, 0)]
    if padding not in ("same", "valid") or (padding == "same" and max(conv.stride) > 1):
        raise ValueError(f'padding is a number, "valid", or with stride 1 "same", not {padding!r}, {conv.stride}')
    totals = [(k - 1) * (padding == "same") for k in conv.kernel_size]
    return [(total // 2, total - total // 2) for total in totals]


@misconception("nn.conv._ends", hint="How many rows does padding=2 add in all?", fails=("?/?",), source="folklore")
def padding_is_the_total(conv, padding):
    """The padding is the number of zeros at both ends together."""
    if not isinstance(padding, str):
        return [(p // 2, p - p // 2) for p in _each(conv, "padding", padding, 0)]
    if padding not in ("same", "valid") or (padding == "same" and max(conv.stride) > 1):
        raise ValueError(f'padding is a number, "valid", or with stride 1 "same", not {padding!r}, {conv.stride}')
    totals = [d * (k - 1) * (padding == "same") for d, k in zip(conv.dilation, conv.kernel_size, strict=True)]
    return [(total // 2, total - total // 2) for total in totals]


@misconception("nn.conv._ends", hint="On how many sides does padding add something?", fails=("?/?",), source="folklore")
def padding_on_one_side(conv, padding):
    """A padding that is a number is added at the upper and left end."""
    if not isinstance(padding, str):
        return [(p, 0) for p in _each(conv, "padding", padding, 0)]
    if padding not in ("same", "valid") or (padding == "same" and max(conv.stride) > 1):
        raise ValueError(f'padding is a number, "valid", or with stride 1 "same", not {padding!r}, {conv.stride}')
    totals = [d * (k - 1) * (padding == "same") for d, k in zip(conv.dilation, conv.kernel_size, strict=True)]
    return [(total // 2, total - total // 2) for total in totals]


@misconception(
    "nn.conv._ends",
    hint="With stride 2, can y be as large as x?",
    fails=("?/?",),
    source="folklore",
    convention="This is the form in which Keras takes it; the contract asks for a ValueError, as in PyTorch.",
)
def same_with_a_stride(conv, padding):
    """With a stride, padding="same" gives ceil(H / stride) windows."""
    if not isinstance(padding, str):
        return [(p, p) for p in _each(conv, "padding", padding, 0)]
    if padding not in ("same", "valid"):
        raise ValueError(f'padding is a number, "valid" or "same", not {padding!r}')
    totals = [d * (k - 1) * (padding == "same") for d, k in zip(conv.dilation, conv.kernel_size, strict=True)]
    return [(total // 2, total - total // 2) for total in totals]


@misconception(
    "nn.conv._ends", hint="What does your layer do with a word it does not know?", fails=("?/?",), source="folklore"
)
def other_words_mean_no_padding(conv, padding):
    """A padding that is another text than "same" is none."""
    if not isinstance(padding, str):
        return [(p, p) for p in _each(conv, "padding", padding, 0)]
    if padding == "same" and max(conv.stride) > 1:
        raise ValueError("padding is same, but stride is not 1")
    totals = [d * (k - 1) * (padding == "same") for d, k in zip(conv.dilation, conv.kernel_size, strict=True)]
    return [(total // 2, total - total // 2) for total in totals]


@misconception("nn.conv._each", hint="What is a stride of 0, and who should notice?", fails=("?/?",), source="folklore")
def no_number_is_refused(conv, name, value, least):
    """Whoever gives impossible sizes will see what happens."""
    return (value,) * conv.dimensions if isinstance(value, int | np.integer) else tuple(value)


@misconception(
    "nn.conv._set_up", hint="Three groups of four channels: how many has each?", fails=("?/?",), source="folklore"
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
    "nn.conv._set_up", hint="Which two numbers does groups have to divide?", fails=("?/?",), source="folklore"
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


@misconception("nn.conv._set_up", hint="What can your layer do with groups=2?", fails=("?/?",), source="folklore")
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
    fails=("?/?",),
    source="folklore",
)
def numpy_will_complain(conv, x):
    """If the shape of x is wrong, some product or reshape will fail."""


@misconception(
    "nn.conv._draw", hint="How many products does one number of y add up?", fails=("?/?",), source="folklore"
)
def fan_without_the_kernel(conv, shape, out_channels, bias, rng):
    """The fan is the number of channels, whatever the size of a kernel is."""
    rng = np.random.default_rng() if rng is None else rng
    bound = 1 / math.sqrt(shape[1])
    conv.weight = Parameter(rng.uniform(-bound, bound, shape))
    conv.bias = Parameter(rng.uniform(-bound, bound, out_channels)) if bias else None


@misconception(
    "nn.conv._draw", hint="With groups, how many channels does a kernel have?", fails=("?/?",), source="folklore"
)
def fan_without_groups(conv, shape, out_channels, bias, rng):
    """The fan is the number of all channels times the size of a kernel."""
    rng = np.random.default_rng() if rng is None else rng
    bound = 1 / math.sqrt(math.prod(shape[1:]) * conv.groups)
    conv.weight = Parameter(rng.uniform(-bound, bound, shape))
    conv.bias = Parameter(rng.uniform(-bound, bound, out_channels)) if bias else None


@misconception("nn.conv._draw", hint="Which distribution does the handout promise?", fails=("?/?",), source="folklore")
def weights_are_normal(conv, shape, out_channels, bias, rng):
    """Weights are normal with the standard deviation 1 / sqrt(fan), and biases are 0."""
    rng = np.random.default_rng() if rng is None else rng
    conv.weight = Parameter(rng.normal(0, 1 / math.sqrt(math.prod(shape[1:])), shape))
    conv.bias = Parameter(np.zeros(out_channels)) if bias else None


@misconception("nn.conv._draw", hint="What has the convention for the bias to say?", fails=("?/?",), source="folklore")
def biases_are_zero(conv, shape, out_channels, bias, rng):
    """Biases begin with 0."""
    rng = np.random.default_rng() if rng is None else rng
    bound = 1 / math.sqrt(math.prod(shape[1:]))
    conv.weight = Parameter(rng.uniform(-bound, bound, shape))
    conv.bias = Parameter(np.zeros(out_channels)) if bias else None


@misconception("nn.conv._draw", hint="In which order are weight and bias drawn?", fails=("?/?",), source="folklore")
def bias_is_drawn_first(conv, shape, out_channels, bias, rng):
    """The bias is drawn before the weight."""
    rng = np.random.default_rng() if rng is None else rng
    bound = 1 / math.sqrt(math.prod(shape[1:]))
    conv.bias = None
    drawn = rng.uniform(-bound, bound, out_channels) if bias else None
    conv.weight = Parameter(rng.uniform(-bound, bound, shape))
    conv.bias = None if drawn is None else Parameter(drawn)


@misconception(
    "nn.conv._draw",
    hint="Does a layer without a bias take a number from the generator for it?",
    fails=("?/?",),
    source="folklore",
)
def bias_is_drawn_in_any_case(conv, shape, out_channels, bias, rng):
    """The bias is always drawn, and thrown away if there should be none."""
    rng = np.random.default_rng() if rng is None else rng
    bound = 1 / math.sqrt(math.prod(shape[1:]))
    conv.weight = Parameter(rng.uniform(-bound, bound, shape))
    drawn = Parameter(rng.uniform(-bound, bound, out_channels))
    conv.bias = drawn if bias else None


@misconception(
    "nn.conv._draw", hint="Do two new layers without an rng have equal weights?", fails=("?/?",), source="folklore"
)
def seed_is_fixed(conv, shape, out_channels, bias, rng):
    """Without a generator, values come from one with a fixed seed, so that results can be repeated."""
    rng = np.random.default_rng(0) if rng is None else rng
    bound = 1 / math.sqrt(math.prod(shape[1:]))
    conv.weight = Parameter(rng.uniform(-bound, bound, shape))
    conv.bias = Parameter(rng.uniform(-bound, bound, out_channels)) if bias else None


@misconception("nn.conv._draw", hint="Who else draws from NumPy's global state?", fails=("?/?",), source="folklore")
def global_state_is_drawn_from(conv, shape, out_channels, bias, rng):
    """Without a generator, values come from np.random."""
    rng = np.random if rng is None else rng
    bound = 1 / math.sqrt(math.prod(shape[1:]))
    conv.weight = Parameter(rng.uniform(-bound, bound, shape))
    conv.bias = Parameter(rng.uniform(-bound, bound, out_channels)) if bias else None
