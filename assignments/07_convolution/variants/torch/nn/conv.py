"""PyTorch's convolutions, with autograd for the way back."""

from __future__ import annotations

import numpy as np
import torch
from torch.nn import functional

from .module import Module, accumulate_grad, check_shape
from .parameter import Parameter


def to_tensor(array, dtype=None):
    """A copy as a tensor: torch takes only native byte order, and no negative strides."""
    native = np.dtype(array.dtype if dtype is None else dtype).newbyteorder("=")
    return torch.from_numpy(np.array(array, dtype=native, order="C"))


def refuse(*counts, least=1):
    """torch takes some numbers that cannot be."""
    for count in counts:
        if min(count if isinstance(count, (tuple, list)) else (count,)) < least:
            raise ValueError(f"{count} is below {least}")


class _Conv(Module):
    def _build(self, made, in_channels, rng):
        """Take over what torch's own module has been given; its values are drawn anew."""
        self.options = made
        self.in_channels = in_channels
        rng = np.random.default_rng() if rng is None else rng
        shape = tuple(made.weight.shape)
        bound = 1 / np.sqrt(np.prod(shape[1:]))
        self.weight = Parameter(rng.uniform(-bound, bound, shape))
        self.bias = None if made.bias is None else Parameter(rng.uniform(-bound, bound, tuple(made.bias.shape)))

    def _apply(self, x, weight, bias):
        raise NotImplementedError

    def forward(self, x):
        """torch.nn.functional, in the dtype of x."""
        if x.ndim != self.options.weight.ndim or x.shape[1] != self.in_channels:
            raise ValueError(f"x has shape {x.shape}, but {self.in_channels} channels are expected")
        parameters = [self.weight] if self.bias is None else [self.weight, self.bias]
        leaves = [to_tensor(x).requires_grad_(), *(to_tensor(p.data, x.dtype).requires_grad_() for p in parameters)]
        try:
            y = self._apply(*leaves, *([None] if self.bias is None else []))
        except RuntimeError as error:
            raise ValueError(f"x of shape {x.shape}: {error}") from error
        self.save_for_backward(y, leaves, parameters)
        return y.detach().numpy().copy()

    def backward(self, dy):
        """Go back through the graph, which is kept for another time."""
        y, leaves, parameters = self.saved_values
        check_shape("dy", dy.shape, tuple(y.shape))
        dx, *gradients = torch.autograd.grad(y, leaves, to_tensor(dy).to(y.dtype), retain_graph=True)
        for parameter, gradient in zip(parameters, gradients, strict=True):
            accumulate_grad(parameter, gradient.numpy())
        return dx.numpy().copy()


class Conv1d(_Conv):
    """torch.nn.functional.conv1d."""

    def __init__(
        self, in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1, bias=True, *, rng=None
    ):
        refuse(in_channels, out_channels, kernel_size, stride, dilation, groups)
        refuse(0 if isinstance(padding, str) else padding, least=0)
        made = torch.nn.Conv1d(in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias)
        self._build(made, in_channels, rng)

    def _apply(self, x, weight, bias):
        o = self.options
        return functional.conv1d(x, weight, bias, o.stride, o.padding, o.dilation, o.groups)


class Conv2d(_Conv):
    """torch.nn.functional.conv2d."""

    def __init__(
        self, in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1, bias=True, *, rng=None
    ):
        refuse(in_channels, out_channels, kernel_size, stride, dilation, groups)
        refuse(0 if isinstance(padding, str) else padding, least=0)
        made = torch.nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias)
        self._build(made, in_channels, rng)

    def _apply(self, x, weight, bias):
        o = self.options
        return functional.conv2d(x, weight, bias, o.stride, o.padding, o.dilation, o.groups)


class ConvTranspose2d(_Conv):
    """torch.nn.functional.conv_transpose2d."""

    def __init__(
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
        refuse(in_channels, out_channels, kernel_size, stride, dilation, groups)
        refuse(padding, output_padding, least=0)
        made = torch.nn.ConvTranspose2d(
            in_channels, out_channels, kernel_size, stride, padding, output_padding, groups, bias, dilation
        )
        for more, s, d in zip(made.output_padding, made.stride, made.dilation, strict=True):
            if more >= s and more >= d:  # torch says so in forward
                raise ValueError(f"output_padding {output_padding}")
        self._build(made, in_channels, rng)

    def _apply(self, x, weight, bias):
        o = self.options
        return functional.conv_transpose2d(x, weight, bias, o.stride, o.padding, o.output_padding, o.groups, o.dilation)
