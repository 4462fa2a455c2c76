"""What people believe about the mean of windows."""

import math

import numpy as np

from grader.assignment import misconception
from reference.nn.module import check_shape
from reference.nn.pooling import _add_windows, _windows


@misconception(
    "nn.AvgPool2d.forward",
    hint="How many numbers of x does the window at a corner have?",
    fails=("AvgPool2d/test_gradients_with_options", "AvgPool2d/test_values_with_options"),
    source="folklore",
)
def padding_always_counts(self, x):
    """A mean is divided by the size of the window."""
    windows = _windows(self, x, 0.0)
    counts = np.full(windows.shape[2:4], math.prod(self.kernel_size))
    y = windows.sum(axis=(-2, -1)) / counts
    self.save_for_backward(counts, y.shape, x.shape, x.dtype)
    return y.astype(x.dtype, copy=False)


@misconception(
    "nn.AvgPool2d.forward",
    hint="What does `count_include_pad` say by default?",
    fails=("AvgPool2d/test_gradients_with_options", "AvgPool2d/test_values_with_options"),
    source="folklore",
)
def padding_never_counts(self, x):
    """A mean is divided by the number of numbers of x in the window."""
    windows = _windows(self, x, 0.0)
    counts = _windows(self, np.ones((1, 1, *x.shape[2:])), 0.0).sum(axis=(-2, -1))
    y = windows.sum(axis=(-2, -1)) / counts
    self.save_for_backward(counts, y.shape, x.shape, x.dtype)
    return y.astype(x.dtype, copy=False)


@misconception(
    "nn.AvgPool2d.forward",
    hint="Does `count_include_pad=True` make the divisor larger or smaller?",
    fails=("AvgPool2d/test_gradients_with_options", "AvgPool2d/test_values_with_options"),
    source="folklore",
)
def padding_counts_the_other_way(self, x):
    """With count_include_pad, only numbers of x count."""
    windows = _windows(self, x, 0.0)
    places = np.ones((1, 1, *x.shape[2:]))
    counts = _windows(self, places, 0.0 if self.count_include_pad else 1.0).sum(axis=(-2, -1))
    y = windows.sum(axis=(-2, -1)) / counts
    self.save_for_backward(counts, y.shape, x.shape, x.dtype)
    return y.astype(x.dtype, copy=False)


@misconception(
    "nn.AvgPool2d.forward",
    hint="A window that contains the number 0: by how much is its sum divided?",
    fails=("AvgPool2d/test_padding",),
    source="folklore",
)
def zeros_do_not_count(self, x):
    """Without count_include_pad, zeros do not count."""
    windows = _windows(self, x, 0.0)
    counts = np.maximum(np.count_nonzero(windows, axis=(-2, -1)), 1)
    if self.count_include_pad:
        counts = np.full(windows.shape[2:4], math.prod(self.kernel_size))
    y = windows.sum(axis=(-2, -1)) / counts
    self.save_for_backward(counts, y.shape, x.shape, x.dtype)
    return y.astype(x.dtype, copy=False)


@misconception(
    "nn.AvgPool2d.forward",
    hint="A window of 3 x 2: how many numbers are that?",
    fails=("AvgPool2d/test_gradients", "AvgPool2d/test_gradients_with_options", "Speed/test_no_loops"),
    source="folklore",
)
def windows_are_square(self, x):
    """A window has kh * kh numbers."""
    windows = _windows(self, x, 0.0)
    places = np.ones((1, 1, *x.shape[2:]))
    counts = _windows(self, places, 1.0 if self.count_include_pad else 0.0).sum(axis=(-2, -1))
    counts = counts * self.kernel_size[0] / self.kernel_size[1]
    y = windows.sum(axis=(-2, -1)) / counts
    self.save_for_backward(counts, y.shape, x.shape, x.dtype)
    return y.astype(x.dtype, copy=False)


@misconception(
    "nn.AvgPool2d.forward",
    hint="What is the mean of a window of ones?",
    fails=("AvgPool2d/test_gradients", "AvgPool2d/test_gradients_with_options", "Speed/test_no_loops"),
    source="folklore",
)
def sums_instead_of_means(self, x):
    """Pooling adds up the numbers of a window."""
    windows = _windows(self, x, 0.0)
    y = windows.sum(axis=(-2, -1))
    self.save_for_backward(np.ones(windows.shape[2:4]), y.shape, x.shape, x.dtype)
    return y.astype(x.dtype, copy=False)


@misconception(
    "nn.AvgPool2d.forward",
    hint="Which dtype does y have, if x is float32?",
    fails=("AvgPool2d/test_dtypes",),
    source="folklore",
)
def output_is_float64(self, x):
    """y has the dtype that NumPy chooses."""
    windows = _windows(self, x, 0.0)
    places = np.ones((1, 1, *x.shape[2:]))
    counts = _windows(self, places, 1.0 if self.count_include_pad else 0.0).sum(axis=(-2, -1))
    y = windows.sum(axis=(-2, -1)) / counts
    self.save_for_backward(counts, y.shape, x.shape, x.dtype)
    return y


