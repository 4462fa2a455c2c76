"""Another layout of what is kept: forward prepares the whole way back as a closure, and backward only calls it.

Linear keeps its parameters as one matrix, [W, b], and its input with a column of ones: then the bias needs no formula.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .module import Module, accumulate_grad, check_shape
from .parameter import Parameter

Pull = Callable[[np.ndarray], np.ndarray]  # from dy to dx


class _Prepared(Module):
    """A layer whose forward saves the shape of y and the function from dy to dx."""

    def _prepare(self, shape: tuple[int, ...], pull: Pull) -> None:
        self.save_for_backward(shape, pull)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Call what forward has prepared."""
        shape, pull = self.saved_values
        check_shape("dy", dy.shape, shape)
        return pull(dy)


class Linear(_Prepared):
    """y = x W^T + b for every row of the last dimension; W has shape (out_features, in_features)."""

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        rng: np.random.Generator | None = None,
    ) -> None:
        if in_features < 1 or out_features < 1:
            raise ValueError(f"the sizes {in_features} and {out_features} have to be 1 or more")
        source = np.random.default_rng() if rng is None else rng
        a = in_features**-0.5
        self.weight = Parameter(source.uniform(-a, a, size=(out_features, in_features)))
        self.bias = Parameter(source.uniform(-a, a, size=out_features)) if bias else None
        self.in_features = in_features

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Apply the map to every row, and prepare its gradients."""
        check_shape("x", x.shape, (*x.shape[:-1], self.in_features))
        table = self._table()
        rows = self._with_ones(x)
        y = rows @ table.T
        shape = (*x.shape[:-1], len(table))

        def pull(dy: np.ndarray) -> np.ndarray:
            slopes = dy.reshape(-1, len(table))
            self._accumulate(slopes.T @ rows)
            dx = slopes @ table[:, : self.in_features]
            return dx.reshape(x.shape).astype(x.dtype)

        self._prepare(shape, pull)
        return y.reshape(shape).astype(x.dtype)

    def _table(self) -> np.ndarray:
        """[W, b], or W alone."""
        columns = [self.weight.data] if self.bias is None else [self.weight.data, self.bias.data[:, np.newaxis]]
        return np.hstack(columns)

    def _with_ones(self, x: np.ndarray) -> np.ndarray:
        """The rows of x, and behind each a 1 if there is a bias."""
        rows = x.reshape(-1, self.in_features)
        return rows.copy() if self.bias is None else np.hstack([rows, np.ones_like(rows[:, :1])])

    def _accumulate(self, d_table: np.ndarray) -> None:
        accumulate_grad(self.weight, d_table[:, : self.in_features])
        if self.bias is not None:
            accumulate_grad(self.bias, d_table[:, -1])


class Identity(_Prepared):
    """The layer that does nothing."""

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return x itself."""
        dtype = x.dtype
        self._prepare(x.shape, lambda dy: dy.astype(dtype, copy=False))
        return x


class Flatten(_Prepared):
    """Merge the dimensions start_dim to end_dim, both included, in row-major order."""

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Merge the dimensions, two neighbours at a time."""
        lengths = list(x.shape) or [1]
        start, end = (self._counted_from_0(dim, len(lengths)) for dim in (self.start_dim, self.end_dim))
        if start > end:
            raise ValueError(f"dimension {self.start_dim} does not come before {self.end_dim}")
        for _ in range(end - start):
            lengths[start] *= lengths.pop(start + 1)
        y = x.reshape(lengths)
        shape, dtype = x.shape, x.dtype
        self._prepare(y.shape, lambda dy: dy.reshape(shape).astype(dtype, copy=False))
        return y

    @staticmethod
    def _counted_from_0(dim: int, ndim: int) -> int:
        if dim not in range(-ndim, ndim):
            raise IndexError(f"dimension {dim} of an array with {ndim} dimensions")
        return dim % ndim
