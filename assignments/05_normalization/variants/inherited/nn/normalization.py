"""Small base classes: one standardises along axes, one is for the last dimensions; a group is a view of the same."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .module import Module, accumulate_grad, check_shape
from .parameter import Parameter


class Standardising(Module):
    """A template: a subclass says which view of x has to be standardised along its last axis, and how it is scaled."""

    eps: float
    subtracts = True
    weight: Parameter | None = None
    bias: Parameter | None = None

    def view(self, x: np.ndarray) -> np.ndarray:
        """x with the numbers that belong together in the last axis."""
        raise NotImplementedError

    def beside(self, values: np.ndarray, x: np.ndarray) -> np.ndarray:
        """Values of a parameter, so that they meet x."""
        raise NotImplementedError

    def gathered(self, products: np.ndarray) -> np.ndarray:
        """The sum of what belongs to each entry of a parameter."""
        raise NotImplementedError

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Standardise, then scale."""
        together = self.view(x)
        if self.subtracts:
            together = together - together.mean(axis=-1, keepdims=True)
        root = np.sqrt(np.mean(together * together, axis=-1, keepdims=True) + self.eps)
        normal = (together / root).reshape(x.shape)
        self.save_for_backward(normal, root, x.dtype)
        y = normal if self.weight is None else normal * self.beside(self.weight.data, x)
        y = y if self.bias is None else y + self.beside(self.bias.data, x)
        return y.astype(x.dtype)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Scale back, then take away what standardising takes away."""
        normal, root, dtype = self.saved_values
        check_shape("dy", dy.shape, normal.shape)
        if self.bias is not None:
            accumulate_grad(self.bias, self.gathered(dy))
        slopes = dy
        if self.weight is not None:
            accumulate_grad(self.weight, self.gathered(dy * normal))
            slopes = dy * self.beside(self.weight.data, dy)
        slopes, along = self.view(slopes), self.view(normal)
        if self.subtracts:
            slopes = slopes - slopes.mean(axis=-1, keepdims=True)
        slopes = slopes - along * np.mean(slopes * along, axis=-1, keepdims=True)
        return (slopes / root).reshape(dy.shape).astype(dtype)


class LastDimensions(Standardising):
    """What standardises the last dimensions together."""

    def _take(self, normalized_shape: int | Sequence[int], eps: float) -> None:
        shape = normalized_shape if isinstance(normalized_shape, Sequence) else (normalized_shape,)
        if len(shape) < 1 or any(size < 1 for size in shape) or eps < 0:
            raise ValueError(f"{normalized_shape} with eps {eps} is impossible")
        self.normalized_shape, self.eps = tuple(shape), eps

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Standardise, then scale."""
        leading = max(0, x.ndim - len(self.normalized_shape))
        check_shape("x", x.shape, (*x.shape[:leading], *self.normalized_shape))
        return super().forward(x)

    def view(self, x: np.ndarray) -> np.ndarray:
        leading = x.shape[: x.ndim - len(self.normalized_shape)]
        return x.reshape(*leading, int(np.prod(self.normalized_shape)))

    def beside(self, values: np.ndarray, x: np.ndarray) -> np.ndarray:
        return values

    def gathered(self, products: np.ndarray) -> np.ndarray:
        while products.ndim > len(self.normalized_shape):
            products = products.sum(axis=0)
        return products


class LayerNorm(LastDimensions):
    """Mean 0 and variance 1."""

    def __init__(
        self, normalized_shape: int | Sequence[int], eps: float = 1e-5, elementwise_affine: bool = True
    ) -> None:
        self._take(normalized_shape, eps)
        self.weight = Parameter(np.ones(self.normalized_shape)) if elementwise_affine else None
        self.bias = Parameter(np.zeros(self.normalized_shape)) if elementwise_affine else None


class RMSNorm(LastDimensions):
    """Mean square 1."""

    subtracts = False

    def __init__(self, normalized_shape: int | Sequence[int], eps: float = 1e-6) -> None:
        self._take(normalized_shape, eps)
        self.weight = Parameter(np.ones(self.normalized_shape))


class GroupNorm(Standardising):
    """Mean 0 and variance 1 in each group."""

    eps = 1e-5

    def __init__(self, num_groups: int, num_channels: int) -> None:
        if num_groups < 1 or num_channels < num_groups or num_channels % num_groups:
            raise ValueError(f"{num_channels} channels cannot be shared by {num_groups} groups")
        self.groups, self.channels = num_groups, num_channels
        self.weight, self.bias = Parameter(np.ones(num_channels)), Parameter(np.zeros(num_channels))

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Standardise, then scale."""
        if x.ndim == 1:
            raise ValueError(f"x has shape {x.shape}, but should have channels")
        check_shape("x", x.shape, (x.shape[0], self.channels, *x.shape[2:]))
        if self.view(x).shape[-1] == 1:
            raise ValueError(f"x has shape {x.shape}: one number in a group")
        return super().forward(x)

    def view(self, x: np.ndarray) -> np.ndarray:
        in_a_group = self.channels // self.groups * int(np.prod(x.shape[2:]))
        return x.reshape(x.shape[0], self.groups, in_a_group)

    def beside(self, values: np.ndarray, x: np.ndarray) -> np.ndarray:
        return values[(slice(None), *[np.newaxis] * (x.ndim - 2))]

    def gathered(self, products: np.ndarray) -> np.ndarray:
        return (
            products.swapaxes(0, 1).reshape(self.channels, -1).sum(axis=1) if products.size else np.zeros(self.channels)
        )
