"""What people believe about the windows of both pools, which are in a grid."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from grader.assignment import misconception
from reference.nn.pooling import _check_dimensions, _pair


@misconception(
    "nn.pooling._set_up",
    hint="How far apart are two windows, if stride and kernel differ?",
    fails=(
        "AvgPool2d/test_gradients_with_options",
        "AvgPool2d/test_values_with_options",
        "MaxPool2d/test_gradients_with_options",
        "MaxPool2d/test_values_with_options",
    ),
    source="github.com/Halfish/cs231n, max_pool_forward_naive; github.com/hyunku96/numpytorch 9230572f0b",
)
def stride_is_the_kernel(pool, kernel_size, stride, padding):
    """Windows never overlap: they are as far apart as they are large."""
    pool.kernel_size = _pair("kernel_size", kernel_size, 1)
    pool.stride = pool.kernel_size
    if stride is not None:
        _pair("stride", stride, 1)
    pool.padding = _pair("padding", padding, 0)
    if any(2 * p > k for p, k in zip(pool.padding, pool.kernel_size, strict=True)):
        raise ValueError(f"padding={padding} is more than half of kernel_size={kernel_size}")


@misconception(
    "nn.pooling._set_up",
    hint="What is the stride, if none is given?",
    fails=(
        "AvgPool2d/test_gradients",
        "AvgPool2d/test_gradients_with_options",
        "MaxPool2d/test_gradients",
        "MaxPool2d/test_gradients_with_options",
        "Network/test_reads_digits",
        "Speed/test_no_loops",
    ),
    source="folklore",
)
def stride_is_one_by_default(pool, kernel_size, stride, padding):
    """Without a stride, windows are one place apart, as those of a convolution."""
    pool.kernel_size = _pair("kernel_size", kernel_size, 1)
    pool.stride = (1, 1) if stride is None else _pair("stride", stride, 1)
    pool.padding = _pair("padding", padding, 0)
    if any(2 * p > k for p, k in zip(pool.padding, pool.kernel_size, strict=True)):
        raise ValueError(f"padding={padding} is more than half of kernel_size={kernel_size}")


@misconception(
    "nn.pooling._set_up",
    hint="If the kernel has 3 rows and 2 columns, how far is it to the next window at the right?",
    fails=(
        "AvgPool2d/test_gradients",
        "AvgPool2d/test_gradients_with_options",
        "MaxPool2d/test_gradients",
        "MaxPool2d/test_gradients_with_options",
        "Speed/test_no_loops",
    ),
    source="folklore",
)
def default_stride_is_the_height(pool, kernel_size, stride, padding):
    """Without a stride, it is the height of a window in both directions."""
    pool.kernel_size = _pair("kernel_size", kernel_size, 1)
    pool.stride = (pool.kernel_size[0],) * 2 if stride is None else _pair("stride", stride, 1)
    pool.padding = _pair("padding", padding, 0)
    if any(2 * p > k for p, k in zip(pool.padding, pool.kernel_size, strict=True)):
        raise ValueError(f"padding={padding} is more than half of kernel_size={kernel_size}")


@misconception(
    "nn.pooling._set_up",
    hint="How much of a window may lie in the padding?",
    fails=("AvgPool2d/test_refuses", "MaxPool2d/test_refuses"),
    source="folklore",
)
def any_padding_is_taken(pool, kernel_size, stride, padding):
    """A pool takes as much padding as a convolution does."""
    pool.kernel_size = _pair("kernel_size", kernel_size, 1)
    pool.stride = pool.kernel_size if stride is None else _pair("stride", stride, 1)
    pool.padding = _pair("padding", padding, 0)


@misconception(
    "nn.pooling._set_up",
    hint="Half of the kernel's size: is that allowed or not?",
    fails=(
        "AvgPool2d/test_gradients_with_options",
        "AvgPool2d/test_values_with_options",
        "MaxPool2d/test_gradients_with_options",
        "MaxPool2d/test_values_with_options",
    ),
    source="folklore",
)
def half_a_window_is_too_much(pool, kernel_size, stride, padding):
    """The padding has to be less than half of the kernel's size."""
    pool.kernel_size = _pair("kernel_size", kernel_size, 1)
    pool.stride = pool.kernel_size if stride is None else _pair("stride", stride, 1)
    pool.padding = _pair("padding", padding, 0)
    if any(p and 2 * p >= k for p, k in zip(pool.padding, pool.kernel_size, strict=True)):
        raise ValueError(f"padding={padding} is half of kernel_size={kernel_size} or more")


