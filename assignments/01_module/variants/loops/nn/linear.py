"""Explicit loops: every product is one line of Python, every sum an accumulator or a `math.fsum` of double numbers."""

from __future__ import annotations

import math

import numpy as np

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
        for size in (in_features, out_features):
            if size < 1:
                raise ValueError(f"Linear needs sizes of at least 1, not {in_features} and {out_features}")
        rng = np.random.default_rng() if rng is None else rng
        bound = 1 / math.sqrt(in_features)
        self.weight = Parameter(rng.uniform(-bound, bound, (out_features, in_features)))
        self.bias = Parameter(rng.uniform(-bound, bound, (out_features,))) if bias else None

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Apply the map to every row."""
        outputs, inputs = self.weight.shape
        check_shape("x", x.shape, (*x.shape[:-1], inputs))
        self.save_for_backward(x)
        weights = self.weight.data.tolist()
        biases = [0.0] * outputs if self.bias is None else self.bias.data.tolist()
        y = np.empty((*x.shape[:-1], outputs), x.dtype)
        for row in np.ndindex(x.shape[:-1]):
            values = x[row].tolist()
            for o in range(outputs):
                products = [w * v for w, v in zip(weights[o], values, strict=True)]
                y[(*row, o)] = math.fsum(products) + biases[o]
        return y

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Add to the gradients of weight and bias; return that of the input."""
        (x,) = self.saved_values
        outputs, inputs = self.weight.shape
        check_shape("dy", dy.shape, (*x.shape[:-1], outputs))
        weights = self.weight.data.tolist()
        d_weight = [[0.0] * inputs for _ in range(outputs)]
        d_bias = [0.0] * outputs
        dx = np.empty(x.shape, x.dtype)
        for row in np.ndindex(x.shape[:-1]):
            values, d_row = x[row].tolist(), [0.0] * inputs
            for o, slope in enumerate(dy[row].tolist()):
                d_bias[o] += slope
                for i in range(inputs):
                    d_weight[o][i] += slope * values[i]
                    d_row[i] += slope * weights[o][i]
            dx[row] = d_row
        accumulate_grad(self.weight, np.array(d_weight))
        if self.bias is not None:
            accumulate_grad(self.bias, np.array(d_bias))
        return dx


class Identity(Module):
    """The layer that does nothing."""

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return x itself."""
        self.save_for_backward(x.shape, x.dtype)
        return x

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Return dy as an array of the dtype of x."""
        shape, dtype = self.saved_values
        check_shape("dy", dy.shape, shape)
        return np.array(dy, dtype)


class Flatten(Module):
    """Merge the dimensions start_dim to end_dim, both included, in row-major order."""

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Merge the dimensions."""
        lengths = x.shape or (1,)
        first, last = self._dimension(self.start_dim, lengths), self._dimension(self.end_dim, lengths)
        if first > last:
            raise ValueError(f"start_dim {self.start_dim} comes after end_dim {self.end_dim}")
        merged = 1
        for d in range(first, last + 1):
            merged *= lengths[d]
        shape = (*lengths[:first], merged, *lengths[last + 1 :])
        self.save_for_backward(x.shape, shape, x.dtype)
        return x.reshape(shape)

    @staticmethod
    def _dimension(dim: int, lengths: tuple[int, ...]) -> int:
        position = dim + len(lengths) if dim < 0 else dim
        if not 0 <= position < len(lengths):
            raise IndexError(f"there is no dimension {dim} in the shape {lengths}")
        return position

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Give each gradient back to the address that its value came from."""
        shape, merged_shape, dtype = self.saved_values
        check_shape("dy", dy.shape, merged_shape)
        dx = np.empty(shape, dtype)
        for old, new in zip(np.ndindex(shape), np.ndindex(merged_shape), strict=True):
            dx[old] = dy[new]
        return dx
