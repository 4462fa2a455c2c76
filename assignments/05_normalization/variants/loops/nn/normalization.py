"""Explicit loops: each row, or group, is a list of numbers, normalised by sums of double numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from .module import Module, accumulate_grad, check_shape
from .parameter import Parameter

Row = list[float]


def _standardised(row: Row, eps: float) -> tuple[Row, float]:
    mean = math.fsum(row) / len(row)
    spread = math.sqrt(math.fsum((t - mean) ** 2 for t in row) / len(row) + eps)
    return [(t - mean) / spread for t in row], spread


def _back(slopes: Row, normal: Row, spread: float, subtract: bool = True) -> Row:
    mean = math.fsum(slopes) / len(slopes) if subtract else 0.0
    along = math.fsum(map(math.prod, zip(slopes, normal, strict=True))) / len(slopes)
    return [(slope - mean - z * along) / spread for slope, z in zip(slopes, normal, strict=True)]


class _ByRows(Module):
    """What normalises the last dimensions: a row is an entry of the leading ones."""

    normalized_shape: tuple[int, ...]

    def _set(self, normalized_shape: int | Sequence[int], eps: float) -> None:
        sizes = [normalized_shape] if isinstance(normalized_shape, int) else list(normalized_shape)
        if not sizes or any(size < 1 for size in sizes) or eps < 0:
            raise ValueError(f"sizes {sizes} and eps {eps} are impossible")
        self.normalized_shape, self.eps = tuple(sizes), eps

    def _leading(self, x: np.ndarray) -> tuple[int, ...]:
        count = len(self.normalized_shape)
        if x.ndim < count or x.shape[x.ndim - count :] != self.normalized_shape:
            raise ValueError(f"x has shape {x.shape}, but should end with shape {self.normalized_shape}")
        return x.shape[: x.ndim - count]


class LayerNorm(_ByRows):
    """Normalise each row."""

    def __init__(
        self, normalized_shape: int | Sequence[int], eps: float = 1e-5, elementwise_affine: bool = True
    ) -> None:
        self._set(normalized_shape, eps)
        self.weight = Parameter(np.ones(self.normalized_shape)) if elementwise_affine else None
        self.bias = Parameter(np.zeros(self.normalized_shape)) if elementwise_affine else None

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Normalise each row."""
        y, kept = np.empty(x.shape, x.dtype), []
        for place in np.ndindex(self._leading(x)):
            normal, spread = _standardised(x[place].ravel().tolist(), self.eps)
            row = np.reshape(normal, self.normalized_shape)
            y[place] = row * self.weight.data + self.bias.data if self.weight and self.bias else row
            kept.append((place, normal, spread))
        self.save_for_backward(x.shape, x.dtype, kept)
        return y

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Go back through each row."""
        shape, dtype, kept = self.saved_values
        check_shape("dy", dy.shape, shape)
        dx = np.empty(shape, dtype)
        d_weight, d_bias = np.zeros(self.normalized_shape), np.zeros(self.normalized_shape)
        for place, normal, spread in kept:
            slopes = dy[place].astype(np.float64)
            d_weight += slopes * np.reshape(normal, self.normalized_shape)
            d_bias += slopes
            scaled = slopes * self.weight.data if self.weight else slopes
            dx[place] = np.reshape(_back(scaled.ravel().tolist(), normal, spread), self.normalized_shape)
        if self.weight and self.bias:
            accumulate_grad(self.weight, d_weight)
            accumulate_grad(self.bias, d_bias)
        return dx


class RMSNorm(_ByRows):
    """Divide each row by its root mean square."""

    def __init__(self, normalized_shape: int | Sequence[int], eps: float = 1e-6) -> None:
        self._set(normalized_shape, eps)
        self.weight = Parameter(np.ones(self.normalized_shape))

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Divide each row."""
        y, kept = np.empty(x.shape, x.dtype), []
        for place in np.ndindex(self._leading(x)):
            row = x[place].ravel().tolist()
            root = math.sqrt(math.fsum(t * t for t in row) / len(row) + self.eps)
            normal = [t / root for t in row]
            y[place] = np.reshape(normal, self.normalized_shape) * self.weight.data
            kept.append((place, normal, root))
        self.save_for_backward(x.shape, x.dtype, kept)
        return y

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Go back through each row."""
        shape, dtype, kept = self.saved_values
        check_shape("dy", dy.shape, shape)
        dx, d_weight = np.empty(shape, dtype), np.zeros(self.normalized_shape)
        for place, normal, root in kept:
            slopes = dy[place].astype(np.float64)
            d_weight += slopes * np.reshape(normal, self.normalized_shape)
            back = _back((slopes * self.weight.data).ravel().tolist(), normal, root, subtract=False)
            dx[place] = np.reshape(back, self.normalized_shape)
        accumulate_grad(self.weight, d_weight)
        return dx


class GroupNorm(Module):
    """Normalise each group of each example."""

    def __init__(self, num_groups: int, num_channels: int) -> None:
        if num_groups < 1 or num_channels < 1:
            raise ValueError(f"{num_groups} groups and {num_channels} channels are too few")
        if num_channels % num_groups != 0:
            raise ValueError(f"{num_groups} groups cannot share {num_channels} channels")
        self.num_groups, self.num_channels = num_groups, num_channels
        self.weight, self.bias = Parameter([1.0] * num_channels), Parameter([0.0] * num_channels)

    def _channels(self) -> list[slice]:
        size = self.num_channels // self.num_groups
        return [slice(g * size, (g + 1) * size) for g in range(self.num_groups)]

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Normalise each group."""
        if x.ndim < 2 or x.shape[1] != self.num_channels:
            raise ValueError(f"x has shape {x.shape}, but should have {self.num_channels} channels")
        if self.num_channels // self.num_groups * math.prod(x.shape[2:]) == 1:
            raise ValueError(f"a group of x of shape {x.shape} has one number")
        y, kept = np.empty(x.shape, x.dtype), []
        for n in range(x.shape[0]):
            for channels in self._channels():
                normal, spread = _standardised(x[n, channels].ravel().tolist(), 1e-5)
                group = np.reshape(normal, x[n, channels].shape)
                for c, values in zip(range(channels.start, channels.stop), group, strict=True):
                    y[n, c] = values * self.weight.data[c] + self.bias.data[c]
                kept.append((n, channels, group, spread))
        self.save_for_backward(x.shape, x.dtype, kept)
        return y

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Go back through each group."""
        shape, dtype, kept = self.saved_values
        check_shape("dy", dy.shape, shape)
        dx = np.empty(shape, dtype)
        d_weight, d_bias = np.zeros(self.num_channels), np.zeros(self.num_channels)
        for n, channels, group, spread in kept:
            slopes = dy[n, channels].astype(np.float64)
            for c, values, normal in zip(range(channels.start, channels.stop), slopes, group, strict=True):
                d_weight[c] += np.sum(values * normal)
                d_bias[c] += np.sum(values)
            weight = self.weight.data[channels].reshape(-1, *[1] * (slopes.ndim - 1))
            back = _back((slopes * weight).ravel().tolist(), group.ravel().tolist(), spread)
            dx[n, channels] = np.reshape(back, slopes.shape)
        accumulate_grad(self.weight, d_weight)
        accumulate_grad(self.bias, d_bias)
        return dx
