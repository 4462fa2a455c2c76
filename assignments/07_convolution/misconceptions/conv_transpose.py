"""What people believe about transposed convolutions."""

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
    "nn.ConvTranspose2d.forward",
    hint="Which entry of the kernel does a lonely input number add to the first place of its kernel's?",
    fails=("ConvTranspose2d/test_values", "ConvTranspose2d/test_values_with_options", "Speed/test_no_loops"),
    source="folklore",
)
def kernel_is_not_flipped(self, x):
    """A transposed convolution is a Conv2d of x with zeros in between, with the same kernel."""
    _check_input(self, x)
    numbers = zip(x.shape[2:], self.stride, self.dilation, self.kernel_size, self.output_padding, strict=True)
    sizes = [(n - 1) * s + d * (k - 1) + 1 + more for n, s, d, k, more in numbers]
    if any(size <= 2 * p for size, p in zip(sizes, self.padding, strict=True)):
        raise ValueError(f"of x of shape {x.shape} nothing is left")
    rows = _to_rows(x, self.groups)
    weight = self.weight.data
    self.weight.data = weight[..., ::-1, ::-1]
    columns = rows @ _by_groups(self)
    self.weight.data = weight
    windows = _from_columns(columns, (len(x), self.out_channels, *x.shape[2:], *self.kernel_size))
    y = _add_windows(windows, (len(x), self.out_channels, *sizes), self.stride, self.dilation)
    y = _add_bias(self, _without_ends(y, [(p, p) for p in self.padding]))
    self.save_for_backward(rows, x.shape, x.dtype, y.shape)
    return y.astype(x.dtype, copy=False)


@misconception(
    "nn.ConvTranspose2d.forward",
    hint="Does padding make the output of a transposed convolution larger or smaller?",
    fails=("ConvTranspose2d/test_gradients_with_options", "ConvTranspose2d/test_values_with_options"),
    source="folklore",
)
def padding_is_added(self, x):
    """padding adds zeros around x, as in Conv2d."""
    _check_input(self, x)
    x_shape = x.shape
    numbers = zip(x.shape[2:], self.stride, self.dilation, self.kernel_size, self.output_padding, strict=True)
    sizes = [(n - 1) * s + d * (k - 1) + 1 + more for n, s, d, k, more in numbers]
    rows = _to_rows(x, self.groups)
    columns = rows @ _by_groups(self)
    windows = _from_columns(columns, (len(x), self.out_channels, *x.shape[2:], *self.kernel_size))
    y = _add_windows(windows, (len(x), self.out_channels, *sizes), self.stride, self.dilation)
    y = _add_bias(self, np.pad(y, [(0, 0), (0, 0), *((p, p) for p in self.padding)]))
    self.save_for_backward(rows, x_shape, x.dtype, y.shape)
    return y.astype(x.dtype, copy=False)


@misconception(
    "nn.ConvTranspose2d.forward",
    hint="How large is y with output_padding, and without?",
    fails=("ConvTranspose2d/test_gradients_with_options", "ConvTranspose2d/test_values_with_options"),
    source="folklore",
)
def output_padding_is_ignored(self, x):
    """The size of y follows from the sizes of x and the kernel, the stride and the padding."""
    _check_input(self, x)
    numbers = zip(x.shape[2:], self.stride, self.dilation, self.kernel_size, strict=True)
    sizes = [(n - 1) * s + d * (k - 1) + 1 for n, s, d, k in numbers]
    if any(size <= 2 * p for size, p in zip(sizes, self.padding, strict=True)):
        raise ValueError(f"of x of shape {x.shape} nothing is left")
    rows = _to_rows(x, self.groups)
    columns = rows @ _by_groups(self)
    windows = _from_columns(columns, (len(x), self.out_channels, *x.shape[2:], *self.kernel_size))
    y = _add_windows(windows, (len(x), self.out_channels, *sizes), self.stride, self.dilation)
    y = _add_bias(self, _without_ends(y, [(p, p) for p in self.padding]))
    self.save_for_backward(rows, x.shape, x.dtype, y.shape)
    return y.astype(x.dtype, copy=False)


