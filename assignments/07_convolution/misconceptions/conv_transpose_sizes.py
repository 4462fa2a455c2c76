"""What people believe about impossible sizes of transposed convolutions."""

from grader.assignment import misconception
from reference.nn.conv import _draw, _each, _set_up


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
