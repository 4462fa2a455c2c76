"""What people believe about how much padding there is, and where."""

from grader.assignment import misconception
from reference.nn.conv import _each


@misconception(
    "nn.conv._ends",
    hint="An even kernel needs an odd number of zeros: on which side is the odd one?",
    fails=(
        "Conv1d/test_kernels_and_channels",
        "Conv2d/test_gradients_with_options",
        "Conv2d/test_values_with_options",
    ),
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
    fails=(
        "Conv1d/test_gradients_with_options",
        "Conv1d/test_values_with_options",
        "Conv2d/test_gradients_with_options",
        "Conv2d/test_values_with_options",
    ),
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
    "nn.conv._ends",
    hint="How many numbers does a kernel with dilation span?",
    fails=(
        "Conv1d/test_gradients_with_options",
        "Conv1d/test_values_with_options",
        "Conv2d/test_gradients_with_options",
        "Conv2d/test_values_with_options",
    ),
    source="folklore",
)
def same_without_dilation(conv, padding):
    """padding="same" adds k - 1 zeros, whatever the dilation is."""
    if not isinstance(padding, str):
        return [(p, p) for p in _each(conv, "padding", padding, 0)]
    if padding not in ("same", "valid") or (padding == "same" and max(conv.stride) > 1):
        raise ValueError(f'padding is a number, "valid", or with stride 1 "same", not {padding!r}, {conv.stride}')
    totals = [(k - 1) * (padding == "same") for k in conv.kernel_size]
    return [(total // 2, total - total // 2) for total in totals]


@misconception(
    "nn.conv._ends",
    hint="How many rows does padding=2 add in all?",
    fails=(
        "Conv1d/test_gradients_with_options",
        "Conv1d/test_values_with_options",
        "Conv2d/test_gradients_with_options",
        "Conv2d/test_values_with_options",
        "ResidualBlock/test_gradients",
        "ResidualBlock/test_gradients_with_options",
        "Network/test_reads_digits",
    ),
    source="folklore",
)
def padding_is_the_total(conv, padding):
    """The padding is the number of zeros at both ends together."""
    if not isinstance(padding, str):
        return [(p // 2, p - p // 2) for p in _each(conv, "padding", padding, 0)]
    if padding not in ("same", "valid") or (padding == "same" and max(conv.stride) > 1):
        raise ValueError(f'padding is a number, "valid", or with stride 1 "same", not {padding!r}, {conv.stride}')
    totals = [d * (k - 1) * (padding == "same") for d, k in zip(conv.dilation, conv.kernel_size, strict=True)]
    return [(total // 2, total - total // 2) for total in totals]


@misconception(
    "nn.conv._ends",
    hint="On how many sides does padding add something?",
    fails=(
        "Conv1d/test_gradients_with_options",
        "Conv1d/test_values_with_options",
        "Conv2d/test_gradients_with_options",
        "Conv2d/test_values_with_options",
        "ResidualBlock/test_gradients",
        "ResidualBlock/test_gradients_with_options",
        "Network/test_reads_digits",
    ),
    source="folklore",
)
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
    fails=("Conv1d/test_refuses", "Conv2d/test_refuses"),
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
    "nn.conv._ends",
    hint="What does your layer do with a word it does not know?",
    fails=("Conv1d/test_refuses", "Conv2d/test_refuses"),
    source="folklore",
)
def other_words_mean_no_padding(conv, padding):
    """A padding that is another text than "same" is none."""
    if not isinstance(padding, str):
        return [(p, p) for p in _each(conv, "padding", padding, 0)]
    if padding == "same" and max(conv.stride) > 1:
        raise ValueError("padding is same, but stride is not 1")
    totals = [d * (k - 1) * (padding == "same") for d, k in zip(conv.dilation, conv.kernel_size, strict=True)]
    return [(total // 2, total - total // 2) for total in totals]


@misconception(
    "nn.conv._ends",
    hint="A kernel of 2 with dilation 3 needs three zeros in all: how many of them are half?",
    fails=("Conv2d/test_values_with_options", "Conv2d/test_gradients_with_options"),
    source="a reader of the handout",
)
def half_of_the_kernel_is_dilated(conv, padding):
    """Before x there are as many zeros as half of a kernel's steps, rounded down, each as long as the dilation."""
    if not isinstance(padding, str):
        return [(p, p) for p in _each(conv, "padding", padding, 0)]
    if padding not in ("same", "valid") or (padding == "same" and max(conv.stride) > 1):
        raise ValueError(f'padding is a number, "valid", or with stride 1 "same", not {padding!r}, {conv.stride}')
    if padding == "valid":
        return [(0, 0)] * conv.dimensions
    halves = [(d * ((k - 1) // 2), d * (k - 1)) for d, k in zip(conv.dilation, conv.kernel_size, strict=True)]
    return [(before, total - before) for before, total in halves]
