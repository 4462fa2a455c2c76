"""Another layout of what is kept: forward prepares the way back as a closure, and backward only calls it.

The channels stand in front, so that each is one row of a matrix.
"""

from __future__ import annotations

from collections.abc import Callable

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
        if num_features < 1 or eps < 0 or momentum < 0 or momentum > 1:
            raise ValueError(f"impossible: {num_features} features, eps {eps}, momentum {momentum}")
        self.features, self.eps, self.momentum = num_features, eps, momentum
        self.weight = Parameter(np.ones(num_features)) if affine else None
        self.bias = Parameter(np.zeros(num_features)) if affine else None
        self.register_buffer("running_mean", np.zeros(num_features) if track_running_stats else None)
        self.register_buffer("running_var", np.ones(num_features) if track_running_stats else None)

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Normalise the rows of the matrix, and prepare the way back."""
        if x.ndim not in (2, 3) or x.shape[1] != self.features:
            raise ValueError(f"x of shape {x.shape}, where shape (N, {self.features}) or (N, {self.features}, L) fits")
        rows = self._rows(x)
        by_batch = self.training or self.running_mean is None
        mean, var = self._statistics(rows) if by_batch else (self.running_mean, self.running_var)
        deviations = rows - mean[:, np.newaxis]
        spread = np.sqrt(var + self.eps)[:, np.newaxis]
        y = normal = deviations / spread
        if self.weight is not None and self.bias is not None:
            y = normal * self.weight.data[:, np.newaxis] + self.bias.data[:, np.newaxis]
        pull = self._pull_by_batch(normal, spread) if by_batch else lambda slopes: slopes / spread
        self.save_for_backward(x.shape, x.dtype, normal, pull)
        return self._unrolled(y, x.shape).astype(x.dtype)

    def _rows(self, x: np.ndarray) -> np.ndarray:
        return np.moveaxis(x, 1, 0).reshape(self.features, x.size // self.features)

    def _unrolled(self, rows: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
        return np.moveaxis(rows.reshape(self.features, shape[0], *shape[2:]), 0, 1)

    def _statistics(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        n = rows.shape[1]
        if n == 1:
            raise ValueError("a channel has one number")
        if n == 0:
            return np.zeros(self.features), np.ones(self.features)
        mean, var = rows.mean(axis=1), rows.var(axis=1)
        if self.training and self.running_mean is not None:
            self.running_mean *= 1 - self.momentum
            self.running_mean += self.momentum * mean
            self.running_var *= 1 - self.momentum
            self.running_var += self.momentum * rows.var(axis=1, ddof=1)
        return mean, var

    @staticmethod
    def _pull_by_batch(normal: np.ndarray, spread: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
        def pull(slopes: np.ndarray) -> np.ndarray:
            n = max(1, slopes.shape[1])
            along = np.sum(slopes * normal, axis=1, keepdims=True)
            return (n * slopes - slopes.sum(axis=1, keepdims=True) - normal * along) / (n * spread)

        return pull

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Call what forward has prepared."""
        shape, dtype, normal, pull = self.saved_values
        check_shape("dy", dy.shape, shape)
        slopes = self._rows(dy)
        if self.weight is not None and self.bias is not None:
            accumulate_grad(self.weight, np.sum(slopes * normal, axis=1))
            accumulate_grad(self.bias, np.sum(slopes, axis=1))
            slopes = slopes * self.weight.data[:, np.newaxis]
        return self._unrolled(pull(slopes), shape).astype(dtype)
