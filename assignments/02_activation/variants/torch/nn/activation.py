"""PyTorch itself: every activation is torch's own, with autograd for the way back.

Only Softplus is not: torch returns x itself where beta x is above a threshold, and this course has no threshold.
"""

from __future__ import annotations

import numpy as np
import torch
from torch.nn import functional

from .module import Module, check_shape


def to_tensor(array: np.ndarray) -> torch.Tensor:
    """A copy as a tensor: torch takes only native byte order, and no negative strides."""
    return torch.from_numpy(np.array(array, dtype=array.dtype.newbyteorder("="), order="C"))


def to_array(tensor: torch.Tensor) -> np.ndarray:
    """A copy as an array: autograd may keep the tensor itself."""
    return tensor.detach().numpy().copy()


class Differentiated(Module):
    """A module whose output is written with torch in `compute`; autograd is its backward."""

    def compute(self, x: torch.Tensor) -> torch.Tensor:
        """The output for an input."""
        raise NotImplementedError

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Compute y, and keep its graph."""
        leaf = to_tensor(x).requires_grad_()
        y = self.compute(leaf)
        self.save_for_backward(y, leaf)
        return to_array(y)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Go back through the graph, which is kept for another time."""
        y, leaf = self.saved_values
        check_shape("dy", dy.shape, tuple(y.shape))
        [dx] = torch.autograd.grad(y, leaf, to_tensor(dy).to(y.dtype), retain_graph=True)
        return to_array(dx)


class ReLU(Differentiated):
    """y = max(x, 0)."""

    def compute(self, x: torch.Tensor) -> torch.Tensor:
        return functional.relu(x)


class LeakyReLU(Differentiated):
    """y = x if x > 0, else negative_slope * x."""

    def __init__(self, negative_slope: float = 0.01) -> None:
        self.negative_slope = negative_slope

    def compute(self, x: torch.Tensor) -> torch.Tensor:
        return functional.leaky_relu(x, self.negative_slope)


class ELU(Differentiated):
    """y = x if x > 0, else alpha * (exp(x) - 1)."""

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = alpha

    def compute(self, x: torch.Tensor) -> torch.Tensor:
        return functional.elu(x, self.alpha)


class Sigmoid(Differentiated):
    """y = 1 / (1 + exp(-x))."""

    def compute(self, x: torch.Tensor) -> torch.Tensor:
        return torch.sigmoid(x)


class Tanh(Differentiated):
    """y = tanh(x)."""

    def compute(self, x: torch.Tensor) -> torch.Tensor:
        return torch.tanh(x)


class Softplus(Differentiated):
    """y = log(1 + exp(beta * x)) / beta."""

    def __init__(self, beta: float = 1.0) -> None:
        if beta == 0:
            raise ValueError("beta must not be 0")
        self.beta = beta

    def compute(self, x: torch.Tensor) -> torch.Tensor:
        scaled = self.beta * x
        return torch.logaddexp(scaled, torch.zeros_like(scaled)) / self.beta


class SiLU(Differentiated):
    """y = x * sigmoid(x)."""

    def compute(self, x: torch.Tensor) -> torch.Tensor:
        return functional.silu(x)


class GELU(Differentiated):
    """y = x * Phi(x), or its approximation with a tanh."""

    def __init__(self, approximate: str = "none") -> None:
        if approximate not in ("none", "tanh"):  # torch would raise RuntimeError, and later
            raise ValueError(f"approximate argument must be either none or tanh, not {approximate!r}")
        self.approximate = approximate

    def compute(self, x: torch.Tensor) -> torch.Tensor:
        return functional.gelu(x, approximate=self.approximate)


class Softmax(Differentiated):
    """y_i = exp(x_i) / sum_k exp(x_k) along dim."""

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def compute(self, x: torch.Tensor) -> torch.Tensor:
        return functional.softmax(x, self.dim)


class LogSoftmax(Differentiated):
    """y_i = x_i - log(sum_k exp(x_k)) along dim."""

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def compute(self, x: torch.Tensor) -> torch.Tensor:
        return functional.log_softmax(x, self.dim)


def logsumexp(x: np.ndarray, dim: int = -1, keepdim: bool = False) -> np.ndarray:
    """log(sum_k exp(x_k)) along dim."""
    return to_array(torch.logsumexp(to_tensor(x), dim, keepdim))
