"""`repeat` and sums of blocks; a loop over rows and columns for the interpolation."""

from __future__ import annotations

import numpy as np

from .module import Module, check_shape


def _between(size, factor):
    """For each new row its two neighbours, and the share of the second."""
    for i in range(size * factor):
        place = min(max((i + 0.5) / factor - 0.5, 0.0), size - 1.0)
        first = min(int(place), max(size - 2, 0))
        second = min(first + 1, size - 1)
        yield i, first, second, place - first


class Upsample(Module):
    """Larger images."""

    def __init__(self, scale_factor, mode="nearest"):
        self.factors = scale_factor if isinstance(scale_factor, (tuple, list)) else (scale_factor, scale_factor)
        if self.factors[0] < 1 or self.factors[1] < 1:
            raise ValueError(f"factor {scale_factor}")
        if mode not in ("nearest", "bilinear"):
            raise ValueError(f"mode {mode}")
        self.mode = mode

    def forward(self, x):
        """One direction after the other."""
        if x.ndim != 4:
            raise ValueError(f"shape {x.shape} is not (N, C, H, W)")
        self.save_for_backward(x.shape, x.dtype)
        y = x
        for axis, factor in ((2, self.factors[0]), (3, self.factors[1])):
            y = np.repeat(y, factor, axis=axis) if self.mode == "nearest" else self._stretch(y, axis, factor)
        return np.array(y, dtype=x.dtype)

    def _stretch(self, x, axis, factor):
        x = np.moveaxis(x, axis, 0)
        y = np.zeros((len(x) * factor, *x.shape[1:]))
        for i, first, second, share in _between(len(x), factor):
            y[i] = (1 - share) * x[first] + share * x[second]
        return np.moveaxis(y, 0, axis)

    def _shrink(self, dy, axis, factor):
        dy = np.moveaxis(dy, axis, 0)
        dx = np.zeros((len(dy) // factor, *dy.shape[1:]))
        for i, first, second, share in _between(len(dx), factor):
            dx[first] += (1 - share) * dy[i]
            dx[second] += share * dy[i]
        return np.moveaxis(dx, 0, axis)

    def backward(self, dy):
        """And back."""
        (n, channels, height, width), dtype = self.saved_values
        down, right = self.factors
        check_shape("dy", dy.shape, (n, channels, height * down, width * right))
        if self.mode == "nearest":
            return dy.reshape(n, channels, height, down, width, right).sum(axis=(3, 5)).astype(dtype)
        return self._shrink(self._shrink(dy, 3, right), 2, down).astype(dtype)
