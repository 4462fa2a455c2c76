"""What people believe about the maximum of windows."""

import math

import numpy as np

from grader.assignment import misconception
from reference.nn.module import check_shape
from reference.nn.pooling import _add_windows, _windows


@misconception(
    "nn.MaxPool2d.forward",
    hint="All numbers are negative: what is the maximum of a window at the border?",
    fails=("MaxPool2d/test_gradients_with_options", "MaxPool2d/test_values_with_options"),
    source="folklore",
)
def padding_is_zero(self, x):
    """The padding is zeros, as in a convolution."""
    windows = _windows(self, x, 0.0)
    flat = windows.reshape(*windows.shape[:4], math.prod(self.kernel_size))
    largest = flat.argmax(axis=-1)
    self.save_for_backward(largest, x.shape, x.dtype)
    return np.take_along_axis(flat, largest[..., None], axis=-1)[..., 0]


@misconception(
    "nn.MaxPool2d.forward",
    hint="Is there a number below -1000?",
    fails=("MaxPool2d/test_negative_numbers",),
    source="folklore",
)
def padding_is_a_small_number(self, x):
    """The padding is -1000, which is smaller than every number."""
    windows = _windows(self, x, -1000.0)
    flat = windows.reshape(*windows.shape[:4], math.prod(self.kernel_size))
    largest = flat.argmax(axis=-1)
    self.save_for_backward(largest, x.shape, x.dtype)
    return np.take_along_axis(flat, largest[..., None], axis=-1)[..., 0]


@misconception(
    "nn.MaxPool2d.forward",
    hint="Of two equal numbers of a window, in which order do you look at them?",
    fails=("MaxPool2d/test_memory", "MaxPool2d/test_ties", "MaxPool2d/test_worked_example"),
    source="folklore",
)
def last_of_equal_numbers(self, x):
    """Of equal numbers the last one has the gradient."""
    windows = _windows(self, x, -np.inf)
    flat = windows.reshape(*windows.shape[:4], math.prod(self.kernel_size))
    largest = flat.shape[-1] - 1 - flat[..., ::-1].argmax(axis=-1)
    self.save_for_backward(largest, x.shape, x.dtype)
    return np.take_along_axis(flat, largest[..., None], axis=-1)[..., 0]


@misconception(
    "nn.MaxPool2d.forward",
    hint="Of two equal numbers of a window, one is further up, one further left: which is the first?",
    fails=("MaxPool2d/test_memory", "MaxPool2d/test_ties", "MaxPool2d/test_worked_example"),
    source="folklore",
)
def first_of_equal_numbers_by_column(self, x):
    """Of equal numbers the first one has the gradient, column by column."""
    kh, kw = self.kernel_size
    windows = _windows(self, x, -np.inf)
    flat = windows.swapaxes(-1, -2).reshape(*windows.shape[:4], kh * kw)
    found = flat.argmax(axis=-1)
    largest = found % kh * kw + found // kh
    self.save_for_backward(largest, x.shape, x.dtype)
    return np.take_along_axis(flat, found[..., None], axis=-1)[..., 0]


@misconception(
    "nn.MaxPool2d.forward",
    hint="Are the windows of two channels compared with each other?",
    fails=(
        "MaxPool2d/test_gradients",
        "MaxPool2d/test_gradients_with_options",
        "Network/test_reads_digits",
        "Speed/test_no_loops",
    ),
    source="folklore",
)
def channels_share_a_maximum(self, x):
    """The place of the maximum is looked for once for all channels of an image."""
    windows = _windows(self, x, -np.inf)
    flat = windows.reshape(*windows.shape[:4], math.prod(self.kernel_size))
    largest = np.broadcast_to(flat.max(axis=1, keepdims=True).argmax(axis=-1), flat.shape[:-1])
    self.save_for_backward(largest, x.shape, x.dtype)
    return np.take_along_axis(flat, largest[..., None], axis=-1)[..., 0]


@misconception(
    "nn.MaxPool2d.forward",
    hint="Which dtype does y have, if x is float32?",
    fails=("MaxPool2d/test_dtypes",),
    source="folklore",
)
def output_is_float64(self, x):
    """y is float64."""
    windows = _windows(self, x, -np.inf)
    flat = windows.reshape(*windows.shape[:4], math.prod(self.kernel_size))
    largest = flat.argmax(axis=-1)
    self.save_for_backward(largest, x.shape, x.dtype)
    return np.take_along_axis(flat, largest[..., None], axis=-1)[..., 0].astype(np.float64)


