"""Contractions by name: every product is an `einsum` or a `tensordot`, with no transpose and no loop.

The sum over rows in the bias's gradient is a contraction with ones.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import as_strided

from .module import Module, accumulate_grad, check_shape
from .parameter import Parameter


class Linear(Module):
    """y = x W^T + b for every row of the last dimension; W has shape (out_features, in_features)."""

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        rng: np.random.Generator | None = None,
    ) -> None:
        if min(in_features, out_features) < 1:
            raise ValueError(f"Linear({in_features}, {out_features}): no size may be below 1")
        draw = (rng or np.random.default_rng()).uniform
        bound = np.reciprocal(np.sqrt(float(in_features)))
        self.weight = Parameter(draw(-bound, bound, (out_features, in_features)))
        self.bias = Parameter(draw(-bound, bound, (out_features,))) if bias else None

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Apply the map to every row."""
        check_shape("x", x.shape, (*x.shape[:-1], self.weight.shape[1]))
        self.save_for_backward(x)
        y = np.einsum("...i,oi->...o", x, self.weight.data)
        if self.bias is not None:
            y = np.add(y, np.broadcast_to(self.bias.data, y.shape))
        return y.astype(x.dtype)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Add to the gradients of weight and bias; return that of the input."""
        (x,) = self.saved_values
        check_shape("dy", dy.shape, (*x.shape[:-1], self.weight.shape[0]))
        rows = tuple(range(x.ndim - 1))
        accumulate_grad(self.weight, np.tensordot(dy, x, axes=(rows, rows)))
        if self.bias is not None:
            accumulate_grad(self.bias, np.tensordot(np.ones(x.shape[:-1]), dy, axes=(rows, rows)))
        return np.einsum("...o,oi->...i", dy, self.weight.data).astype(x.dtype)


class Identity(Module):
    """The layer that does nothing."""

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return x itself."""
        self.save_for_backward(x)
        return x

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Return the gradient of the input."""
        (x,) = self.saved_values
        check_shape("dy", dy.shape, x.shape)
        dx = np.empty(x.shape, x.dtype)
        return np.einsum("...->...", dy, out=dx, casting="same_kind")  # without out, () would give a plain number


class Flatten(Module):
    """Merge the dimensions start_dim to end_dim, both included: a contiguous array is only read with other strides."""

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        self.dims = start_dim, end_dim

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Merge the dimensions."""
        self.save_for_backward(x)
        plain = np.ascontiguousarray(x)  # an array without dimensions becomes one of shape (1,)
        first, last = self._positions(plain.ndim)
        strides = plain.strides[:first] + plain.strides[last:]
        return as_strided(plain, self._merged(plain.shape), strides)

    def _positions(self, ndim: int) -> list[int]:
        positions = [range(ndim)[dim] for dim in self.dims]  # raises IndexError
        if positions[0] > positions[1]:
            raise ValueError(f"start_dim and end_dim are {self.dims}: the first comes after the second")
        return positions

    def _merged(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        first, last = self._positions(len(shape))
        return (*shape[:first], int(np.prod(shape[first : last + 1])), *shape[last + 1 :])

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Give each gradient back to the address that its value came from."""
        (x,) = self.saved_values
        check_shape("dy", dy.shape, self._merged(x.shape or (1,)))
        return np.reshape(dy, x.shape).astype(x.dtype)
