"""Other values are stored: the deviations and the spread. Derivatives by mean and variance come one by one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .module import Module, accumulate_grad, check_shape
from .parameter import Parameter


def _rows(x: np.ndarray, count: int, size: int) -> np.ndarray:
    return x.reshape(count, size)


def _checked_sizes(normalized_shape: int | Sequence[int], eps: float) -> tuple[int, ...]:
    sizes = tuple(int(size) for size in np.atleast_1d(np.array(normalized_shape, dtype=int)))
    if len(sizes) == 0 or min(sizes) <= 0:
        raise ValueError(f"normalized_shape {normalized_shape} is impossible")
    if eps < 0:
        raise ValueError(f"eps {eps} is negative")
    return sizes


def _back_through_the_variance(d_normal: np.ndarray, deviations: np.ndarray, power: np.ndarray) -> np.ndarray:
    """Line by line, as the chain rule goes; `power` is (var + eps)^(-1/2) of each row."""
    n = deviations.shape[1]
    d_var = np.sum(d_normal * deviations, axis=1, keepdims=True) * (-0.5) * power**3
    d_mean = -power * np.sum(d_normal, axis=1, keepdims=True) - 2 * d_var * deviations.mean(axis=1, keepdims=True)
    return d_normal * power + d_var * 2 * deviations / n + d_mean / n


class LayerNorm(Module):
    """Normalise each row of the last dimensions."""

    def __init__(
        self, normalized_shape: int | Sequence[int], eps: float = 1e-5, elementwise_affine: bool = True
    ) -> None:
        self.normalized_shape = _checked_sizes(normalized_shape, eps)
        self.eps = eps
        self.size = int(np.prod(self.normalized_shape))
        self.weight, self.bias = None, None
        if elementwise_affine:
            self.weight = Parameter(np.ones(self.normalized_shape))
            self.bias = Parameter(np.zeros(self.normalized_shape))

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Normalise each row."""
        if x.shape[max(0, x.ndim - len(self.normalized_shape)) :] != self.normalized_shape:
            raise ValueError(f"x of shape {x.shape} does not end with {self.normalized_shape}")
        rows = _rows(x, x.size // self.size, self.size)
        deviations = rows - rows.mean(axis=1, keepdims=True)
        power = (rows.var(axis=1, keepdims=True) + self.eps) ** -0.5
        y = deviations * power
        if self.weight is not None and self.bias is not None:
            y = y * self.weight.data.ravel() + self.bias.data.ravel()
        self.save_for_backward(x.shape, x.dtype, deviations, power)
        return y.reshape(x.shape).astype(x.dtype)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Return dx."""
        shape, dtype, deviations, power = self.saved_values
        check_shape("dy", dy.shape, shape)
        slopes = _rows(dy, *deviations.shape)
        if self.weight is not None and self.bias is not None:
            accumulate_grad(self.weight, (slopes * deviations * power).sum(axis=0).reshape(self.normalized_shape))
            accumulate_grad(self.bias, slopes.sum(axis=0).reshape(self.normalized_shape))
            slopes = slopes * self.weight.data.ravel()
        return _back_through_the_variance(slopes, deviations, power).reshape(shape).astype(dtype)


class RMSNorm(Module):
    """Divide each row of the last dimensions by its root mean square."""

    def __init__(self, normalized_shape: int | Sequence[int], eps: float = 1e-6) -> None:
        self.normalized_shape = _checked_sizes(normalized_shape, eps)
        self.eps = eps
        self.size = int(np.prod(self.normalized_shape))
        self.weight = Parameter(np.ones(self.normalized_shape))

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Divide each row."""
        if x.shape[max(0, x.ndim - len(self.normalized_shape)) :] != self.normalized_shape:
            raise ValueError(f"x of shape {x.shape} does not end with {self.normalized_shape}")
        rows = _rows(x, x.size // self.size, self.size).copy()
        power = (np.mean(np.square(rows), axis=1, keepdims=True) + self.eps) ** -0.5
        self.save_for_backward(x.shape, x.dtype, rows, power)
        return (rows * power * self.weight.data.ravel()).reshape(x.shape).astype(x.dtype)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Return dx, by the derivative of the power -1/2."""
        shape, dtype, rows, power = self.saved_values
        check_shape("dy", dy.shape, shape)
        slopes = _rows(dy, *rows.shape)
        accumulate_grad(self.weight, (slopes * rows * power).sum(axis=0).reshape(self.normalized_shape))
        slopes = slopes * self.weight.data.ravel()
        d_power = np.sum(slopes * rows, axis=1, keepdims=True)
        dx = slopes * power - d_power * power**3 * rows / self.size
        return dx.reshape(shape).astype(dtype)


class GroupNorm(Module):
    """Normalise each group of channels of each example."""

    def __init__(self, num_groups: int, num_channels: int) -> None:
        if min(num_groups, num_channels) < 1 or num_channels % num_groups:
            raise ValueError(f"{num_channels} channels in {num_groups} groups are impossible")
        self.groups, self.channels = num_groups, num_channels
        self.weight = Parameter(np.ones(num_channels))
        self.bias = Parameter(np.zeros(num_channels))

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Normalise each group."""
        if x.ndim < 2 or x.shape[1] != self.channels:
            raise ValueError(f"x of shape {x.shape} does not have {self.channels} channels")
        size = self.channels // self.groups * int(np.prod(x.shape[2:]))
        if size == 1:
            raise ValueError(f"a group of x of shape {x.shape} has a single number")
        rows = _rows(x, x.shape[0] * self.groups, size)
        deviations = rows - rows.mean(axis=1, keepdims=True)
        power = (rows.var(axis=1, keepdims=True) + 1e-5) ** -0.5
        self.save_for_backward(x.shape, x.dtype, deviations, power)
        y = self._by_channel(deviations * power, x.shape)
        y = y * self.weight.data[:, np.newaxis] + self.bias.data[:, np.newaxis]
        return y.reshape(x.shape).astype(x.dtype)

    def _by_channel(self, rows: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
        return rows.reshape(shape[0], self.channels, int(np.prod(shape[2:])))

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Return dx."""
        shape, dtype, deviations, power = self.saved_values
        check_shape("dy", dy.shape, shape)
        slopes = self._by_channel(dy, shape)
        normal = self._by_channel(deviations * power, shape)
        accumulate_grad(self.weight, (slopes * normal).sum(axis=(0, 2)))
        accumulate_grad(self.bias, slopes.sum(axis=(0, 2)))
        slopes = slopes * self.weight.data[:, np.newaxis]
        dx = _back_through_the_variance(_rows(slopes, *deviations.shape), deviations, power)
        return dx.reshape(shape).astype(dtype)
