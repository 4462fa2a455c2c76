"""What people believe about where the windows of a convolution are."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from grader.assignment import misconception
from reference.nn.conv import _add_windows


@misconception(
    "nn.conv._windows",
    hint="How far apart are the first numbers of two neighbouring windows?",
    fails=("?/?",),
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
    fails=("?/?",),
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
    fails=("?/?",),
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
    fails=("?/?",),
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
    fails=("?/?",),
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
    fails=("?/?",),
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
    fails=("?/?",),
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
    fails=("?/?",),
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
    fails=("?/?",),
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
    fails=("?/?",),
    source="folklore",
)
def dilation_is_the_gap(conv, name, value, least):
    """Dilation counts what is left out between two numbers of a window."""
    values = (value,) * conv.dimensions if isinstance(value, int | np.integer) else tuple(value)
    if len(values) != conv.dimensions or min(values) < least:
        raise ValueError(f"{type(conv).__name__} needs {name} >= {least} in {conv.dimensions} directions, got {value}")
    return tuple(v + 1 if v > 1 else v for v in values) if name == "dilation" else values


@misconception(
    "nn.conv._add_windows",
    hint="Two windows share a number: from how many does it get a gradient?",
    fails=("?/?",),
    source="folklore",
)
def windows_overwrite_each_other(windows, shape, stride, dilation):
    """A number gets the gradient of the last window that it is in."""
    x = np.zeros(shape, windows.dtype)
    places, size = windows.shape[2 : len(shape)], windows.shape[len(shape) :]
    for offset in np.ndindex(size):
        numbers = zip(offset, places, stride, dilation, strict=True)
        x[(..., *(slice(k * d, k * d + (n - 1) * s + 1, s) for k, n, s, d in numbers))] = windows[(..., *offset)]
    return x


@misconception(
    "nn.conv._add_windows",
    hint="A number that is in four windows acts on four outputs: is its gradient a sum or a mean?",
    fails=("?/?",),
    source="folklore",
)
def overlaps_are_averaged(windows, shape, stride, dilation):
    """A number that is in several windows gets the mean of what they give it."""
    x, count = np.zeros(shape, windows.dtype), np.zeros(shape)
    places, size = windows.shape[2 : len(shape)], windows.shape[len(shape) :]
    for offset in np.ndindex(size):
        numbers = zip(offset, places, stride, dilation, strict=True)
        at = (..., *(slice(k * d, k * d + (n - 1) * s + 1, s) for k, n, s, d in numbers))
        x[at] += windows[(..., *offset)]
        count[at] += 1
    return x / np.maximum(count, 1)


@misconception(
    "nn.conv._add_windows",
    hint="Which entry of the kernel meets the first number of a window on the way forward? And back?",
    fails=("?/?",),
    source="folklore",
)
def kernel_is_mirrored_on_the_way_back(windows, shape, stride, dilation):
    """Where kernels are added up, they are mirrored."""
    x = np.zeros(shape, windows.dtype)
    places, size = windows.shape[2 : len(shape)], windows.shape[len(shape) :]
    for offset in np.ndindex(size):
        numbers = zip(offset, places, stride, dilation, strict=True)
        opposite = tuple(k - 1 - o for k, o in zip(size, offset, strict=True))
        x[(..., *(slice(k * d, k * d + (n - 1) * s + 1, s) for k, n, s, d in numbers))] += windows[(..., *opposite)]
    return x


@misconception(
    "nn.conv._add_windows",
    hint="With stride 2, where does the second window begin, forward and backward?",
    fails=("?/?",),
    source="github.com/enggen/Deep-Learning-Coursera issue 7; github.com/Kulbear/deep-learning-coursera PR 34",
)
def stride_is_ignored_on_the_way_back(windows, shape, stride, dilation):
    """Windows are added up one place apart, whatever the stride is."""
    x = np.zeros(shape, windows.dtype)
    places, size = windows.shape[2 : len(shape)], windows.shape[len(shape) :]
    for offset in np.ndindex(size):
        numbers = zip(offset, places, dilation, strict=True)
        x[(..., *(slice(k * d, k * d + n) for k, n, d in numbers))] += windows[(..., *offset)]
    return x


@misconception(
    "nn.conv._add_windows",
    hint="With stride 3, how many zeros belong between two numbers of dy?",
    fails=("?/?",),
    source="github.com/mantasu/cs231n 7a96d30bb9",
)
def one_zero_between_two_numbers(windows, shape, stride, dilation):
    """With a stride, windows are added up two places apart, as there is a zero between two numbers."""
    x = np.zeros(shape, windows.dtype)
    places, size = windows.shape[2 : len(shape)], windows.shape[len(shape) :]
    for offset in np.ndindex(size):
        numbers = zip(offset, places, stride, dilation, strict=True)
        steps = [(k * d, n, min(s, 2)) for k, n, s, d in numbers]
        x[(..., *(slice(b, b + (n - 1) * s + 1, s) for b, n, s in steps))] += windows[(..., *offset)]
    return x


@misconception(
    "nn.conv._add_windows",
    hint="With dilation 2, which numbers did the window look at?",
    fails=("?/?",),
    source="folklore",
)
def dilation_is_ignored_on_the_way_back(windows, shape, stride, dilation):
    """Where windows are added up, their numbers are neighbours, whatever the dilation is."""
    x = np.zeros(shape, windows.dtype)
    places, size = windows.shape[2 : len(shape)], windows.shape[len(shape) :]
    for offset in np.ndindex(size):
        numbers = zip(offset, places, stride, strict=True)
        x[(..., *(slice(k, k + (n - 1) * s + 1, s) for k, n, s in numbers))] += windows[(..., *offset)]
    return x


@misconception(
    "nn.conv._add_windows",
    hint="What is in a new array before you add to it?",
    fails=("?/?",),
    source="github.com/eriklindernoren/ML-From-Scratch 19b7c251da",
)
def buffer_is_not_cleared(windows, shape, stride, dilation):
    """The array in which windows are added up is made once for each shape."""
    kept = vars(_add_windows).setdefault("kept", {})
    x = kept.setdefault((shape, windows.dtype.str), np.zeros(shape, windows.dtype))
    places, size = windows.shape[2 : len(shape)], windows.shape[len(shape) :]
    for offset in np.ndindex(size):
        numbers = zip(offset, places, stride, dilation, strict=True)
        x[(..., *(slice(k * d, k * d + (n - 1) * s + 1, s) for k, n, s, d in numbers))] += windows[(..., *offset)]
    return x


@misconception(
    "nn.conv._add_windows",
    hint="Does `flatten` give a view or a copy?",
    fails=("?/?",),
    source="github.com/wkcn/mobula 13da196da0",
)
def gradient_is_added_to_a_copy(windows, shape, stride, dilation):
    """np.add.at on x.flatten() adds to x."""
    return np.zeros(shape, windows.dtype)
