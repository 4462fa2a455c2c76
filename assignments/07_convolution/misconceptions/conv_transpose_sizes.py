"""What people believe about output_padding: which is impossible, and what its rows are due."""

import numpy as np

from grader.assignment import misconception
from reference.nn.conv import _accumulate, _by_groups, _draw, _each, _from_rows, _set_up, _to_columns, _windows
from reference.nn.module import check_shape


@misconception(
    "nn.ConvTranspose2d.__init__",
    hint="stride=(2, 1): how many sizes of each direction does a Conv2d send to the same one?",
    fails=("ConvTranspose2d/test_refuses",),
    source="a reader of the handout",
)
def output_padding_below_any_stride(
    self,
    in_channels,
    out_channels,
    kernel_size,
    stride=1,
    padding=0,
    output_padding=0,
    groups=1,
    bias=True,
    dilation=1,
    *,
    rng=None,
):
    """The output_padding is below the largest stride or dilation, whatever its direction."""
    _set_up(self, 2, in_channels, out_channels, kernel_size, stride, dilation, groups)
    self.padding = _each(self, "padding", padding, 0)
    self.output_padding = _each(self, "output_padding", output_padding, 0)
    if max(self.output_padding) >= max(*self.stride, *self.dilation):
        raise ValueError(f"output_padding={output_padding} is neither below the stride nor below the dilation")
    _draw(self, (in_channels, out_channels // groups, *self.kernel_size), out_channels, bias, rng)


@misconception(
    "nn.ConvTranspose2d.backward",
    hint="Of which numbers of y is b a part?",
    fails=("ConvTranspose2d/test_gradients_with_options", "ConvTranspose2d/test_kernels_and_channels"),
    source="a reader of the handout",
)
def bias_has_no_gradient_from_output_padding(self, dy):
    """The rows of output_padding come from no window, so the gradient of the bias leaves them out."""
    rows, shape, dtype, y_shape = self.saved_values
    check_shape(f"dy of {type(self).__name__}", dy.shape, y_shape)
    padded = np.pad(dy, [(0, 0), (0, 0), *((p, p) for p in self.padding)])
    windows = _windows(padded, self.kernel_size, self.stride, self.dilation)[:, :, : shape[2], : shape[3]]
    columns = _to_columns(windows, self.groups)
    height, width = (size - more for size, more in zip(y_shape[2:], self.output_padding, strict=True))
    _accumulate(self, rows.swapaxes(1, 2) @ columns, dy[:, :, :height, :width])
    return _from_rows(columns @ _by_groups(self).swapaxes(1, 2), shape).astype(dtype, copy=False)
