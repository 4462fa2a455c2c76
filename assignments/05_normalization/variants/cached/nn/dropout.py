"""Another layout of what is kept: the factors of all numbers, or None where there are none."""

from __future__ import annotations

import numpy as np

from .module import Module, check_shape


class Dropout(Module):
    """Drop every number by itself."""

    def __init__(self, p: float = 0.5, *, rng: np.random.Generator | None = None) -> None:
        if not 0.0 <= p <= 1.0:
            raise ValueError(f"p = {p} is no probability")
        self.keep = 1.0 - p
        self.p = p
        self.source = np.random.default_rng() if rng is None else rng

    def _draw(self, x: np.ndarray) -> np.ndarray:
        return self.source.random(size=x.shape)

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Multiply by the factors, in training."""
        factors = None
        if self.training:
            draws = self._draw(x)
            factors = np.zeros(draws.shape, x.dtype)
            factors[draws >= self.p] = 1.0 / self.keep if self.keep else 0.0
        self.save_for_backward(x.shape, x.dtype, factors)
        return x.copy() if factors is None else (x * factors).astype(x.dtype, copy=False)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Multiply by the same factors."""
        shape, dtype, factors = self.saved_values
        check_shape("dy", dy.shape, shape)
        return dy.astype(dtype) if factors is None else (dy * factors).astype(dtype)


class Dropout2d(Dropout):
    """Drop whole channels."""

    def _draw(self, x: np.ndarray) -> np.ndarray:
        return self.source.random(size=(x.shape[0], x.shape[1]))[..., np.newaxis, np.newaxis]

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Multiply by the factors, in training."""
        if x.ndim != 4:
            raise ValueError(f"x of shape {x.shape} is not of four dimensions")
        return super().forward(x)