@misconception(
    "nn.pooling._pair",
    hint="In which order does the handout's pair name the directions?",
    fails=(
        "AdaptiveAvgPool2d/test_gradients",
        "AdaptiveAvgPool2d/test_values",
        "AvgPool2d/test_gradients",
        "AvgPool2d/test_gradients_with_options",
        "MaxPool2d/test_gradients",
        "MaxPool2d/test_gradients_with_options",
        "Speed/test_no_loops",
    ),
    source="folklore",
)
def pairs_are_exchanged(name, value, least):
    """Pairs are (horizontal, vertical)."""
    horizontal, vertical = (value, value) if isinstance(value, int | np.integer) else value
    if min(vertical, horizontal) < least:
        raise ValueError(f"{name} should be {least} or more, got {value}")
    return vertical, horizontal


@misconception(
    "nn.pooling._pair",
    hint="A window of (3, 2): how many columns does it have?",
    fails=(
        "AdaptiveAvgPool2d/test_gradients",
        "AdaptiveAvgPool2d/test_values",
        "AvgPool2d/test_gradients",
        "AvgPool2d/test_gradients_with_options",
        "MaxPool2d/test_gradients",
        "MaxPool2d/test_gradients_with_options",
        "Speed/test_no_loops",
    ),
    source="folklore",
)
def first_of_a_pair_is_for_both(name, value, least):
    """Of a pair the first number counts, for both directions."""
    vertical, horizontal = (value, value) if isinstance(value, int | np.integer) else value
    if min(vertical, horizontal) < least:
        raise ValueError(f"{name} should be {least} or more, got {value}")
    return vertical, vertical


@misconception(
    "nn.pooling._pair",
    hint="What is a window of height 0?",
    fails=("AdaptiveAvgPool2d/test_refuses", "AvgPool2d/test_refuses", "MaxPool2d/test_refuses"),
    source="folklore",
)
def no_number_is_refused(name, value, least):
    """Whoever gives impossible sizes will see what happens."""
    vertical, horizontal = (value, value) if isinstance(value, int | np.integer) else value
    return vertical, horizontal


@misconception(
    "nn.pooling._windows",
    hint="What is left over at the lower end: does it make a window?",
    fails=(
        "AvgPool2d/test_gradients",
        "AvgPool2d/test_gradients_with_options",
        "MaxPool2d/test_gradients",
        "MaxPool2d/test_gradients_with_options",
        "Network/test_reads_digits",
    ),
    source="github.com/geohot/tinygrad 04b9312a34",
)
def what_is_left_over_makes_a_window(pool, x, value):
    """If rows are left over, they make one more window, which is filled up as the padding is."""
    _check_dimensions(pool, x)
    padded = np.pad(x, [(0, 0), (0, 0), *((p, p) for p in pool.padding)], constant_values=value)
    if any(size < k for size, k in zip(padded.shape[2:], pool.kernel_size, strict=True)):
        raise ValueError(f"x of shape {x.shape} is too small for a window of {pool.kernel_size}")
    left = [-(n - k) % s for n, k, s in zip(padded.shape[2:], pool.kernel_size, pool.stride, strict=True)]
    padded = np.pad(padded, [(0, 0), (0, 0), *((0, more) for more in left)], constant_values=value)
    (down, right), every = pool.stride, sliding_window_view(padded, pool.kernel_size, axis=(2, 3))
    return every[:, :, ::down, ::right]


