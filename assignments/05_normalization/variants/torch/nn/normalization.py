"""PyTorch itself: `layer_norm`, `rms_norm` and `group_norm` of `torch.nn.functional`, with autograd for backward."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch.nn import functional

from .module import Module, accumulate_grad, check_shape
from .parameter import Parameter


def to_tensor(array: np.ndarray, dtype: np.dtype | None = None) -> torch.Tensor:
    """A copy as a tensor, of its own dtype or another: torch takes only native byte order, and no negative strides."""
    native = np.dtype(array.dtype if dtype is None else dtype).newbyteorder("=")
    return torch.from_numpy(np.array(array, dtype=native, order="C"))


class _Differentiated(Module):
    """A module whose output is written with torch in `compute`, from x and the parameters; autograd is its backward."""

    def compute(self, x: torch.Tensor, *parameters: torch.Tensor) -> torch.Tensor:
        """The output."""
        raise NotImplementedError

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Compute y in the dtype of x, and keep its graph."""
        parameters = list(self.parameters())
        leaves = [to_tensor(a, x.dtype).requires_grad_() for a in (x, *(p.data for p in parameters))]
        y = self.compute(*leaves)
        self.save_for_backward(y, leaves, parameters)
        return y.detach().numpy().copy()

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Go back through the graph, which is kept for another time."""
        y, leaves, parameters = self.saved_values
        check_shape("dy", dy.shape, tuple(y.shape))
        dx, *gradients = torch.autograd.grad(y, leaves, to_tensor(dy).to(y.dtype), retain_graph=True)
        for parameter, gradient in zip(parameters, gradients, strict=True):
            accumulate_grad(parameter, gradient.numpy())
        return dx.numpy().copy()


class _OfLastDimensions(_Differentiated):
    def _set(self, normalized_shape: int | Sequence[int], eps: float) -> None:
        shape = [normalized_shape] if isinstance(normalized_shape, int) else normalized_shape
        self.normalized_shape = tuple(torch.Size(shape))
        if not self.normalized_shape or min(self.normalized_shape) < 1 or eps < 0:  # torch takes them
            raise ValueError(f"impossible: {normalized_shape}, eps {eps}")
        self.eps = eps

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Torch's error for another shape is a RuntimeError."""
        check_shape("x", x.shape, (*x.shape[: -len(self.normalized_shape)], *self.normalized_shape))
        return super().forward(x)


class LayerNorm(_OfLastDimensions):
    """torch.nn.functional.layer_norm."""

    def __init__(
        self, normalized_shape: int | Sequence[int], eps: float = 1e-5, elementwise_affine: bool = True
    ) -> None:
        self._set(normalized_shape, eps)
        self.weight = Parameter(np.ones(self.normalized_shape)) if elementwise_affine else None
        self.bias = Parameter(np.zeros(self.normalized_shape)) if elementwise_affine else None

    def compute(self, x: torch.Tensor, *parameters: torch.Tensor) -> torch.Tensor:
        return functional.layer_norm(x, self.normalized_shape, *(parameters or (None, None)), self.eps)


class RMSNorm(_OfLastDimensions):
    """torch.nn.functional.rms_norm."""

    def __init__(self, normalized_shape: int | Sequence[int], eps: float = 1e-6) -> None:
        self._set(normalized_shape, eps)
        self.weight = Parameter(np.ones(self.normalized_shape))

    def compute(self, x: torch.Tensor, *parameters: torch.Tensor) -> torch.Tensor:
        return functional.rms_norm(x, self.normalized_shape, *parameters, self.eps)


class GroupNorm(_Differentiated):
    """torch.nn.functional.group_norm."""

    def __init__(self, num_groups: int, num_channels: int) -> None:
        if num_groups < 1 or num_channels < 1:  # torch takes 0 channels
            raise ValueError(f"impossible: {num_groups} groups, {num_channels} channels")
        torch.nn.GroupNorm(num_groups, num_channels)
        self.num_groups, self.num_channels = num_groups, num_channels
        self.weight = Parameter(np.ones(num_channels))
        self.bias = Parameter(np.zeros(num_channels))

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Torch's error for other channels is a RuntimeError, and it takes a single number in several examples."""
        check_shape("x", x.shape, (*x.shape[:1], self.num_channels, *x.shape[2:]))
        if self.num_channels // self.num_groups * math.prod(x.shape[2:]) == 1:
            raise ValueError(f"a single number in a group of x of shape {x.shape}")
        return super().forward(x)

    def compute(self, x: torch.Tensor, *parameters: torch.Tensor) -> torch.Tensor:
        return functional.group_norm(x, self.num_groups, *parameters)
