"""What people believe about the windows of adaptive pooling."""

import numpy as np

from grader.assignment import misconception
from reference.nn.module import check_shape
from reference.nn.pooling import _check_dimensions, _means


@misconception(
    "nn.pooling._means",
    hint="With 7 rows and 3 windows, is the last row in any of yours?",
    fails=("AdaptiveAvgPool2d/test_gradients", "AdaptiveAvgPool2d/test_values"),
    source="folklore",
)
def windows_are_equal(size, count):
    """All windows have floor(H / Ho) rows; what is left over counts for nothing."""
    if count > size:
        return np.repeat(np.eye(size), -(-count // size), axis=0)[:count]
    i, place = np.arange(count)[:, None], np.arange(size)
    inside = (i * (size // count) <= place) & (place < (i + 1) * (size // count))
    return inside / inside.sum(axis=1, keepdims=True)


@misconception(
    "nn.pooling._means",
    hint="With 7 rows and 3 windows, where does the second one begin?",
    fails=(
        "AdaptiveAvgPool2d/test_gradients",
        "AdaptiveAvgPool2d/test_output_sizes",
        "AdaptiveAvgPool2d/test_values",
    ),
    source="folklore",
)
def one_stride_for_all(size, count):
    """The windows are those of a pool: stride floor(H / Ho), and a kernel of what is left for the last."""
    if count > size:
        return np.repeat(np.eye(size), -(-count // size), axis=0)[:count]
    stride = size // count
    kernel = size - (count - 1) * stride
    i, place = np.arange(count)[:, None], np.arange(size)
    inside = (i * stride <= place) & (place < i * stride + kernel)
    return inside / inside.sum(axis=1, keepdims=True)


@misconception(
    "nn.pooling._means",
    hint="With 5 rows and 3 windows, may two windows share a row?",
    fails=("AdaptiveAvgPool2d/test_gradients", "AdaptiveAvgPool2d/test_values"),
    source="folklore",
)
def windows_do_not_overlap(size, count):
    """Where a window ends, the next one begins."""
    i, place = np.arange(count)[:, None], np.arange(size)
    first = i * size // count
    inside = (first <= place) & (place < np.maximum((i + 1) * size // count, first + 1))
    return inside / inside.sum(axis=1, keepdims=True)


@misconception(
    "nn.pooling._means",
    hint="With 7 rows and 3 windows, which of them are larger?",
    fails=("AdaptiveAvgPool2d/test_gradients", "AdaptiveAvgPool2d/test_values"),
    source="folklore",
)
def first_windows_are_larger(size, count):
    """Windows are cut as np.array_split does it."""
    if count > size:
        return np.repeat(np.eye(size), -(-count // size), axis=0)[:count]
    parts = np.array_split(np.arange(size), count)
    return np.stack([np.isin(np.arange(size), part) / len(part) for part in parts])


@misconception(
    "nn.pooling._means",
    hint="By how much is the sum of a window divided, if it has four rows, and another three?",
    fails=("AdaptiveAvgPool2d/test_gradients", "AdaptiveAvgPool2d/test_values"),
    source="folklore",
)
def divisor_is_the_ratio(size, count):
    """Every sum is divided by H / Ho."""
    i, place = np.arange(count)[:, None], np.arange(size)
    inside = (i * size // count <= place) & (place < -(-(i + 1) * size // count))
    return inside * count / size


@misconception(
    "nn.pooling._means",
    hint="Does a window see all of its rows?",
    fails=("AdaptiveAvgPool2d/test_gradients", "AdaptiveAvgPool2d/test_values", "Network/test_reads_digits"),
    source="folklore",
)
def one_number_of_each_window(size, count):
    """The image is made smaller by taking the first number of each window."""
    i, place = np.arange(count)[:, None], np.arange(size)
    return (i * size // count == place) * 1.0


@misconception(
    "nn.pooling._means",
    hint="Does row ceil((i + 1) * H / Ho) belong to window i, or does it come after it?",
    fails=("AdaptiveAvgPool2d/test_gradients", "AdaptiveAvgPool2d/test_values"),
    source="folklore",
)
def windows_end_one_later(size, count):
    """The last row of a window is ceil((i + 1) * H / Ho)."""
    i, place = np.arange(count)[:, None], np.arange(size)
    inside = (i * size // count <= place) & (place <= -(-(i + 1) * size // count))
    return inside / inside.sum(axis=1, keepdims=True)


@misconception(
    "nn.AdaptiveAvgPool2d.forward",
    hint="What is the mean of an image of 2 rows in 5 windows?",
    fails=("AdaptiveAvgPool2d/test_gradients", "AdaptiveAvgPool2d/test_values"),
    source="folklore",
)
def output_is_never_larger(self, x):
    """There cannot be more windows than rows."""
    _check_dimensions(self, x)
    if any(count > size for size, count in zip(x.shape[2:], self.output_size, strict=True)):
        raise ValueError(f"x of shape {x.shape} is smaller than {self.output_size}")
    rows, columns = (_means(size, count) for size, count in zip(x.shape[2:], self.output_size, strict=True))
    self.save_for_backward(rows, columns, x.shape, x.dtype)
    return (rows @ x @ columns.T).astype(x.dtype, copy=False)


@misconception(
    "nn.AdaptiveAvgPool2d.forward",
    hint="Which dtype does y have, if x is float32?",
    fails=("AdaptiveAvgPool2d/test_dtypes",),
    source="folklore",
)
def output_is_float64(self, x):
    """y has the dtype that NumPy chooses."""
    _check_dimensions(self, x)
    rows, columns = (_means(size, count) for size, count in zip(x.shape[2:], self.output_size, strict=True))
    self.save_for_backward(rows, columns, x.shape, x.dtype)
    return rows @ x @ columns.T


@misconception(
    "nn.AdaptiveAvgPool2d.forward",
    hint="Is the output size (rows, columns) or (columns, rows)?",
    fails=("AdaptiveAvgPool2d/test_gradients", "AdaptiveAvgPool2d/test_values"),
    source="folklore",
)
def size_is_exchanged(self, x):
    """The output size is (width, height)."""
    _check_dimensions(self, x)
    wanted = self.output_size[::-1]
    rows, columns = (_means(size, count) for size, count in zip(x.shape[2:], wanted, strict=True))
    self.save_for_backward(rows, columns, x.shape, x.dtype)
    return (rows @ x @ columns.T).astype(x.dtype, copy=False)


@misconception(
    "nn.AdaptiveAvgPool2d.forward",
    hint="After an image of another height, which windows does yours use?",
    fails=("AdaptiveAvgPool2d/test_output_sizes", "AdaptiveAvgPool2d/test_used_again"),
    source="folklore",
)
def windows_of_the_first_image(self, x):
    """The windows are found once, and so is the shape of x."""
    _check_dimensions(self, x)
    rows, columns = (_means(size, count) for size, count in zip(x.shape[2:], self.output_size, strict=True))
    first = vars(self).setdefault("_first", (rows, columns, x.shape))
    self.save_for_backward(*first, x.dtype)
    return (rows @ x @ columns.T).astype(x.dtype, copy=False)


@misconception(
    "nn.AdaptiveAvgPool2d.backward",
    hint="If dy is one everywhere, what does dx add up to?",
    fails=(
        "AdaptiveAvgPool2d/test_gradients",
        "AdaptiveAvgPool2d/test_output_sizes",
        "AdaptiveAvgPool2d/test_worked_example",
        "Network/test_reads_digits",
    ),
    source="folklore",
)
def gradient_is_not_divided(self, dy):
    """Each number of a window gets all of its dy."""
    rows, columns, shape, dtype = self.saved_values
    check_shape("dy of AdaptiveAvgPool2d", dy.shape, (*shape[:2], *self.output_size))
    return ((rows > 0).T * 1.0 @ dy @ (columns > 0)).astype(dtype, copy=False)


@misconception(
    "nn.AdaptiveAvgPool2d.backward",
    hint="A row that two windows share: what does it get from each?",
    fails=(
        "AdaptiveAvgPool2d/test_gradients",
        "AdaptiveAvgPool2d/test_output_sizes",
        "AdaptiveAvgPool2d/test_worked_example",
    ),
    source="folklore",
)
def gradient_of_the_last_window(self, dy):
    """A number gets the gradient of the last window that it is in."""
    rows, columns, shape, dtype = self.saved_values
    check_shape("dy of AdaptiveAvgPool2d", dy.shape, (*shape[:2], *self.output_size))
    rows, columns = (m * (m[::-1].cumsum(axis=0)[::-1] <= m + 1e-12) for m in (rows, columns))
    return (rows.T @ dy @ columns).astype(dtype, copy=False)


@misconception(
    "nn.AdaptiveAvgPool2d.backward",
    hint="Which dtype does dx have, if x is float32 and dy is not?",
    fails=("AdaptiveAvgPool2d/test_dtypes",),
    source="folklore",
)
def gradient_has_the_dtype_of_dy(self, dy):
    """dx has the dtype of dy."""
    rows, columns, shape, _ = self.saved_values
    check_shape("dy of AdaptiveAvgPool2d", dy.shape, (*shape[:2], *self.output_size))
    return (rows.T @ dy @ columns).astype(dy.dtype)


@misconception(
    "nn.AdaptiveAvgPool2d.backward",
    hint="Who else may look at what you returned?",
    fails=("AdaptiveAvgPool2d/test_memory",),
    source="folklore",
)
def result_is_kept(self, dy):
    """dx is written into an array that is made once for each shape."""
    rows, columns, shape, dtype = self.saved_values
    check_shape("dy of AdaptiveAvgPool2d", dy.shape, (*shape[:2], *self.output_size))
    kept = vars(self).setdefault("_kept", {}).setdefault((shape, dtype.str), np.zeros(shape, dtype))
    kept[...] = rows.T @ dy @ columns
    return kept


@misconception(
    "nn.pooling._means",
    hint="What does Python say of 11 * (30 / 22), and where does the window begin then?",
    fails=("AdaptiveAvgPool2d/test_output_sizes",),
    source="a reader of the handout",
)
def step_is_a_float(size, count):
    """A window begins H / Ho rows after the one before, and this step is computed first."""
    i, place = np.arange(count)[:, None], np.arange(size)
    step = size / count
    inside = (np.floor(i * step) <= place) & (place < np.ceil((i + 1) * step))
    return inside / inside.sum(axis=1, keepdims=True)
