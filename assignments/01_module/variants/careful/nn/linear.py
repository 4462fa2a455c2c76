"""Every dtype said aloud: products are formed in double precision, in arrays made for them, and rounded once, at last.

The bias is in y before the product is added; its gradient is a sum from the last row to the first.
"""

from __future__ import annotations

import math
from operator import index

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
        inputs, outputs = index(in_features), index(out_features)
        if inputs < 1:
            raise ValueError(f"in_features is {inputs}, but should be 1 or more")
        if outputs < 1:
            raise ValueError(f"out_features is {outputs}, but should be 1 or more")
        if rng is None:
            rng = np.random.default_rng()
        bound = math.pow(float(inputs), -0.5)
        self.weight = Parameter(rng.uniform(low=-bound, high=bound, size=(outputs, inputs)))
        self.bias: Parameter | None = None
        if bias:
            self.bias = Parameter(rng.uniform(low=-bound, high=bound, size=(outputs,)))

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Apply the map to every row."""
        outputs, inputs = self.weight.shape
        check_shape("x", x.shape, (*x.shape[:-1], inputs))
        rows = np.reshape(x, (math.prod(x.shape[:-1]), inputs)).astype(np.float64)
        sums = np.matmul(rows, self.weight.data.T.astype(np.float64), dtype=np.float64)
        y = np.zeros((len(rows), outputs), dtype=np.float64)
        if self.bias is not None:
            y[...] = self.bias.data
        np.add(y, sums, out=y)
        self.save_for_backward(rows, x.shape, x.dtype)
        return y.astype(x.dtype).reshape((*x.shape[:-1], outputs))

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Add to the gradients of weight and bias; return that of the input."""
        rows, shape, dtype = self.saved_values
        outputs, inputs = self.weight.shape
        check_shape("dy", dy.shape, (*shape[:-1], outputs))
        slopes = np.reshape(dy, (len(rows), outputs)).astype(np.float64)
        d_weight = np.empty((outputs, inputs), dtype=np.float64)
        np.matmul(slopes.T, rows, out=d_weight)
        accumulate_grad(self.weight, d_weight)
        if self.bias is not None:
            accumulate_grad(self.bias, np.sum(slopes[::-1], axis=0, dtype=np.float64))
        dx = np.empty(rows.shape, dtype=np.float64)
        np.matmul(slopes, self.weight.data.astype(np.float64), out=dx)
        return dx.astype(dtype).reshape(shape)


class Identity(Module):
    """The layer that does nothing."""

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return x itself."""
        self.save_for_backward(x.shape, x.dtype)
        return x

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Return a copy of dy in the dtype of x."""
        shape, dtype = self.saved_values
        check_shape("dy", dy.shape, shape)
        dx = np.empty(shape, dtype=dtype)
        np.copyto(dx, dy, casting="same_kind")
        return dx


class Flatten(Module):
    """Merge the dimensions start_dim to end_dim, both included, in row-major order."""

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        self.start_dim, self.end_dim = index(start_dim), index(end_dim)

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Merge the dimensions; the merged length is computed and not left to -1, as there may be no numbers at all."""
        lengths = np.array(x.shape or (1,), dtype=np.int64)
        ndim = lengths.size
        start, end = self._from_the_front(self.start_dim, ndim), self._from_the_front(self.end_dim, ndim)
        if start > end:
            raise ValueError(f"start_dim={self.start_dim} comes after end_dim={self.end_dim} in {ndim} dimensions")
        merged = np.multiply.reduce(lengths[start : end + 1], dtype=np.int64)
        shape = tuple(np.concatenate([lengths[:start], [merged], lengths[end + 1 :]]).tolist())
        self.save_for_backward(x.shape, x.dtype, shape)
        return np.reshape(x, shape, order="C")

    @staticmethod
    def _from_the_front(dim: int, ndim: int) -> int:
        if dim < -ndim or dim >= ndim:
            raise IndexError(f"dimension {dim} is not between {-ndim} and {ndim - 1}")
        return dim + ndim * (dim < 0)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Give each gradient back to the address that its value came from."""
        shape, dtype, merged = self.saved_values
        check_shape("dy", dy.shape, merged)
        dx = np.empty(merged, dtype=dtype, order="C")
        np.copyto(dx, dy, casting="same_kind")
        return dx.reshape(shape)
