"""What people believe about where the windows of a convolution are."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from grader.assignment import misconception


@misconception(
    "nn.conv._windows",
    hint="How far apart are the first numbers of two neighbouring windows?",
    fails=(
        "Conv1d/test_gradients_with_options",
        "Conv1d/test_values_with_options",
        "Conv2d/test_gradients_with_options",
        "Conv2d/test_values_with_options",
        "ConvTranspose2d/test_gradients_with_options",
        "ResidualBlock/test_gradients_with_options",
        "ResidualBlock/test_values_with_options",
    ),
    source="github.com/Halfish/cs231n, assignment2, layers.py",
)
def stride_is_ignored(x, size, stride, dilation):
    """Windows begin at every number, whatever the stride is."""
    spans = tuple(d * (k - 1) + 1 for d, k in zip(dilation, size, strict=True))
    every = sliding_window_view(x, spans, axis=tuple(range(2, x.ndim)))
    return every[(..., *(slice(None, None, step) for step in dilation))]


@misconception(
    "nn.conv._windows",
    hint="With dilation 2, which numbers does a kernel of 3 look at?",
    fails=(
        "Conv1d/test_gradients_with_options",
        "Conv1d/test_values_with_options",
        "Conv2d/test_gradients_with_options",
        "Conv2d/test_values_with_options",
        "ConvTranspose2d/test_dtypes",
        "ConvTranspose2d/test_gradients_with_options",
        "ConvTranspose2d/test_kernels_and_channels",
    ),
    source="folklore",
)
def dilation_is_ignored_in_forward(x, size, stride, dilation):
    """The numbers of a window are neighbours, whatever the dilation is, in forward."""
    spans = tuple(d * (k - 1) + 1 for d, k in zip(dilation, size, strict=True))
    every = sliding_window_view(x, spans, axis=tuple(range(2, x.ndim)))
    close = every[(..., *(slice(None, k) for k in size))]
    steps = (*stride, *(1 for _ in dilation))
    return close[(..., *(slice(None, None, step) for step in steps))]


@misconception(
    "nn.conv._windows",
    hint="Is the + 1 of the output size inside the division or outside?",
    fails=(
        "Conv1d/test_gradients_with_options",
        "Conv1d/test_values_with_options",
        "Conv2d/test_gradients_with_options",
        "Conv2d/test_values_with_options",
        "ConvTranspose2d/test_gradients_with_options",
        "ResidualBlock/test_gradients_with_options",
        "ResidualBlock/test_values_with_options",
    ),
    source="github.com/wkcn/mobula 79de720f20",
)
def one_is_inside_the_division(x, size, stride, dilation):
    """The number of windows is floor((H + 2p - d (k - 1)) / s)."""
    spans = tuple(d * (k - 1) + 1 for d, k in zip(dilation, size, strict=True))
    every = sliding_window_view(x, spans, axis=tuple(range(2, x.ndim)))
    some = every[(..., *(slice(None, None, step) for step in (*stride, *dilation)))]
    counts = [(n - span + 1) // s for n, span, s in zip(x.shape[2:], spans, stride, strict=True)]
    return some[(slice(None), slice(None), *(slice(0, count) for count in counts))]


@misconception(
    "nn.conv._windows",
    hint="The last windows begin inside the image; where do they end?",
    fails=(
        "Conv1d/test_gradients_with_options",
        "Conv1d/test_values_with_options",
        "Conv2d/test_gradients_with_options",
        "Conv2d/test_values_with_options",
        "ResidualBlock/test_gradients_with_options",
        "ResidualBlock/test_values_with_options",
    ),
    source="github.com/geohot/tinygrad 04b9312a34",
)
def what_is_left_over_makes_a_window(x, size, stride, dilation):
    """If rows are left over, they make one more window, which is filled up with zeros."""
    spans = tuple(d * (k - 1) + 1 for d, k in zip(dilation, size, strict=True))
    left = [-(n - span) % s for n, span, s in zip(x.shape[2:], spans, stride, strict=True)]
    x = np.pad(x, [(0, 0), (0, 0), *((0, more) for more in left)])
    every = sliding_window_view(x, spans, axis=tuple(range(2, x.ndim)))
    return every[(..., *(slice(None, None, step) for step in (*stride, *dilation)))]


@misconception(
    "nn.conv._windows",
    hint="Which number of the first window is in y[..., 0, 0] alone, if the kernel has one 1 at its first place?",
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
    convention="This is the convolution of signal processing; the contract asks for cross-correlation.",
)
def windows_are_mirrored(x, size, stride, dilation):
    """The kernel is mirrored, as a convolution's should be: its last number meets the first of a window."""
    spans = tuple(d * (k - 1) + 1 for d, k in zip(dilation, size, strict=True))
    every = sliding_window_view(x, spans, axis=tuple(range(2, x.ndim)))
    some = every[(..., *(slice(None, None, step) for step in (*stride, *dilation)))]
    return np.flip(some, tuple(range(x.ndim, some.ndim)))