@misconception(
    "nn.ConvTranspose2d.forward",
    hint="If padding has cut off a row that a kernel reaches, does output_padding bring it back?",
    fails=("ConvTranspose2d/test_values_with_options",),
    source="folklore",
)
def output_padding_is_zeros_behind(self, x):
    """output_padding puts rows that hold only the bias behind what is left after padding was cut off."""
    _check_input(self, x)
    numbers = zip(x.shape[2:], self.stride, self.dilation, self.kernel_size, strict=True)
    sizes = [(n - 1) * s + d * (k - 1) + 1 for n, s, d, k in numbers]
    if any(size + more <= 2 * p for size, more, p in zip(sizes, self.output_padding, self.padding, strict=True)):
        raise ValueError(f"of x of shape {x.shape} nothing is left")
    rows = _to_rows(x, self.groups)
    columns = rows @ _by_groups(self)
    windows = _from_columns(columns, (len(x), self.out_channels, *x.shape[2:], *self.kernel_size))
    y = _add_windows(windows, (len(x), self.out_channels, *sizes), self.stride, self.dilation)
    y = _without_ends(y, [(p, p) for p in self.padding])
    y = _add_bias(self, np.pad(y, [(0, 0), (0, 0), *((0, more) for more in self.output_padding)]))
    self.save_for_backward(rows, x.shape, x.dtype, y.shape)
    return y.astype(x.dtype, copy=False)


@misconception(
    "nn.ConvTranspose2d.forward",
    hint="At which end are the rows that output_padding adds?",
    fails=("ConvTranspose2d/test_values_with_options",),
    source="folklore",
)
def output_padding_is_above(self, x):
    """output_padding adds rows above and columns at the left."""
    _check_input(self, x)
    numbers = zip(x.shape[2:], self.stride, self.dilation, self.kernel_size, strict=True)
    sizes = [(n - 1) * s + d * (k - 1) + 1 for n, s, d, k in numbers]
    if any(size + more <= 2 * p for size, more, p in zip(sizes, self.output_padding, self.padding, strict=True)):
        raise ValueError(f"of x of shape {x.shape} nothing is left")
    rows = _to_rows(x, self.groups)
    columns = rows @ _by_groups(self)
    windows = _from_columns(columns, (len(x), self.out_channels, *x.shape[2:], *self.kernel_size))
    y = _add_windows(windows, (len(x), self.out_channels, *sizes), self.stride, self.dilation)
    y = np.pad(y, [(0, 0), (0, 0), *((more, 0) for more in self.output_padding)])
    y = _add_bias(self, _without_ends(y, [(p, p) for p in self.padding]))
    self.save_for_backward(rows, x.shape, x.dtype, y.shape)
    return y.astype(x.dtype, copy=False)


@misconception(
    "nn.ConvTranspose2d.forward",
    hint="What is y where no kernel reaches?",
    fails=("ConvTranspose2d/test_values_with_options",),
    source="folklore",
)
def no_bias_where_no_kernel_reaches(self, x):
    """A number of y that no kernel reaches is 0."""
    _check_input(self, x)
    numbers = zip(x.shape[2:], self.stride, self.dilation, self.kernel_size, self.output_padding, strict=True)
    sizes = [(n - 1) * s + d * (k - 1) + 1 + more for n, s, d, k, more in numbers]
    if any(size <= 2 * p for size, p in zip(sizes, self.padding, strict=True)):
        raise ValueError(f"of x of shape {x.shape} nothing is left")
    rows = _to_rows(x, self.groups)
    columns = rows @ _by_groups(self)
    windows = _from_columns(columns, (len(x), self.out_channels, *x.shape[2:], *self.kernel_size))
    shape = (len(x), self.out_channels, *sizes)
    y = _add_bias(self, _add_windows(windows, shape, self.stride, self.dilation))
    y = np.where(_add_windows(np.ones_like(windows), shape, self.stride, self.dilation) > 0, y, 0)
    y = _without_ends(y, [(p, p) for p in self.padding])
    self.save_for_backward(rows, x.shape, x.dtype, y.shape)
    return y.astype(x.dtype)


