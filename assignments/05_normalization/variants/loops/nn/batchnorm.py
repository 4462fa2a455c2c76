"""Explicit loops: each channel is a list of numbers, normalised by sums of double numbers."""

from __future__ import annotations

import math

import numpy as np

from .module import Module, accumulate_grad, check_shape
from .parameter import Parameter


class BatchNorm1d(Module):
    """Normalise every channel over the batch."""

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
    ) -> None:
        if num_features < 1:
            raise ValueError(f"there are no {num_features} features")
        if eps < 0:
            raise ValueError(f"eps is {eps}, but cannot be negative")
        if momentum < 0 or momentum > 1:
            raise ValueError(f"momentum is {momentum}, but has to be between 0 and 1")
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = Parameter([1.0] * num_features) if affine else None
        self.bias = Parameter([0.0] * num_features) if affine else None
        self.register_buffer("running_mean", np.zeros(num_features) if track_running_stats else None)
        self.register_buffer("running_var", np.ones(num_features) if track_running_stats else None)

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Normalise each channel in turn."""
        if x.ndim not in (2, 3) or x.shape[1] != self.num_features:
            raise ValueError(f"x has shape {x.shape}, but should have shape (N, {self.num_features}) or longer")
        by_batch = self.training or self.running_mean is None
        count = x.shape[0] * math.prod(x.shape[2:])
        if by_batch and count == 1:
            raise ValueError(f"a channel of x of shape {x.shape} has one number")
        y, kept = np.empty(x.shape, x.dtype), []
        for c in range(self.num_features):
            numbers = x[:, c].ravel().tolist()
            mean, var = self._statistics(c, numbers) if by_batch else self._remembered(c)
            spread = math.sqrt(var + self.eps)
            normal = [(number - mean) / spread if spread else 0.0 for number in numbers]
            scale, shift = (self.weight.data[c], self.bias.data[c]) if self.weight and self.bias else (1.0, 0.0)
            y[:, c] = np.reshape([float(scale) * z + float(shift) for z in normal], x[:, c].shape)
            kept.append((normal, spread))
        self.save_for_backward(x.shape, x.dtype, kept, by_batch)
        return y

    def _remembered(self, c: int) -> tuple[float, float]:
        return float(self.running_mean[c]), float(self.running_var[c])

    def _statistics(self, c: int, numbers: list[float]) -> tuple[float, float]:
        count = len(numbers)
        if not count:
            return 0.0, 1.0
        mean = math.fsum(numbers) / count
        squares = math.fsum((number - mean) ** 2 for number in numbers)
        if self.training and self.running_mean is not None:
            for running, new in ((self.running_mean, mean), (self.running_var, squares / (count - 1))):
                running[c] += self.momentum * (new - running[c])
        return mean, squares / count

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Go back through each channel in turn."""
        shape, dtype, kept, by_batch = self.saved_values
        check_shape("dy", dy.shape, shape)
        dx = np.empty(shape, dtype)
        d_weight, d_bias = np.zeros(self.num_features), np.zeros(self.num_features)
        for c, (normal, spread) in enumerate(kept):
            slopes = dy[:, c].ravel().tolist()
            d_bias[c] = math.fsum(slopes)
            d_weight[c] = math.fsum(slope * z for slope, z in zip(slopes, normal, strict=True))
            scale = float(self.weight.data[c]) if self.weight else 1.0
            mean, along = (d_bias[c] / len(slopes), d_weight[c] / len(slopes)) if by_batch and slopes else (0.0, 0.0)
            pairs = zip(slopes, normal, strict=True)
            dx[:, c] = np.reshape([scale / spread * (slope - mean - z * along) for slope, z in pairs], dx[:, c].shape)
        if self.weight and self.bias:
            accumulate_grad(self.weight, d_weight)
            accumulate_grad(self.bias, d_bias)
        return dx