@misconception(
    "nn.conv._windows",
    hint="In which order does the handout's pair name the directions?",
    fails=(
        "Conv2d/test_gradients_with_options",
        "Conv2d/test_values_with_options",
        "ConvTranspose2d/test_gradients_with_options",
    ),
    source="folklore",
)
def strides_are_exchanged(x, size, stride, dilation):
    """The stride is (horizontal, vertical)."""
    spans = tuple(d * (k - 1) + 1 for d, k in zip(dilation, size, strict=True))
    every = sliding_window_view(x, spans, axis=tuple(range(2, x.ndim)))
    return every[(..., *(slice(None, None, step) for step in (*stride[::-1], *dilation)))]


@misconception(
    "nn.conv._each",
    hint="A stride of (1, 3): how far is it to the next window below, and to the next at the right?",
    fails=(
        "Conv2d/test_gradients_with_options",
        "Conv2d/test_values_with_options",
        "ConvTranspose2d/test_gradients_with_options",
        "ConvTranspose2d/test_values_with_options",
    ),
    source="folklore",
)
def first_of_a_pair_is_for_both(conv, name, value, least):
    """Of a pair the first number counts, for both directions; only the kernel has two sizes."""
    values = (value,) * conv.dimensions if isinstance(value, int | np.integer) else tuple(value)
    if len(values) != conv.dimensions or min(values) < least:
        raise ValueError(f"{type(conv).__name__} needs {name} >= {least} in {conv.dimensions} directions, got {value}")
    return values if name == "kernel_size" else (values[0],) * conv.dimensions


@misconception(
    "nn.conv._each",
    hint="A kernel of size (3, 2): how many rows does it have?",
    fails=(
        "Conv2d/test_gradients",
        "Conv2d/test_gradients_with_options",
        "ConvTranspose2d/test_gradients",
        "ConvTranspose2d/test_gradients_with_options",
        "Speed/test_no_loops",
    ),
    source="github.com/HDLiter-Self-Study/CMU-11785, HW2P1, Conv2d_stride1",
)
def kernels_are_square(conv, name, value, least):
    """A kernel has as many columns as it has rows."""
    values = (value,) * conv.dimensions if isinstance(value, int | np.integer) else tuple(value)
    if len(values) != conv.dimensions or min(values) < least:
        raise ValueError(f"{type(conv).__name__} needs {name} >= {least} in {conv.dimensions} directions, got {value}")
    return (values[0],) * conv.dimensions if name == "kernel_size" else values


@misconception(
    "nn.conv._each",
    hint="In which order does the handout's pair name the directions?",
    fails=(
        "Conv2d/test_gradients_with_options",
        "Conv2d/test_values_with_options",
        "ConvTranspose2d/test_gradients_with_options",
        "ConvTranspose2d/test_values_with_options",
    ),
    source="folklore",
)
def pairs_are_exchanged(conv, name, value, least):
    """Pairs are (horizontal, vertical), but for the kernel's size."""
    values = (value,) * conv.dimensions if isinstance(value, int | np.integer) else tuple(value)
    if len(values) != conv.dimensions or min(values) < least:
        raise ValueError(f"{type(conv).__name__} needs {name} >= {least} in {conv.dimensions} directions, got {value}")
    return values if name == "kernel_size" else values[::-1]


@misconception(
    "nn.conv._each",
    hint="With dilation 1, is there a gap between the numbers of a window?",
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
def dilation_is_the_gap(conv, name, value, least):
    """Dilation counts what is left out between two numbers of a window."""
    values = (value,) * conv.dimensions if isinstance(value, int | np.integer) else tuple(value)
    if len(values) != conv.dimensions or min(values) < least:
        raise ValueError(f"{type(conv).__name__} needs {name} >= {least} in {conv.dimensions} directions, got {value}")
    return tuple(v + 1 if v > 1 else v for v in values) if name == "dilation" else values
