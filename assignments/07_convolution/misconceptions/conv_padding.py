"""What people believe about kernels and padding of a convolution, forward and backward together."""

import numpy as np

from grader.assignment import misconception
from reference.nn.conv import (
    _accumulate,
    _add_bias,
    _add_windows,
    _by_groups,
    _check_input,
    _correlate,
    _correlate_backward,
    _from_columns,
    _from_rows,
    _to_columns,
    _to_rows,
    _windows,
    _without_ends,
)
from reference.nn.module import check_shape


@misconception(
    "nn.Conv2d",
    hint="Give the kernel a single 1, at its first place: which number of a window is y?",
    fails=(
        "Conv2d/test_gradients",
        "Conv2d/test_gradients_with_options",
        "ResidualBlock/test_gradients",
        "ResidualBlock/test_gradients_with_options",
        "Network/test_reads_digits",
        "Speed/test_no_loops",
    ),
    source="folklore",
    convention="This is the convolution of signal processing; the contract asks for cross-correlation.",
)
class kernel_is_flipped:
    """A convolution flips its kernel, forward and backward."""

    def forward(self, x):
        weight = self.weight.data
        self.weight.data = weight[..., ::-1, ::-1]
        y = _correlate(self, x)
        self.weight.data = weight
        return y

    def backward(self, dy):
        weight, grad = self.weight.data, self.weight.grad
        self.weight.data, self.weight.grad = weight[..., ::-1, ::-1], None
        dx = _correlate_backward(self, dy)
        self.weight.data = weight
        self.weight.grad = self.weight.grad[..., ::-1, ::-1] + (0 if grad is None else grad)
        return dx


@misconception(
    "nn.conv._correlate",
    hint="What does a window see beyond the edge of the image?",
    fails=(
        "Conv1d/test_gradients_with_options",
        "Conv1d/test_values_with_options",
        "Conv2d/test_gradients_with_options",
        "Conv2d/test_values_with_options",
        "ResidualBlock/test_gradients",
        "ResidualBlock/test_gradients_with_options",
        "Network/test_reads_digits",
    ),
    source="github.com/borgwang/tinynn 87e068c8a5",
)
def edges_are_repeated(conv, x):
    """The padding repeats the numbers at the edge."""
    _check_input(conv, x)
    padded = np.pad(x, [(0, 0), (0, 0), *conv.padding], mode="edge")
    spans = tuple(d * (k - 1) + 1 for d, k in zip(conv.dilation, conv.kernel_size, strict=True))
    if any(size < span for size, span in zip(padded.shape[2:], spans, strict=True)):
        raise ValueError(f"x of {type(conv).__name__} has shape {x.shape}, with padding {padded.shape}: too small")
    windows = _windows(padded, conv.kernel_size, conv.stride, conv.dilation)
    columns = _to_columns(windows, conv.groups)
    y_shape = (len(x), conv.out_channels, *windows.shape[2 : x.ndim])
    conv.save_for_backward(columns, padded.shape, x.dtype, y_shape)
    y = _from_rows(columns @ _by_groups(conv).swapaxes(1, 2), y_shape)
    return _add_bias(conv, y).astype(x.dtype, copy=False)


@misconception(
    "nn.conv._correlate",
    hint="Which x does the gradient of the weight multiply dy with: with the padding, or without?",
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
def padding_is_forgotten(conv, x):
    """The windows are those of x; padding only makes y larger, by zeros around it."""
    _check_input(conv, x)
    padded = np.pad(x, [(0, 0), (0, 0), *conv.padding])
    spans = tuple(d * (k - 1) + 1 for d, k in zip(conv.dilation, conv.kernel_size, strict=True))
    if any(size < span for size, span in zip(padded.shape[2:], spans, strict=True)):
        raise ValueError(f"x of {type(conv).__name__} has shape {x.shape}, with padding {padded.shape}: too small")
    ends = [(0, first + last) for first, last in conv.padding]
    windows = _windows(np.pad(x, [(0, 0), (0, 0), *ends]), conv.kernel_size, conv.stride, conv.dilation)
    columns = _to_columns(windows, conv.groups)
    y_shape = (len(x), conv.out_channels, *windows.shape[2 : x.ndim])
    conv.save_for_backward(columns, padded.shape, x.dtype, y_shape)
    y = _from_rows(columns @ _by_groups(conv).swapaxes(1, 2), y_shape)
    return _add_bias(conv, y).astype(x.dtype, copy=False)


@misconception(
    "nn.Conv2d",
    hint="How many turns does your loop take for 256 images?",
    fails=("Conv2d/test_refuses", "ResidualBlock/test_refuses", "Speed/test_no_loops"),
    source="folklore",
)
class one_image_after_another:
    """Images are independent of each other, so a loop goes through them."""

    def forward(self, x):
        if len(x) == 0:
            return _correlate(self, x)
        results = []
        for image in x:
            results.append((_correlate(self, image[None]), self.saved_values))
        y = np.concatenate([one for one, _ in results])
        self.save_for_backward([saved for _, saved in results], y.shape, x.dtype, None, None)
        return y

    def backward(self, dy):
        if len(self.saved_values) == 4:
            return _correlate_backward(self, dy)
        kept, y_shape, dtype, _, _ = self.saved_values
        if dy.shape != y_shape:
            raise ValueError(f"dy of Conv2d has shape {dy.shape}, but should have shape {y_shape}")
        parts = []
        for saved, part in zip(kept, dy, strict=True):
            self.save_for_backward(*saved)
            parts.append(_correlate_backward(self, part[None]))
        self.save_for_backward(kept, y_shape, dtype, None, None)
        return np.concatenate(parts)


@misconception(
    "nn.Conv1d.forward",
    hint="How many turns does your loop take for 256 sequences of 24 numbers?",
    fails=("Speed/test_no_loops",),
    source="folklore",
)
def one_sequence_after_another(self, x):
    """A loop goes through the sequences of a batch."""
    y = _correlate(self, x)  # keeps what backward needs, and refuses
    kept = self.saved_values
    parts = [_correlate(self, one[None]) for one in x]
    self.save_for_backward(*kept)
    return np.concatenate(parts) if parts else y


@misconception(
    "nn.Conv2d",
    hint="How many turns does your loop take for an image of 40 x 36?",
    fails=("Speed/test_no_loops",),
    source="folklore",
)
class one_place_after_another:
    """A loop goes through the places of y."""

    def forward(self, x):
        y = _correlate(self, x)
        columns, weight = self.saved_values[0], _by_groups(self)
        rows = np.zeros((self.groups, columns.shape[1], weight.shape[1]))
        for place in range(columns.shape[1]):
            rows[:, place] = np.einsum("gc,goc->go", columns[:, place], weight)
        return _add_bias(self, _from_rows(rows, y.shape)).astype(x.dtype)

    def backward(self, dy):
        columns, padded_shape, dtype, y_shape = self.saved_values
        check_shape("dy of Conv2d", dy.shape, y_shape)
        rows, weight = _to_rows(dy, self.groups), _by_groups(self)
        d_weight, d_columns = np.zeros(weight.shape), np.zeros(columns.shape)
        for place in range(columns.shape[1]):
            d_weight += np.einsum("go,gc->goc", rows[:, place], columns[:, place])
            d_columns[:, place] = np.einsum("go,goc->gc", rows[:, place], weight)
        _accumulate(self, d_weight, dy)
        windows = _from_columns(d_columns, (*padded_shape[:2], *y_shape[2:], *self.kernel_size))
        dx = _add_windows(windows, padded_shape, self.stride, self.dilation)
        return _without_ends(dx, self.padding).astype(dtype)
