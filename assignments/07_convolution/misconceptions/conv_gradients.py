"""What people believe about the gradient of a convolution's input, and what is kept for it."""

import math

import numpy as np

from grader.assignment import misconception
from reference.nn.conv import (
    _accumulate,
    _add_bias,
    _add_windows,
    _by_groups,
    _check_input,
    _from_columns,
    _from_rows,
    _to_columns,
    _to_rows,
    _windows,
    _without_ends,
)
from reference.nn.module import check_shape


@misconception(
    "nn.conv._to_rows",
    hint="In a reshape of (N, O, Ho, Wo) to O columns, which numbers stand in the first row?",
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
    source="github.com/geohot/tinygrad 1255903519",
)
def rows_without_moving_an_axis(y, groups):
    """An array (N, O, Ho, Wo) becomes a matrix with O columns by a reshape."""
    n, channels, *places = y.shape
    rows = y.reshape(n * math.prod(places), channels)
    return np.stack(np.split(rows, groups, axis=1))


@misconception(
    "nn.conv._without_ends",
    hint="Your image is 7 x 6: how many columns are left when the padding is cut off?",
    fails=(
        "Conv2d/test_gradients",
        "Conv2d/test_gradients_with_options",
        "ConvTranspose2d/test_gradients",
        "ConvTranspose2d/test_gradients_with_options",
        "ResidualBlock/test_gradients",
        "ResidualBlock/test_gradients_with_options",
        "Speed/test_no_loops",
    ),
    source="github.com/puru-samal/myTorch, mytorch/nn/Conv2d.py",
)
def width_is_cut_for_the_height(x, ends):
    """What is left without the padding is as high as it is wide."""
    return x[(..., *(slice(first, x.shape[-1] - last) for first, last in ends))]


@misconception(
    "nn.conv._without_ends",
    hint="On which sides was something added?",
    fails=(
        "Conv1d/test_dtypes",
        "Conv1d/test_gradients_with_options",
        "Conv1d/test_kernels_and_channels",
        "Conv2d/test_dtypes",
        "Conv2d/test_gradients_with_options",
        "Conv2d/test_kernels_and_channels",
        "ConvTranspose2d/test_values_with_options",
        "ResidualBlock/test_gradients",
        "ResidualBlock/test_gradients_with_options",
        "Network/test_reads_digits",
    ),
    source="folklore",
)
def padding_is_cut_at_the_end_alone(x, ends):
    """All of the padding is cut off at the lower and right end."""
    return x[(..., *(slice(0, size - first - last) for size, (first, last) in zip(x.shape[2:], ends, strict=True)))]


@misconception(
    "nn.conv._without_ends",
    hint="Which shape does dx have?",
    fails=(
        "Conv1d/test_dtypes",
        "Conv1d/test_gradients_with_options",
        "Conv1d/test_kernels_and_channels",
        "Conv2d/test_dtypes",
        "Conv2d/test_gradients_with_options",
        "Conv2d/test_kernels_and_channels",
        "ConvTranspose2d/test_gradients_with_options",
        "ConvTranspose2d/test_values_with_options",
        "ResidualBlock/test_gradients",
        "ResidualBlock/test_gradients_with_options",
        "Network/test_reads_digits",
    ),
    source="folklore",
)
def padding_is_not_cut(x, ends):
    """What has been padded stays padded on the way back."""
    return x


@misconception(
    "nn.conv._without_ends",
    hint="x[0:-0] is which part of x?",
    fails=(
        "Conv1d/test_gradients",
        "Conv1d/test_gradients_with_options",
        "Conv2d/test_gradients",
        "Conv2d/test_gradients_with_options",
        "ConvTranspose2d/test_gradients",
        "ConvTranspose2d/test_gradients_with_options",
        "ResidualBlock/test_gradients_with_options",
        "Network/test_reads_digits",
        "Speed/test_no_loops",
    ),
    source="folklore",
)
def nothing_is_left_without_padding(x, ends):
    """x[..., p:-p] cuts off p numbers at both ends, for p = 0 as well."""
    return x[(..., *(slice(first, -last) for first, last in ends))]


