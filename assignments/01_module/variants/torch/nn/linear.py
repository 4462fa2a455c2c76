"""PyTorch itself: `torch.nn.functional.linear` and `torch.flatten`, with autograd for the way back.

Only the initial values come from NumPy's generator, and Identity gives back x itself, which a tensor is not.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from torch.nn import functional

from .module import Module, accumulate_grad, check_shape
from .parameter import Parameter


def to_tensor(array: np.ndarray, dtype: np.dtype | None = None) -> torch.Tensor:
    """A copy as a tensor, of its own dtype or another: torch takes only native byte order, and no negative strides."""
    native = np.dtype(array.dtype if dtype is None else dtype).newbyteorder("=")
    return torch.from_numpy(np.array(array, dtype=native, order="C"))


def to_array(tensor: torch.Tensor) -> np.ndarray:
    """A copy as an array: autograd may keep the tensor itself."""
    return tensor.detach().numpy().copy()


class Linear(Module):
    """y = x W^T + b for every row of the last dimension; W has shape (out_features, in_features)."""

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        rng: np.random.Generator | None = None,
    ) -> None:
        if in_features < 1 or out_features < 1:  # torch takes 0
            raise ValueError(f"in_features={in_features} and out_features={out_features} have to be at least 1")
        rng = rng or np.random.default_rng()
        bound = 1 / math.sqrt(in_features)
        self.weight = Parameter(rng.uniform(-bound, bound, (out_features, in_features)))
        self.bias = Parameter(rng.uniform(-bound, bound, out_features)) if bias else None

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Apply the map to every row, and keep the graph."""
        check_shape("x", x.shape, (*x.shape[:-1], self.weight.shape[1]))  # torch's error is a RuntimeError
        parameters = [self.weight] if self.bias is None else [self.weight, self.bias]
        leaves = [to_tensor(a, x.dtype).requires_grad_() for a in (x, *(p.data for p in parameters))]
        y = functional.linear(*leaves)
        self.save_for_backward(y, leaves, parameters)
        return to_array(y)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Go back through the graph, which is kept for another time."""
        y, leaves, parameters = self.saved_values
        check_shape("dy", dy.shape, tuple(y.shape))
        dx, *gradients = torch.autograd.grad(y, leaves, to_tensor(dy).to(y.dtype), retain_graph=True)
        for parameter, gradient in zip(parameters, gradients, strict=True):
            accumulate_grad(parameter, to_array(gradient))
        return to_array(dx)


class Identity(Module):
    """The layer that does nothing."""

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return x itself."""
        self.save_for_backward(x)
        return torch.nn.Identity()(x)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Return dy in the dtype of x."""
        (x,) = self.saved_values
        check_shape("dy", dy.shape, x.shape)
        return to_array(to_tensor(dy, x.dtype))


class Flatten(Module):
    """Merge the dimensions start_dim to end_dim; x may be of any dtype, so that autograd is not asked."""

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        self.flatten = torch.nn.Flatten(start_dim, end_dim)

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Merge the dimensions."""
        try:
            y = self.flatten(to_tensor(x))  # raises IndexError
        except RuntimeError as error:  # torch's error for a start after the end
            raise ValueError(str(error)) from error
        self.save_for_backward(x.shape, x.dtype, tuple(y.shape))
        return x.reshape(y.shape)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Give each gradient back to the address that its value came from."""
        shape, dtype, merged = self.saved_values
        check_shape("dy", dy.shape, merged)
        return to_array(to_tensor(dy, dtype).reshape(shape))