@misconception(
    "nn.AvgPool2d.forward",
    hint="An image of another size came before: which divisors are kept?",
    fails=("AvgPool2d/test_used_again", "AvgPool2d/test_windows", "Speed/test_no_loops"),
    source="folklore",
)
def divisors_of_the_first_image(self, x):
    """The divisors, and the shape of x, are found once."""
    windows = _windows(self, x, 0.0)
    places = np.ones((1, 1, *x.shape[2:]))
    counts = _windows(self, places, 1.0 if self.count_include_pad else 0.0).sum(axis=(-2, -1))
    y = windows.sum(axis=(-2, -1)) / counts
    first = vars(self).setdefault("_first", (counts, y.shape, x.shape))
    self.save_for_backward(*first, x.dtype)
    return y.astype(x.dtype, copy=False)


@misconception(
    "nn.AvgPool2d.backward",
    hint="If one number of a window grows by 1, by how much does the mean?",
    fails=("AvgPool2d/test_gradients", "AvgPool2d/test_gradients_with_options", "Speed/test_no_loops"),
    source="folklore",
)
def gradient_is_not_divided(self, dy):
    """Each number of a window gets all of its dy."""
    _, y_shape, shape, dtype = self.saved_values
    check_shape("dy of AvgPool2d", dy.shape, y_shape)
    windows = np.broadcast_to(dy[..., None, None], (*dy.shape, *self.kernel_size))
    return _add_windows(self, windows, shape).astype(dtype)


@misconception(
    "nn.AvgPool2d.backward",
    hint="Which divisor had the window at the corner, on the way forward?",
    fails=("AvgPool2d/test_gradients_with_options", "AvgPool2d/test_windows"),
    source="folklore",
)
def gradient_is_divided_by_the_window(self, dy):
    """On the way back the divisor is the size of a window."""
    _, y_shape, shape, dtype = self.saved_values
    check_shape("dy of AvgPool2d", dy.shape, y_shape)
    shares = (dy / math.prod(self.kernel_size))[..., None, None]
    windows = np.broadcast_to(shares, (*dy.shape, *self.kernel_size))
    return _add_windows(self, windows, shape).astype(dtype)


@misconception(
    "nn.AvgPool2d.backward",
    hint="Which numbers of a window act on its mean?",
    fails=("AvgPool2d/test_gradients", "AvgPool2d/test_gradients_with_options", "Speed/test_no_loops"),
    source="folklore",
)
def gradient_goes_to_the_corner(self, dy):
    """The first number of a window gets its gradient."""
    counts, y_shape, shape, dtype = self.saved_values
    check_shape("dy of AvgPool2d", dy.shape, y_shape)
    windows = np.zeros((*dy.shape, *self.kernel_size))
    windows[..., 0, 0] = dy / counts
    return _add_windows(self, windows, shape).astype(dtype)


@misconception(
    "nn.AvgPool2d.backward",
    hint="Which dtype does dx have, if x is float32 and dy is not?",
    fails=("AvgPool2d/test_dtypes",),
    source="folklore",
)
def gradient_has_the_dtype_of_dy(self, dy):
    """dx has the dtype of dy."""
    counts, y_shape, shape, _ = self.saved_values
    check_shape("dy of AvgPool2d", dy.shape, y_shape)
    windows = np.broadcast_to((dy / counts)[..., None, None], (*dy.shape, *self.kernel_size))
    return _add_windows(self, windows, shape).astype(dy.dtype)


@misconception(
    "nn.AvgPool2d.backward",
    hint="May dy be divided where it is?",
    fails=("AvgPool2d/test_memory",),
    source="folklore",
)
def dy_is_divided_in_place(self, dy):
    """dy is divided in place."""
    counts, y_shape, shape, dtype = self.saved_values
    check_shape("dy of AvgPool2d", dy.shape, y_shape)
    if dy.flags.writeable:
        dy /= counts
    else:
        dy = dy / counts
    windows = np.broadcast_to(dy[..., None, None], (*dy.shape, *self.kernel_size))
    return _add_windows(self, windows, shape).astype(dtype)


@misconception(
    "nn.AvgPool2d",
    hint="How many turns does your loop take for 2048 images?",
    fails=("Speed/test_no_loops",),
    source="folklore",
)
class one_window_after_another:
    """A loop goes through images, channels and windows."""

    def forward(self, x):
        windows = _windows(self, x, 0.0)
        counted = _windows(self, np.ones((1, 1, *x.shape[2:])), 1.0 if self.count_include_pad else 0.0)
        counts, y = counted.sum(axis=(-2, -1)), np.zeros(windows.shape[:4])
        for n, c, i, j in np.ndindex(*y.shape):
            y[n, c, i, j] = windows[n, c, i, j].sum() / counts[0, 0, i, j]
        self.save_for_backward(counts, y.shape, x.shape, x.dtype)
        return y.astype(x.dtype)

    def backward(self, dy):
        counts, y_shape, shape, dtype = self.saved_values
        check_shape("dy of AvgPool2d", dy.shape, y_shape)
        windows = np.zeros((*dy.shape, *self.kernel_size))
        for n, c, i, j in np.ndindex(*dy.shape):
            windows[n, c, i, j] = dy[n, c, i, j] / counts[0, 0, i, j]
        return _add_windows(self, windows, shape).astype(dtype)
