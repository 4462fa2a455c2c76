"""A matrix of two rows for each pair and place."""

import math

import numpy as np

from ..module import Module


class RotaryEmbedding(Module):
    """See the handout."""

    def __init__(self, dim, base=10000.0, interleaved=False):
        if dim % 2 == 1 or dim < 2:
            raise ValueError("dim is odd, or below 2")
        if base <= 0:
            raise ValueError("base is not above 0")
        self.dim, self.base = dim, base
        self.pairs = [(2 * i, 2 * i + 1) if interleaved else (i, dim // 2 + i) for i in range(dim // 2)]

    def forward(self, x, positions):
        """See the handout."""
        if x.shape[-1] != self.dim:
            raise ValueError(f"x: {x.shape}, dim: {self.dim}")
        leading = x.shape[:-1]
        if positions.ndim > len(leading) or any(p not in (1, n) for p, n in zip(positions.shape[::-1], leading[::-1])):
            raise ValueError(f"positions: {positions.shape}, x: {leading}")
        self.places = np.broadcast_to(positions, leading)
        self.dtype = x.dtype
        return self._each(x, 1)

    def backward(self, dy):
        """See the handout."""
        if not hasattr(self, "places"):
            raise RuntimeError("forward comes first")
        if dy.shape != (*self.places.shape, self.dim):
            raise ValueError(f"dy: {dy.shape}, y: {(*self.places.shape, self.dim)}")
        return self._each(dy, -1)

    def _each(self, x, way):
        y = np.empty(x.shape, self.dtype)
        for index in np.ndindex(*self.places.shape):
            for i, (a, b) in enumerate(self.pairs):
                angle = way * int(self.places[index]) * self.base ** (-2 * i / self.dim)
                u, v = float(x[(*index, a)]), float(x[(*index, b)])
                y[(*index, a)] = u * math.cos(angle) - v * math.sin(angle)
                y[(*index, b)] = u * math.sin(angle) + v * math.cos(angle)
        return y
