"""PyTorch's interpolation, with autograd for the way back."""

from __future__ import annotations

import numpy as np
import torch
from torch.nn import functional

from .module import Module, check_shape


def to_tensor(array):
    """A copy as a tensor: torch takes only native byte order, and no negative strides."""
    return torch.from_numpy(np.array(array, dtype=array.dtype.newbyteorder("="), order="C"))


class Upsample(Module):
    """torch.nn.functional.interpolate."""

    def __init__(self, scale_factor, mode="nearest"):
        self.factors = tuple(scale_factor) if isinstance(scale_factor, (tuple, list)) else (scale_factor,) * 2
        if min(self.factors) < 1 or mode not in ("nearest", "bilinear"):  # torch has more modes
            raise ValueError(f"{scale_factor}, {mode}")
        self.mode = mode

    def forward(self, x):
        """In the dtype of x."""
        if x.ndim != 4:
            raise ValueError(f"x has shape {x.shape}, not (N, C, H, W)")
        leaf = to_tensor(x).requires_grad_()
        size = [n * f for n, f in zip(x.shape[2:], self.factors, strict=True)]
        y = functional.interpolate(leaf, size=size, mode=self.mode)
        self.save_for_backward(y, leaf)
        return y.detach().numpy().copy()

    def backward(self, dy):
        """Go back through the graph, which is kept for another time."""
        y, leaf = self.saved_values
        check_shape("dy", dy.shape, tuple(y.shape))
        [dx] = torch.autograd.grad(y, leaf, to_tensor(dy).to(y.dtype), retain_graph=True)
        return dx.numpy().copy()