@misconception(
    "nn.pooling._windows",
    hint="Is the + 1 of the output size inside the division or outside?",
    fails=(
        "AvgPool2d/test_gradients",
        "AvgPool2d/test_gradients_with_options",
        "MaxPool2d/test_gradients",
        "MaxPool2d/test_gradients_with_options",
        "Network/test_reads_digits",
        "Speed/test_no_loops",
    ),
    source="github.com/wkcn/mobula 79de720f20",
)
def one_is_inside_the_division(pool, x, value):
    """The number of windows is floor((H + 2p - k + 1) / s)."""
    _check_dimensions(pool, x)
    padded = np.pad(x, [(0, 0), (0, 0), *((p, p) for p in pool.padding)], constant_values=value)
    if any(size < k for size, k in zip(padded.shape[2:], pool.kernel_size, strict=True)):
        raise ValueError(f"x of shape {x.shape} is too small for a window of {pool.kernel_size}")
    (down, right), every = pool.stride, sliding_window_view(padded, pool.kernel_size, axis=(2, 3))
    rows, columns = every.shape[2:4]
    return every[:, :, ::down, ::right][:, :, : rows // down, : columns // right]


@misconception(
    "nn.pooling._windows",
    hint="How many windows does an image have that is smaller than one?",
    fails=("AvgPool2d/test_refuses", "MaxPool2d/test_refuses"),
    source="folklore",
)
def a_small_image_is_one_window(pool, x, value):
    """An image that is too small for a window is filled up to be one."""
    _check_dimensions(pool, x)
    padded = np.pad(x, [(0, 0), (0, 0), *((p, p) for p in pool.padding)], constant_values=value)
    more = [max(0, k - size) for size, k in zip(padded.shape[2:], pool.kernel_size, strict=True)]
    padded = np.pad(padded, [(0, 0), (0, 0), *((0, count) for count in more)], constant_values=value)
    (down, right), every = pool.stride, sliding_window_view(padded, pool.kernel_size, axis=(2, 3))
    return every[:, :, ::down, ::right]


@misconception(
    "nn.pooling._check_dimensions",
    hint="What should happen to an x that has no channels?",
    fails=("AdaptiveAvgPool2d/test_refuses", "AvgPool2d/test_refuses", "MaxPool2d/test_refuses"),
    source="folklore",
)
def numpy_will_complain(pool, x):
    """If the shape of x is wrong, something will fail."""


@misconception(
    "nn.pooling._add_windows",
    hint="A number that is in two windows: what does it get?",
    fails=("AvgPool2d/test_gradients_with_options", "MaxPool2d/test_gradients_with_options"),
    source="folklore",
)
def windows_overwrite_each_other(pool, windows, shape):
    """A number gets the gradient of the last window that gives it one."""
    (top, left), (down, right), (rows, columns) = pool.padding, pool.stride, windows.shape[2:4]
    n, channels, height, width = shape
    padded = np.zeros((n, channels, height + 2 * top, width + 2 * left), windows.dtype)
    for u, v in np.ndindex(pool.kernel_size):
        part, new = padded[:, :, u : u + rows * down : down, v : v + columns * right : right], windows[..., u, v]
        part[...] = np.where(new != 0, new, part)
    return padded[:, :, top : top + height, left : left + width]


@misconception(
    "nn.pooling._add_windows",
    hint="Your image is 7 x 6: how many columns does it have without the padding?",
    fails=(
        "AvgPool2d/test_dtypes",
        "AvgPool2d/test_gradients_with_options",
        "AvgPool2d/test_windows",
        "MaxPool2d/test_gradients_with_options",
    ),
    source="github.com/puru-samal/myTorch, mytorch/nn/Conv2d.py",
)
def padding_is_cut_below(pool, windows, shape):
    """All of the padding is cut off at the lower and right end."""
    (top, left), (down, right), (rows, columns) = pool.padding, pool.stride, windows.shape[2:4]
    n, channels, height, width = shape
    padded = np.zeros((n, channels, height + 2 * top, width + 2 * left), windows.dtype)
    for u, v in np.ndindex(pool.kernel_size):
        padded[:, :, u : u + rows * down : down, v : v + columns * right : right] += windows[..., u, v]
    return padded[:, :, :height, :width]


@misconception(
    "nn.pooling._add_windows",
    hint="What is dx of a row that is in no window?",
    fails=(
        "AvgPool2d/test_gradients",
        "AvgPool2d/test_gradients_with_options",
        "MaxPool2d/test_gradients",
        "MaxPool2d/test_gradients_with_options",
        "Network/test_reads_digits",
    ),
    source="folklore",
)
def dx_ends_with_the_last_window(pool, windows, shape):
    """dx is as large as the windows reach."""
    (top, left), (down, right), (rows, columns) = pool.padding, pool.stride, windows.shape[2:4]
    kh, kw = pool.kernel_size
    height, width = (rows - 1) * down + kh, (columns - 1) * right + kw
    padded = np.zeros((*shape[:2], height, width), windows.dtype)
    for u, v in np.ndindex(pool.kernel_size):
        padded[:, :, u : u + rows * down : down, v : v + columns * right : right] += windows[..., u, v]
    return padded[:, :, top : height - top, left : width - left]


@misconception(
    "nn.pooling._add_windows",
    hint="What is in a new array before you add to it?",
    fails=(
        "AvgPool2d/test_dtypes",
        "AvgPool2d/test_memory",
        "AvgPool2d/test_used_again",
        "MaxPool2d/test_dtypes",
        "MaxPool2d/test_memory",
        "MaxPool2d/test_used_again",
        "Network/test_reads_digits",
        "Speed/test_no_loops",
    ),
    source="github.com/eriklindernoren/ML-From-Scratch 19b7c251da",
)
def buffer_is_not_cleared(pool, windows, shape):
    """The array in which gradients are added up is made once for each shape."""
    (top, left), (down, right), (rows, columns) = pool.padding, pool.stride, windows.shape[2:4]
    n, channels, height, width = shape
    kept = vars(pool).setdefault("_buffers", {})
    size = (n, channels, height + 2 * top, width + 2 * left)
    padded = kept.setdefault(size, np.zeros(size))
    for u, v in np.ndindex(pool.kernel_size):
        padded[:, :, u : u + rows * down : down, v : v + columns * right : right] += windows[..., u, v]
    return padded[:, :, top : top + height, left : left + width]
