"""What people believe about the gradients of a convolution."""

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
from reference.nn.module import accumulate_grad, check_shape


@misconception(
    "nn.conv._accumulate",
    hint="Run one image once and then twice: how should the two gradients relate?",
    fails=("?/?",),
    source="github.com/wkcn/mobula ee95cdde55; github.com/IzhanVarsky/NumPyTorch d18e2aaaa4",
)
def averaged_over_the_batch(conv, gradient, dy):
    """The gradients of weight and bias are means over the images."""
    count = max(len(dy), 1)
    accumulate_grad(conv.weight, gradient.reshape(conv.weight.shape) / count)
    if conv.bias is not None:
        accumulate_grad(conv.bias, dy.sum(axis=(0, *range(2, dy.ndim))) / count)


@misconception(
    "nn.conv._accumulate",
    hint="A weight is used at every place: is its gradient a sum or a mean over them?",
    fails=("?/?",),
    source="github.com/sebgao/cTensor issue 3",
)
def averaged_over_places(conv, gradient, dy):
    """The gradients of weight and bias are means over all images and places."""
    count = max(len(dy) * math.prod(dy.shape[2:]), 1)
    accumulate_grad(conv.weight, gradient.reshape(conv.weight.shape) / count)
    if conv.bias is not None:
        accumulate_grad(conv.bias, dy.sum(axis=(0, *range(2, dy.ndim))) / count)


@misconception(
    "nn.conv._accumulate", hint="How many numbers of y does one bias act on?", fails=("?/?",), source="folklore"
)
def bias_gradient_is_averaged_over_places(conv, gradient, dy):
    """The gradient of a bias is a sum over images, and a mean over places."""
    accumulate_grad(conv.weight, gradient.reshape(conv.weight.shape))
    if conv.bias is not None:
        accumulate_grad(conv.bias, dy.sum(axis=(0, *range(2, dy.ndim))) / max(math.prod(dy.shape[2:]), 1))


@misconception("nn.conv._accumulate", hint="What does `zero_grad` undo?", fails=("?/?",), source="folklore")
def gradients_are_overwritten(conv, gradient, dy):
    """backward sets the gradients of weight and bias."""
    conv.weight.grad = np.zeros_like(conv.weight.data) + gradient.reshape(conv.weight.shape)
    if conv.bias is not None:
        conv.bias.grad = np.zeros_like(conv.bias.data) + dy.sum(axis=(0, *range(2, dy.ndim)))


@misconception(
    "nn.conv._accumulate",
    hint="If dy is doubled, what happens to the gradient of the bias?",
    fails=("?/?",),
    source="folklore",
)
def bias_gradient_counts(conv, gradient, dy):
    """The gradient of a bias is the number of places it is used at."""
    accumulate_grad(conv.weight, gradient.reshape(conv.weight.shape))
    if conv.bias is not None:
        accumulate_grad(conv.bias, np.ones_like(dy).sum(axis=(0, *range(2, dy.ndim))))


@misconception(
    "nn.conv._accumulate", hint="Which parameters does the loss depend on?", fails=("?/?",), source="folklore"
)
def bias_has_no_gradient(conv, gradient, dy):
    """Only the weight has a gradient."""
    accumulate_grad(conv.weight, gradient.reshape(conv.weight.shape))


@misconception(
    "nn.conv._accumulate",
    hint="Which dtype does a parameter's gradient have, whatever comes in?",
    fails=("?/?",),
    source="folklore",
)
def gradients_have_the_dtype_of_dy(conv, gradient, dy):
    """A gradient has the dtype of what it was computed from."""
    accumulate_grad(conv.weight, gradient.reshape(conv.weight.shape))
    conv.weight.grad = conv.weight.grad.astype(dy.dtype)
    if conv.bias is not None:
        accumulate_grad(conv.bias, dy.sum(axis=(0, *range(2, dy.ndim))))


@misconception(
    "nn.conv._to_rows",
    hint="In a reshape of (N, O, Ho, Wo) to O columns, which numbers stand in the first row?",
    fails=("?/?",),
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
    fails=("?/?",),
    source="github.com/puru-samal/myTorch, mytorch/nn/Conv2d.py",
)
def width_is_cut_for_the_height(x, ends):
    """What is left without the padding is as high as it is wide."""
    return x[(..., *(slice(first, x.shape[-1] - last) for first, last in ends))]


@misconception("nn.conv._without_ends", hint="On which sides was something added?", fails=("?/?",), source="folklore")
def padding_is_cut_at_the_end_alone(x, ends):
    """All of the padding is cut off at the lower and right end."""
    return x[(..., *(slice(0, size - first - last) for size, (first, last) in zip(x.shape[2:], ends, strict=True)))]


@misconception("nn.conv._without_ends", hint="Which shape has dx?", fails=("?/?",), source="folklore")
def padding_is_not_cut(x, ends):
    """What has been padded stays padded on the way back."""
    return x


@misconception("nn.conv._without_ends", hint="x[0:-0] is which part of x?", fails=("?/?",), source="folklore")
def nothing_is_left_without_padding(x, ends):
    """x[..., p:-p] cuts off p numbers at both ends, for p = 0 as well."""
    return x[(..., *(slice(first, -last) for first, last in ends))]


@misconception(
    "nn.conv._correlate_backward",
    hint="With four images in the batch, how large is dx of the first one, alone and in company?",
    fails=("?/?",),
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
    hint="Which dtype has dx, if x is float32 and dy is not?",
    fails=("?/?",),
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
    fails=("?/?",),
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
    "nn.conv._correlate_backward", hint="Whose array is dy after your backward?", fails=("?/?",), source="folklore"
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
    "nn.conv._correlate", hint="Which windows does the second batch need?", fails=("?/?",), source="folklore"
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
    hint="Which dtype has y, if x is float32 and the weight is float64?",
    fails=("?/?",),
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
    fails=("?/?",),
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


@misconception("nn.conv._add_bias", hint="What is y for an image of zeros?", fails=("?/?",), source="folklore")
def bias_is_forgotten(conv, y):
    """y is the sum over the window."""
    return y


@misconception(
    "nn.conv._add_bias",
    hint="An output number sums over C channels: how often does the bias enter?",
    fails=("?/?",),
    source="folklore",
)
def bias_for_each_channel(conv, y):
    """The bias is added once for each input channel that is summed over."""
    return y if conv.bias is None else y + conv.in_channels * conv.bias.data.reshape(-1, *(1,) * conv.dimensions)