@misconception(
    "nn.ConvTranspose2d.forward",
    hint="Which dtype does y have, if x is float32 and the weight is float64?",
    fails=("ConvTranspose2d/test_dtypes",),
    source="folklore",
)
def output_has_the_wider_dtype(self, x):
    """y has the dtype that NumPy chooses."""
    _check_input(self, x)
    numbers = zip(x.shape[2:], self.stride, self.dilation, self.kernel_size, self.output_padding, strict=True)
    sizes = [(n - 1) * s + d * (k - 1) + 1 + more for n, s, d, k, more in numbers]
    if any(size <= 2 * p for size, p in zip(sizes, self.padding, strict=True)):
        raise ValueError(f"of x of shape {x.shape} nothing is left")
    rows = _to_rows(x, self.groups)
    columns = rows @ _by_groups(self)
    windows = _from_columns(columns, (len(x), self.out_channels, *x.shape[2:], *self.kernel_size))
    y = _add_windows(windows, (len(x), self.out_channels, *sizes), self.stride, self.dilation)
    y = _add_bias(self, _without_ends(y, [(p, p) for p in self.padding]))
    self.save_for_backward(rows, x.shape, x.dtype, y.shape)
    return y


@misconception(
    "nn.ConvTranspose2d.backward",
    hint="After which forward is the gradient of the weight taken?",
    fails=("ConvTranspose2d/test_dtypes", "ConvTranspose2d/test_used_again"),
    source="folklore",
)
def numbers_of_the_first_batch(self, dy):
    """The input is kept once for each shape, for the gradient of the weight."""
    rows, shape, dtype, y_shape = self.saved_values
    check_shape(f"dy of {type(self).__name__}", dy.shape, y_shape)
    rows = vars(self).setdefault("_kept", {}).setdefault(shape, rows)
    padded = np.pad(dy, [(0, 0), (0, 0), *((p, p) for p in self.padding)])
    windows = _windows(padded, self.kernel_size, self.stride, self.dilation)
    windows = windows[:, :, : shape[2], : shape[3]]
    columns = _to_columns(windows, self.groups)
    _accumulate(self, rows.swapaxes(1, 2) @ columns, dy)
    return _from_rows(columns @ _by_groups(self).swapaxes(1, 2), shape).astype(dtype, copy=False)


@misconception(
    "nn.ConvTranspose2d.backward",
    hint="What has the gradient with respect to a number to do with its neighbours?",
    fails=(
        "ConvTranspose2d/test_gradients",
        "ConvTranspose2d/test_gradients_with_options",
        "Speed/test_no_loops",
    ),
    source="folklore",
)
def gradient_of_the_first_place(self, dy):
    """dx is dy at the place where the kernel of each number begins, times the sum of the kernel."""
    rows, shape, dtype, y_shape = self.saved_values
    check_shape(f"dy of {type(self).__name__}", dy.shape, y_shape)
    padded = np.pad(dy, [(0, 0), (0, 0), *((p, p) for p in self.padding)])
    windows = _windows(padded, self.kernel_size, self.stride, self.dilation)
    windows = windows[:, :, : shape[2], : shape[3]]
    columns = _to_columns(windows, self.groups)
    _accumulate(self, rows.swapaxes(1, 2) @ columns, dy)
    first = np.broadcast_to(windows[..., :1, :1], windows.shape)
    return _from_rows(_to_columns(first, self.groups) @ _by_groups(self).swapaxes(1, 2), shape).astype(
        dtype, copy=False
    )