@misconception(
    "nn.MaxPool2d.forward",
    hint="Whose maxima does the second backward need?",
    fails=(
        "MaxPool2d/test_dtypes",
        "MaxPool2d/test_used_again",
        "Network/test_reads_digits",
        "Speed/test_no_loops",
    ),
    source="folklore",
)
def places_of_the_first_batch(self, x):
    """The places of the maxima are found once for each shape."""
    windows = _windows(self, x, -np.inf)
    flat = windows.reshape(*windows.shape[:4], math.prod(self.kernel_size))
    largest = flat.argmax(axis=-1)
    kept = vars(self).setdefault("_kept", {}).setdefault(x.shape, largest)
    self.save_for_backward(kept, x.shape, x.dtype)
    return np.take_along_axis(flat, largest[..., None], axis=-1)[..., 0]


@misconception(
    "nn.MaxPool2d",
    hint="Two equal numbers of a window: does the sum of dx still equal that of dy?",
    fails=("MaxPool2d/test_memory", "MaxPool2d/test_ties", "MaxPool2d/test_worked_example"),
    source="github.com/lightaime, cs231n; github.com/Halfish/cs231n",
)
class all_of_equal_numbers:
    """Every number that equals the maximum gets the gradient."""

    def forward(self, x):
        windows = _windows(self, x, -np.inf)
        y = windows.max(axis=(-1, -2))
        self.save_for_backward(windows == y[..., None, None], x.shape, x.dtype)
        return y.copy()

    def backward(self, dy):
        mask, shape, dtype = self.saved_values
        check_shape("dy of MaxPool2d", dy.shape, mask.shape[:4])
        return _add_windows(self, mask * dy[..., None, None], shape).astype(dtype)


@misconception(
    "nn.MaxPool2d",
    hint="Two equal numbers of a window: which of them does PyTorch choose?",
    fails=("MaxPool2d/test_memory", "MaxPool2d/test_ties", "MaxPool2d/test_worked_example"),
    source="github.com/geohot/tinygrad e2f833f58f",
    convention="This is the form in which tinygrad shares it; the contract gives all to the first, as PyTorch does.",
)
class equal_numbers_share:
    """Numbers that equal the maximum share the gradient evenly."""

    def forward(self, x):
        windows = _windows(self, x, -np.inf)
        y = windows.max(axis=(-1, -2))
        self.save_for_backward(windows == y[..., None, None], x.shape, x.dtype)
        return y.copy()

    def backward(self, dy):
        mask, shape, dtype = self.saved_values
        check_shape("dy of MaxPool2d", dy.shape, mask.shape[:4])
        shares = mask / mask.sum(axis=(-1, -2), keepdims=True)
        return _add_windows(self, shares * dy[..., None, None], shape).astype(dtype)


@misconception(
    "nn.MaxPool2d",
    hint="Two numbers differ in the tenth digit: is one of them larger?",
    fails=("MaxPool2d/test_nearly_equal",),
    source="github.com/mni-ml/framework PR 22",
)
class close_numbers_are_equal:
    """The maximum is looked for with a tolerance, and the first number near it has the gradient."""

    def forward(self, x):
        windows = _windows(self, x, -np.inf)
        flat = windows.reshape(*windows.shape[:4], math.prod(self.kernel_size))
        y = flat.max(axis=-1)
        self.save_for_backward(np.isclose(flat, y[..., None], rtol=0, atol=1e-9).argmax(axis=-1), x.shape, x.dtype)
        return y

    def backward(self, dy):
        largest, shape, dtype = self.saved_values
        check_shape("dy of MaxPool2d", dy.shape, largest.shape)
        kernel = np.arange(math.prod(self.kernel_size)).reshape(self.kernel_size)
        windows = np.where(largest[..., None, None] == kernel, dy[..., None, None], 0)
        return _add_windows(self, windows, shape).astype(dtype)


@misconception(
    "nn.MaxPool2d.backward",
    hint="If dy is doubled, what happens to dx?",
    fails=(
        "MaxPool2d/test_gradients",
        "MaxPool2d/test_gradients_with_options",
        "Network/test_reads_digits",
        "Speed/test_no_loops",
    ),
    source="github.com/geohot/tinygrad a2e6562330",
)
def gradient_is_one(self, dy):
    """The derivative of a maximum is 1 at its place."""
    largest, shape, dtype = self.saved_values
    check_shape("dy of MaxPool2d", dy.shape, largest.shape)
    kernel = np.arange(math.prod(self.kernel_size)).reshape(self.kernel_size)
    windows = np.where(largest[..., None, None] == kernel, 1.0, 0)
    return _add_windows(self, windows, shape).astype(dtype)


