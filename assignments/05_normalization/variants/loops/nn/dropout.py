"""Explicit loops: the draws are made at once, as the order matters, and applied one by one."""

from __future__ import annotations

import numpy as np

from .module import Module, check_shape


class _Dropping(Module):
    def __init__(self, p: float = 0.5, *, rng: np.random.Generator | None = None) -> None:
        if p < 0 or p > 1:
            raise ValueError(f"p is {p}, but has to be between 0 and 1")
        self.p = p
        self.rng = rng if rng is not None else np.random.default_rng()

    def _factors(self, x: np.ndarray) -> np.ndarray:
        raise NotImplementedError

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Drop in training."""
        factors = self._factors(x) if self.training else np.ones(x.shape)
        self.save_for_backward(factors, x.dtype)
        return self._times(x, factors, x.dtype)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Return dx."""
        factors, dtype = self.saved_values
        check_shape("dy", dy.shape, factors.shape)
        return self._times(dy, factors, dtype)

    @staticmethod
    def _times(values: np.ndarray, factors: np.ndarray, dtype: np.dtype) -> np.ndarray:
        result = np.empty(values.shape, dtype)
        for place in np.ndindex(values.shape):
            result[place] = float(values[place]) * float(factors[place])
        return result

    def _factor(self, draw: float) -> float:
        return 1 / (1 - self.p) if draw >= self.p else 0.0


class Dropout(_Dropping):
    """Drop every number by itself."""

    def _factors(self, x: np.ndarray) -> np.ndarray:
        draws = self.rng.random(x.size).tolist()
        return np.array([self._factor(draw) for draw in draws]).reshape(x.shape)


class Dropout2d(_Dropping):
    """Drop whole channels."""

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Drop in training."""
        if len(x.shape) != 4:
            raise ValueError(f"x has shape {x.shape}, not (N, C, H, W)")
        return super().forward(x)

    def _factors(self, x: np.ndarray) -> np.ndarray:
        factors = np.empty(x.shape)
        for n, draws in enumerate(self.rng.random(x.shape[:2]).tolist()):
            for c, draw in enumerate(draws):
                factors[n, c] = self._factor(draw)
        return factors