@misconception(
    "nn.conv._correlate_backward",
    hint="With four images in the batch, how large is dx of the first one, alone and in company?",
    fails=(
        "Conv1d/test_gradients",
        "Conv1d/test_gradients_with_options",
        "Conv1d/test_kernels_and_channels",
        "Conv2d/test_gradients",
        "Conv2d/test_gradients_with_options",
        "Conv2d/test_kernels_and_channels",
        "ResidualBlock/test_gradients",
        "ResidualBlock/test_gradients_with_options",
        "Network/test_reads_digits",
        "Speed/test_no_loops",
    ),
    source="folklore",
)
def input_gradient_is_averaged(conv, dy):
    """dx is divided by the number of images."""
    columns, padded_shape, dtype, y_shape = conv.saved_values
    check_shape(f"dy of {type(conv).__name__}", dy.shape, y_shape)
    rows = _to_rows(dy, conv.groups)
    _accumulate(conv, rows.swapaxes(1, 2) @ columns, dy)
    windows = _from_columns(rows @ _by_groups(conv), (*padded_shape[:2], *y_shape[2:], *conv.kernel_size))
    dx = _add_windows(windows, padded_shape, conv.stride, conv.dilation)
    return (_without_ends(dx, conv.padding) / max(len(dy), 1)).astype(dtype)


@misconception(
    "nn.conv._correlate_backward",
    hint="Which dtype does dx have, if x is float32 and dy is not?",
    fails=("Conv1d/test_dtypes", "Conv2d/test_dtypes"),
    source="folklore",
)
def input_gradient_has_the_dtype_of_dy(conv, dy):
    """dx has the dtype of dy."""
    columns, padded_shape, _, y_shape = conv.saved_values
    check_shape(f"dy of {type(conv).__name__}", dy.shape, y_shape)
    rows = _to_rows(dy, conv.groups)
    _accumulate(conv, rows.swapaxes(1, 2) @ columns, dy)
    windows = _from_columns(rows @ _by_groups(conv), (*padded_shape[:2], *y_shape[2:], *conv.kernel_size))
    dx = _add_windows(windows, padded_shape, conv.stride, conv.dilation)
    return _without_ends(dx, conv.padding).astype(dy.dtype)


@misconception(
    "nn.conv._correlate_backward",
    hint="What happens to a dy of another shape than y?",
    fails=("Conv1d/test_refuses", "Conv2d/test_refuses"),
    source="folklore",
)
def dy_may_have_any_shape(conv, dy):
    """A dy that can be broadcast to y's shape is as good as one that has it."""
    columns, padded_shape, dtype, y_shape = conv.saved_values
    dy = np.broadcast_to(dy, y_shape) if dy.ndim <= len(y_shape) else dy.reshape(y_shape)
    rows = _to_rows(dy, conv.groups)
    _accumulate(conv, rows.swapaxes(1, 2) @ columns, dy)
    windows = _from_columns(rows @ _by_groups(conv), (*padded_shape[:2], *y_shape[2:], *conv.kernel_size))
    dx = _add_windows(windows, padded_shape, conv.stride, conv.dilation)
    return _without_ends(dx, conv.padding).astype(dtype)


@misconception(
    "nn.conv._correlate_backward",
    hint="Whose array is dy after your backward?",
    fails=("Conv1d/test_memory", "Conv2d/test_memory"),
    source="folklore",
)
def dy_is_used_up(conv, dy):
    """dy is not needed any more, and may be cleared."""
    columns, padded_shape, dtype, y_shape = conv.saved_values
    check_shape(f"dy of {type(conv).__name__}", dy.shape, y_shape)
    rows = _to_rows(dy, conv.groups).copy()
    _accumulate(conv, rows.swapaxes(1, 2) @ columns, dy)
    windows = _from_columns(rows @ _by_groups(conv), (*padded_shape[:2], *y_shape[2:], *conv.kernel_size))
    if dy.flags.writeable:
        dy[...] = 0
    dx = _add_windows(windows, padded_shape, conv.stride, conv.dilation)
    return _without_ends(dx, conv.padding).astype(dtype)