@misconception(
    "nn.MaxPool2d.backward",
    hint="Is the place of a maximum counted from the corner of the image, or from that of the padding?",
    fails=("MaxPool2d/test_gradients_with_options",),
    source="github.com/ddbourgin/numpy-ml, Pool2D.backward",
)
def places_without_padding(self, dy):
    """A window begins at i * stride of x, with padding as without."""
    largest, shape, dtype = self.saved_values
    check_shape("dy of MaxPool2d", dy.shape, largest.shape)
    kernel = np.arange(math.prod(self.kernel_size)).reshape(self.kernel_size)
    windows = np.where(largest[..., None, None] == kernel, dy[..., None, None], 0)
    padding, self.padding = self.padding, (0, 0)
    n, channels, height, width = shape
    larger = (n, channels, height + 2 * padding[0], width + 2 * padding[1])
    dx = _add_windows(self, windows, larger)[:, :, :height, :width]
    self.padding = padding
    return dx.astype(dtype)


@misconception(
    "nn.MaxPool2d.backward",
    hint="Which dtype does dx have, if x is float32 and dy is not?",
    fails=("MaxPool2d/test_dtypes",),
    source="folklore",
)
def gradient_has_the_dtype_of_dy(self, dy):
    """dx has the dtype of dy."""
    largest, shape, _ = self.saved_values
    check_shape("dy of MaxPool2d", dy.shape, largest.shape)
    kernel = np.arange(math.prod(self.kernel_size)).reshape(self.kernel_size)
    windows = np.where(largest[..., None, None] == kernel, dy[..., None, None], 0)
    return _add_windows(self, windows, shape).astype(dy.dtype)


@misconception(
    "nn.MaxPool2d.backward",
    hint="Whose array is dy after your backward?",
    fails=("MaxPool2d/test_memory",),
    source="folklore",
)
def dy_is_used_up(self, dy):
    """dy is not needed any more, and may be cleared."""
    largest, shape, dtype = self.saved_values
    check_shape("dy of MaxPool2d", dy.shape, largest.shape)
    kernel = np.arange(math.prod(self.kernel_size)).reshape(self.kernel_size)
    windows = np.where(largest[..., None, None] == kernel, dy[..., None, None], 0)
    if dy.flags.writeable:
        dy[...] = 0
    return _add_windows(self, windows, shape).astype(dtype)


@misconception(
    "nn.MaxPool2d",
    hint="How many turns does your loop take for 256 images?",
    fails=("Speed/test_no_loops",),
    source="folklore",
)
class one_window_after_another:
    """A loop goes through images, channels and windows."""

    def forward(self, x):
        windows = _windows(self, x, -np.inf)
        flat = windows.reshape(*windows.shape[:4], math.prod(self.kernel_size))
        y, largest = np.zeros(flat.shape[:4], x.dtype), np.zeros(flat.shape[:4], int)
        for place in np.ndindex(*flat.shape[:4]):
            largest[place] = flat[place].argmax()
            y[place] = flat[place][largest[place]]
        self.save_for_backward(largest, x.shape, x.dtype)
        return y

    def backward(self, dy):
        largest, shape, dtype = self.saved_values
        check_shape("dy of MaxPool2d", dy.shape, largest.shape)
        dx = np.zeros(shape)
        for n, c, i, j in np.ndindex(*dy.shape):
            u, v = divmod(int(largest[n, c, i, j]), self.kernel_size[1])
            row, column = i * self.stride[0] + u - self.padding[0], j * self.stride[1] + v - self.padding[1]
            dx[n, c, row, column] += dy[n, c, i, j]
        return dx.astype(dtype)


@misconception(
    "nn.MaxPool2d.forward",
    hint="Which float is below every number, whatever an image holds?",
    fails=("MaxPool2d/test_negative_numbers",),
    source="a reader of the handout",
)
def padding_is_a_billion_below_zero(self, x):
    """The padding is -1e9, which is smaller than every number of an image."""
    windows = _windows(self, x, -1e9)
    flat = windows.reshape(*windows.shape[:4], math.prod(self.kernel_size))
    largest = flat.argmax(axis=-1)
    self.save_for_backward(largest, x.shape, x.dtype)
    return np.take_along_axis(flat, largest[..., None], axis=-1)[..., 0]


@misconception(
    "nn.MaxPool2d.forward",
    hint="How many numbers does your largest window have, and how many does a uint8 count?",
    fails=("MaxPool2d/test_windows",),
    source="a reader of the handout",
)
def places_are_small_numbers(self, x):
    """A window has no more than 256 numbers, so its places fit into a uint8."""
    windows = _windows(self, x, -np.inf)
    flat = windows.reshape(*windows.shape[:4], math.prod(self.kernel_size))
    largest = flat.argmax(axis=-1)
    self.save_for_backward(largest.astype(np.uint8), x.shape, x.dtype)
    return np.take_along_axis(flat, largest[..., None], axis=-1)[..., 0]
