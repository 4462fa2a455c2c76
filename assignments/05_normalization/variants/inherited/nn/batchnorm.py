"""Small base classes: what normalises, what scales, and what remembers are layers of inheritance."""

from __future__ import annotations

import numpy as np

from .module import Module, accumulate_grad, check_shape
from .parameter import Parameter


class ByChannel(Module):
    """What has channels in the second dimension."""

    num_features: int

    def axes(self, x: np.ndarray) -> tuple[int, ...]:
        """All dimensions but that of the channels."""
        return tuple(axis for axis in range(x.ndim) if axis != 1)

    def wide(self, values: np.ndarray, x: np.ndarray) -> np.ndarray:
        """One value for each channel, beside x."""
        return np.expand_dims(values, self.axes(x))

    def count(self, x: np.ndarray) -> int:
        """How many numbers a channel has."""
        return x.size // self.num_features


class Scaling(ByChannel):
    """What multiplies by a weight and adds a bias, if it has them."""

    weight: Parameter | None
    bias: Parameter | None

    def scaled(self, normal: np.ndarray) -> np.ndarray:
        """y from z."""
        if self.weight is None or self.bias is None:
            return normal.copy()
        return normal * self.wide(self.weight.data, normal) + self.wide(self.bias.data, normal)

    def scaled_back(self, dy: np.ndarray, normal: np.ndarray) -> np.ndarray:
        """The gradient of z, with those of the parameters on the way."""
        if self.weight is None or self.bias is None:
            return dy
        accumulate_grad(self.weight, np.sum(dy * normal, axis=self.axes(dy)))
        accumulate_grad(self.bias, np.sum(dy, axis=self.axes(dy)))
        return dy * self.wide(self.weight.data, dy)


class Remembering(Scaling):
    """What keeps averages of what it has seen."""

    running_mean: np.ndarray | None
    running_var: np.ndarray | None
    momentum: float

    @property
    def knows(self) -> bool:
        """Whether there are averages."""
        return self.running_mean is not None

    def remember(self, mean: np.ndarray, var: np.ndarray) -> None:
        """Move the averages; they become new arrays."""
        if self.running_mean is not None and self.running_var is not None:
            self.running_mean = self._towards(self.running_mean, mean)
            self.running_var = self._towards(self.running_var, var)

    def _towards(self, old: np.ndarray, new: np.ndarray) -> np.ndarray:
        moved = old + self.momentum * (new - old)
        return moved.astype(old.dtype)


class BatchNorm1d(Remembering):
    """Normalise every channel over the batch."""

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
    ) -> None:
        for name, value in (("num_features", num_features - 1), ("eps", eps), ("momentum", momentum)):
            if value < 0:
                raise ValueError(f"{name} is too small")
        if momentum > 1:
            raise ValueError(f"momentum {momentum} is too large")
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = Parameter(np.ones(num_features)) if affine else None
        self.bias = Parameter(np.zeros(num_features)) if affine else None
        for name, start in (("running_mean", 0.0), ("running_var", 1.0)):
            self.register_buffer(name, np.full(num_features, start) if track_running_stats else None)

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Normalise by the batch, or by what is remembered."""
        if x.ndim not in (2, 3):
            raise ValueError(f"x has shape {x.shape}, but should have two or three dimensions")
        check_shape("x", x.shape, (x.shape[0], self.num_features, *x.shape[2:]))
        if self.knows and not self.training:
            deviation, var = x - self.wide(self.running_mean, x), self.running_var
        else:
            deviation, var = self._by_batch(x)
        root = np.sqrt(self.wide(var, x) + self.eps)
        normal = deviation / root
        self.save_for_backward(normal, root, self.training or not self.knows, x.dtype)
        return self.scaled(normal).astype(x.dtype)

    def _by_batch(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        n = self.count(x)
        if n == 1:
            raise ValueError(f"x has shape {x.shape}: one number in a channel")
        if n == 0:
            return x, np.ones(self.num_features)
        mean = np.mean(x, axis=self.axes(x))
        deviation = x - self.wide(mean, x)
        squares = np.sum(deviation * deviation, axis=self.axes(x))
        if self.training:
            self.remember(mean, squares / (n - 1))
        return deviation, squares / n

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Return dx."""
        normal, root, by_batch, dtype = self.saved_values
        check_shape("dy", dy.shape, normal.shape)
        slopes = self.scaled_back(dy, normal)
        if by_batch and dy.size:
            slopes = slopes - np.mean(slopes, axis=self.axes(dy), keepdims=True)
            slopes = slopes - normal * np.mean(slopes * normal, axis=self.axes(dy), keepdims=True)
        return (slopes / root).astype(dtype)