@misconception(
    "nn.conv._correlate",
    hint="Which windows does the second batch need?",
    fails=(
        "Conv1d/test_dtypes",
        "Conv1d/test_used_again",
        "Conv2d/test_dtypes",
        "Conv2d/test_used_again",
        "ResidualBlock/test_dtypes",
        "ResidualBlock/test_used_again",
        "Network/test_reads_digits",
    ),
    source="folklore",
)
def windows_of_the_first_batch(conv, x):
    """Windows are copied once for each shape."""
    _check_input(conv, x)
    padded = np.pad(x, [(0, 0), (0, 0), *conv.padding])
    spans = tuple(d * (k - 1) + 1 for d, k in zip(conv.dilation, conv.kernel_size, strict=True))
    if any(size < span for size, span in zip(padded.shape[2:], spans, strict=True)):
        raise ValueError(f"x of {type(conv).__name__} has shape {x.shape}, with padding {padded.shape}: too small")
    windows = _windows(padded, conv.kernel_size, conv.stride, conv.dilation)
    columns = _to_columns(windows, conv.groups)
    y_shape = (len(x), conv.out_channels, *windows.shape[2 : x.ndim])
    kept = vars(conv).setdefault("_kept", {}).setdefault(x.shape, columns)
    conv.save_for_backward(kept, padded.shape, x.dtype, y_shape)
    y = _from_rows(columns @ _by_groups(conv).swapaxes(1, 2), y_shape)
    return _add_bias(conv, y).astype(x.dtype, copy=False)


@misconception(
    "nn.conv._correlate",
    hint="Which dtype does y have, if x is float32 and the weight is float64?",
    fails=("Conv1d/test_dtypes", "Conv2d/test_dtypes", "ResidualBlock/test_dtypes"),
    source="folklore",
)
def output_has_the_dtype_of_the_weight(conv, x):
    """y has the dtype that NumPy chooses."""
    _check_input(conv, x)
    padded = np.pad(x, [(0, 0), (0, 0), *conv.padding])
    spans = tuple(d * (k - 1) + 1 for d, k in zip(conv.dilation, conv.kernel_size, strict=True))
    if any(size < span for size, span in zip(padded.shape[2:], spans, strict=True)):
        raise ValueError(f"x of {type(conv).__name__} has shape {x.shape}, with padding {padded.shape}: too small")
    windows = _windows(padded, conv.kernel_size, conv.stride, conv.dilation)
    columns = _to_columns(windows, conv.groups)
    y_shape = (len(x), conv.out_channels, *windows.shape[2 : x.ndim])
    conv.save_for_backward(columns, padded.shape, x.dtype, y_shape)
    return _add_bias(conv, _from_rows(columns @ _by_groups(conv).swapaxes(1, 2), y_shape))


@misconception(
    "nn.conv._correlate",
    hint="How many windows does an image have that is smaller than one?",
    fails=("Conv1d/test_refuses", "Conv2d/test_refuses"),
    source="folklore",
)
def a_small_image_gives_nothing(conv, x):
    """An image that is too small for a window gives an empty array."""
    _check_input(conv, x)
    padded = np.pad(x, [(0, 0), (0, 0), *conv.padding])
    spans = tuple(d * (k - 1) + 1 for d, k in zip(conv.dilation, conv.kernel_size, strict=True))
    counts = [(n - span) // s + 1 for n, span, s in zip(padded.shape[2:], spans, conv.stride, strict=True)]
    if min(counts) < 1:
        return np.zeros((len(x), conv.out_channels, *(max(0, count) for count in counts)), x.dtype)
    windows = _windows(padded, conv.kernel_size, conv.stride, conv.dilation)
    columns = _to_columns(windows, conv.groups)
    y_shape = (len(x), conv.out_channels, *windows.shape[2 : x.ndim])
    conv.save_for_backward(columns, padded.shape, x.dtype, y_shape)
    y = _from_rows(columns @ _by_groups(conv).swapaxes(1, 2), y_shape)
    return _add_bias(conv, y).astype(x.dtype, copy=False)
