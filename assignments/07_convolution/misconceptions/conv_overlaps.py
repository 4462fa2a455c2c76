"""What people believe about adding up where windows, or kernels, overlap."""

import numpy as np

from grader.assignment import misconception
from reference.nn.conv import _add_windows


@misconception(
    "nn.conv._add_windows",
    hint="Two windows share a number: from how many does it get a gradient?",
    fails=(
        "Conv1d/test_gradients",
        "Conv1d/test_gradients_with_options",
        "Conv2d/test_gradients",
        "Conv2d/test_gradients_with_options",
        "ConvTranspose2d/test_values",
        "ConvTranspose2d/test_values_with_options",
        "ResidualBlock/test_gradients",
        "ResidualBlock/test_gradients_with_options",
        "Network/test_reads_digits",
        "Speed/test_no_loops",
    ),
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
    fails=(
        "Conv1d/test_gradients",
        "Conv1d/test_gradients_with_options",
        "Conv2d/test_gradients",
        "Conv2d/test_gradients_with_options",
        "ConvTranspose2d/test_values",
        "ConvTranspose2d/test_values_with_options",
        "ResidualBlock/test_gradients",
        "ResidualBlock/test_gradients_with_options",
        "Network/test_reads_digits",
        "Speed/test_no_loops",
    ),
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
    fails=(
        "Conv1d/test_gradients",
        "Conv1d/test_gradients_with_options",
        "Conv2d/test_gradients",
        "Conv2d/test_gradients_with_options",
        "ConvTranspose2d/test_values",
        "ConvTranspose2d/test_values_with_options",
        "ResidualBlock/test_gradients",
        "ResidualBlock/test_gradients_with_options",
        "Network/test_reads_digits",
        "Speed/test_no_loops",
    ),
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
    fails=(
        "Conv1d/test_dtypes",
        "Conv1d/test_gradients_with_options",
        "Conv1d/test_kernels_and_channels",
        "Conv2d/test_dtypes",
        "Conv2d/test_gradients_with_options",
        "Conv2d/test_kernels_and_channels",
        "ConvTranspose2d/test_values_with_options",
        "ResidualBlock/test_gradients_with_options",
    ),
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
    fails=(
        "Conv1d/test_dtypes",
        "Conv1d/test_gradients_with_options",
        "Conv1d/test_kernels_and_channels",
        "Conv2d/test_dtypes",
        "Conv2d/test_gradients_with_options",
        "Conv2d/test_kernels_and_channels",
        "ConvTranspose2d/test_values_with_options",
        "ResidualBlock/test_dtypes",
        "ResidualBlock/test_evaluation",
        "ResidualBlock/test_gradients_with_options",
    ),
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
    fails=(
        "Conv1d/test_gradients_with_options",
        "Conv2d/test_dtypes",
        "Conv2d/test_gradients_with_options",
        "Conv2d/test_kernels_and_channels",
        "ConvTranspose2d/test_dtypes",
        "ConvTranspose2d/test_kernels_and_channels",
        "ConvTranspose2d/test_values_with_options",
    ),
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
    fails=(
        "Conv1d/test_gradients_with_options",
        "Conv2d/test_gradients_with_options",
        "ConvTranspose2d/test_values_with_options",
        "ResidualBlock/test_gradients",
        "ResidualBlock/test_gradients_with_options",
        "Network/test_reads_digits",
        "Speed/test_no_loops",
    ),
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
    fails=(
        "Conv1d/test_gradients",
        "Conv1d/test_gradients_with_options",
        "Conv2d/test_gradients",
        "Conv2d/test_gradients_with_options",
        "ConvTranspose2d/test_values",
        "ConvTranspose2d/test_values_with_options",
        "ResidualBlock/test_gradients",
        "ResidualBlock/test_gradients_with_options",
        "Network/test_reads_digits",
        "Speed/test_no_loops",
    ),
    source="github.com/wkcn/mobula 13da196da0",
)
def gradient_is_added_to_a_copy(windows, shape, stride, dilation):
    """np.add.at on x.flatten() adds to x."""
    return np.zeros(shape, windows.dtype)