@misconception(
    "nn.ConvTranspose2d.backward",
    hint="Which dtype does dx have, if x is float32 and dy is not?",
    fails=("ConvTranspose2d/test_dtypes",),
    source="folklore",
)
def gradient_has_the_dtype_of_dy(self, dy):
    """dx has the dtype of dy."""
    rows, shape, _, y_shape = self.saved_values
    check_shape(f"dy of {type(self).__name__}", dy.shape, y_shape)
    padded = np.pad(dy, [(0, 0), (0, 0), *((p, p) for p in self.padding)])
    windows = _windows(padded, self.kernel_size, self.stride, self.dilation)
    windows = windows[:, :, : shape[2], : shape[3]]
    columns = _to_columns(windows, self.groups)
    _accumulate(self, rows.swapaxes(1, 2) @ columns, dy)
    return _from_rows(columns @ _by_groups(self).swapaxes(1, 2), shape).astype(dy.dtype, copy=False)


@misconception(
    "nn.ConvTranspose2d.backward",
    hint="Whose array is dy after your backward?",
    fails=("ConvTranspose2d/test_memory",),
    source="folklore",
)
def upstream_gradient_is_cleared(self, dy):
    """dy is not needed any more, and may be cleared."""
    rows, shape, dtype, y_shape = self.saved_values
    check_shape(f"dy of {type(self).__name__}", dy.shape, y_shape)
    padded = np.pad(dy, [(0, 0), (0, 0), *((p, p) for p in self.padding)])
    windows = _windows(padded, self.kernel_size, self.stride, self.dilation)
    windows = windows[:, :, : shape[2], : shape[3]]
    columns = _to_columns(windows, self.groups)
    _accumulate(self, rows.swapaxes(1, 2) @ columns, dy)
    if dy.flags.writeable:
        dy[...] = 0
    return _from_rows(columns @ _by_groups(self).swapaxes(1, 2), shape).astype(dtype, copy=False)


@misconception(
    "nn.ConvTranspose2d",
    hint="How many turns does your loop take for 256 images, and how many for one of 40 x 36?",
    fails=("Speed/test_no_loops",),
    source="folklore",
)
class one_number_after_another:
    """A loop goes through the numbers of x, and adds a kernel for each."""

    def forward(self, x):
        _check_input(self, x)
        numbers = zip(x.shape[2:], self.stride, self.dilation, self.kernel_size, self.output_padding, strict=True)
        sizes = [(n - 1) * s + d * (k - 1) + 1 + more for n, s, d, k, more in numbers]
        if any(size <= 2 * p for size, p in zip(sizes, self.padding, strict=True)):
            raise ValueError(f"of x of shape {x.shape} nothing is left")
        rows = _to_rows(x, self.groups)
        columns = rows @ _by_groups(self)
        windows = _from_columns(columns, (len(x), self.out_channels, *x.shape[2:], *self.kernel_size))
        y = np.zeros((len(x), self.out_channels, *sizes))
        (down, right), (dh, dw), (kh, kw) = self.stride, self.dilation, self.kernel_size
        for n in range(len(x)):
            for i in range(x.shape[2]):
                for j in range(x.shape[3]):
                    top, left = i * down, j * right
                    y[n, :, top : top + dh * (kh - 1) + 1 : dh, left : left + dw * (kw - 1) + 1 : dw] += windows[
                        n, :, i, j
                    ]
        y = _add_bias(self, _without_ends(y, [(p, p) for p in self.padding]))
        self.save_for_backward(rows, x.shape, x.dtype, y.shape)
        return y.astype(x.dtype)

    def backward(self, dy):
        rows, shape, dtype, y_shape = self.saved_values
        check_shape(f"dy of {type(self).__name__}", dy.shape, y_shape)
        padded = np.pad(dy, [(0, 0), (0, 0), *((p, p) for p in self.padding)])
        windows = _windows(padded, self.kernel_size, self.stride, self.dilation)
        columns = _to_columns(windows[:, :, : shape[2], : shape[3]], self.groups)
        weight, d_rows = _by_groups(self), np.zeros(rows.shape)
        d_weight = np.zeros(weight.shape)
        for place in range(columns.shape[1]):
            d_weight += np.einsum("gi,gc->gic", rows[:, place], columns[:, place])
            d_rows[:, place] = np.einsum("gc,gic->gi", columns[:, place], weight)
        _accumulate(self, d_weight, dy)
        return _from_rows(d_rows, shape).astype(dtype)
