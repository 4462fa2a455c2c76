"""PyTorch's pools, with autograd for the way back."""

from __future__ import annotations

import numpy as np
import torch
from torch.nn import functional

from .module import Module, check_shape


def to_tensor(array):
    """A copy as a tensor: torch takes only native byte order, and no negative strides."""
    return torch.from_numpy(np.array(array, dtype=array.dtype.newbyteorder("="), order="C"))


def both(value, least):
    """torch takes some numbers that cannot be."""
    pair = tuple(value) if isinstance(value, (tuple, list)) else (value, value)
    if min(pair) < least:
        raise ValueError(f"{value} is below {least}")
    return pair


class _Pool(Module):
    def _set(self, kernel_size, stride, padding):
        self.kernel, self.padding = both(kernel_size, 1), both(padding, 0)
        self.stride = None if stride is None else both(stride, 1)
        if any(2 * p > k for p, k in zip(self.padding, self.kernel, strict=True)):
            raise ValueError(f"padding {padding}, kernel {kernel_size}")

    def _apply(self, x):
        raise NotImplementedError

    def forward(self, x):
        """torch.nn.functional."""
        if x.ndim != 4:
            raise ValueError(f"x has shape {x.shape}, not (N, C, H, W)")
        leaf = to_tensor(x).requires_grad_()
        try:
            y = self._apply(leaf)
        except RuntimeError as error:
            raise ValueError(f"x of shape {x.shape}: {error}") from error
        self.save_for_backward(y, leaf)
        return y.detach().numpy().copy()

    def backward(self, dy):
        """Go back through the graph, which is kept for another time."""
        y, leaf = self.saved_values
        check_shape("dy", dy.shape, tuple(y.shape))
        [dx] = torch.autograd.grad(y, leaf, to_tensor(dy).to(y.dtype), retain_graph=True)
        return dx.numpy().copy()


class MaxPool2d(_Pool):
    """torch.nn.functional.max_pool2d."""

    def __init__(self, kernel_size, stride=None, padding=0):
        self._set(kernel_size, stride, padding)

    def _apply(self, x):
        return functional.max_pool2d(x, self.kernel, self.stride, self.padding)


class AvgPool2d(_Pool):
    """torch.nn.functional.avg_pool2d."""

    def __init__(self, kernel_size, stride=None, padding=0, *, count_include_pad=True):
        self._set(kernel_size, stride, padding)
        self.count = count_include_pad

    def _apply(self, x):
        return functional.avg_pool2d(x, self.kernel, self.stride, self.padding, count_include_pad=self.count)


class AdaptiveAvgPool2d(_Pool):
    """torch.nn.functional.adaptive_avg_pool2d."""

    def __init__(self, output_size):
        self.size = both(output_size, 1)

    def _apply(self, x):
        return functional.adaptive_avg_pool2d(x, self.size)
