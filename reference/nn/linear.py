"""The simplest layers: an affine map, one that does nothing, and one that only changes shapes."""

from __future__ import annotations

import math

import numpy as np

from .module import Module, accumulate_grad, check_shape
from .parameter import Parameter


class Linear(Module):
    """An affine map of the last dimension, the same for every row.

    Equation: y = x W^T + b, that is y[..., o] = sum_i W[o, i] x[..., i] + b[o]

    Convention: W has shape (out_features, in_features), as in PyTorch; elsewhere it is often
    the transpose. Gradients of W and b are sums over all rows, never divided by their number.

    Args:
        in_features: int >= 1; length I of the last dimension of the input.
        out_features: int >= 1; length O of the last dimension of the output.
        bias: whether there is a b; without it the attribute ``bias`` is None.
        rng: source of the initial values, by default a fresh ``default_rng()``. All weights are
            drawn first, then all biases, uniformly from [-1/sqrt(I), 1/sqrt(I)).

    Attributes:
        weight: Parameter of shape (O, I), float64.
        bias: Parameter of shape (O,), float64, or None.

    Raises:
        ValueError: if a size is below 1.

    Source: PyTorch, torch.nn.Linear (same layout, same distribution of initial values).

    >>> layer = Linear(2, 3)
    >>> layer.weight.data = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    >>> layer.bias.data = np.array([0.5, 0.0, -0.5])
    >>> layer(np.array([[1.0, 1.0], [1.0, 0.0]]))
    array([[ 3.5,  7. , 10.5],
           [ 1.5,  3. ,  4.5]])
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        rng: np.random.Generator | None = None,
    ) -> None:
        if in_features < 1 or out_features < 1:
            raise ValueError(f"Linear needs sizes of at least 1, got {in_features}, {out_features}")
        rng = np.random.default_rng() if rng is None else rng
        bound = 1 / math.sqrt(in_features)
        self.in_features = in_features
        self.out_features = out_features
        self.weight = Parameter(rng.uniform(-bound, bound, (out_features, in_features)))
        self.bias = Parameter(rng.uniform(-bound, bound, out_features)) if bias else None

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Apply the map to every row.

        Args:
            x: (..., I) float, with any number of leading dimensions (also none, also of length
                0); must not change before ``backward``.

        Returns:
            (..., O) float of the dtype of x.

        Raises:
            ValueError: naming both shapes, if the last dimension of x is not I.
        """
        check_shape("x of Linear", x.shape, (*x.shape[:-1], self.in_features))
        self.save_for_backward(x)
        y: np.ndarray = x @ self.weight.data.T
        if self.bias is not None:
            y = y + self.bias.data
        return y.astype(x.dtype, copy=False)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Add to the gradients of weight and bias; return that of the input.

        Args:
            dy: (..., O) float of the shape of the output; d loss / d y.

        Returns:
            dx = d loss / d x: (..., I) float of the shape and dtype of x.

        Raises:
            RuntimeError: if ``forward`` has not been called.
            ValueError: naming both shapes, if dy does not have the shape of the output.
        """
        (x,) = self.saved_values
        check_shape("dy of Linear", dy.shape, (*x.shape[:-1], self.out_features))
        dy_rows = dy.reshape(-1, self.out_features)
        accumulate_grad(self.weight, dy_rows.T @ x.reshape(-1, self.in_features))
        if self.bias is not None:
            accumulate_grad(self.bias, dy_rows.sum(axis=0))
        dx: np.ndarray = dy @ self.weight.data
        return dx.astype(x.dtype, copy=False)


class Identity(Module):
    """The layer that does nothing; a placeholder where a layer is expected.

    Equation: y = x

    Source: PyTorch, torch.nn.Identity.

    >>> layer = Identity()
    >>> layer.forward(np.array([1.0, -2.0]))
    array([ 1., -2.])
    >>> layer.backward(np.array([3.0, 5.0]))
    array([3., 5.])
    """

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return x itself, without a copy.

        Args:
            x: array of any shape.

        Returns:
            x.
        """
        self.save_for_backward(x.shape, x.dtype)
        return x

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Return the gradient of the input.

        Args:
            dy: array of the shape of x; d loss / d y.

        Returns:
            dx, of the shape and dtype of x; it may be dy itself.

        Raises:
            RuntimeError: if ``forward`` has not been called.
            ValueError: naming both shapes, if dy does not have the shape of x.
        """
        shape, dtype = self.saved_values
        check_shape("dy of Identity", dy.shape, shape)
        return dy.astype(dtype, copy=False)


class Flatten(Module):
    """Merge neighbouring dimensions into one, keeping the values in row-major (C) order.

    Equation: (d_0, ..., d_n) becomes (d_0, ..., d_s * d_(s+1) * ... * d_e, ..., d_n),
    with s = start_dim and e = end_dim, both included.

    The defaults keep the first dimension, the batch, and merge all others.

    Args:
        start_dim: first dimension to merge; negative counts from the end.
        end_dim: last dimension to merge; negative counts from the end.

    Source: PyTorch, torch.nn.Flatten.

    >>> Flatten()(np.zeros((2, 3, 4))).shape
    (2, 12)
    >>> Flatten(0, -2)(np.zeros((2, 3, 4))).shape
    (6, 4)
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Merge the dimensions start_dim to end_dim.

        Args:
            x: array with both of these dimensions; one without any counts as of shape (1,).

        Returns:
            Array of the dtype of x, a view of x where NumPy can make one.

        Raises:
            IndexError: if x has no dimension start_dim or end_dim.
            ValueError: if start_dim comes after end_dim.
        """
        shape = x.shape or (1,)
        start, end = _position(self.start_dim, len(shape)), _position(self.end_dim, len(shape))
        if start > end:
            raise ValueError(f"Flatten: dimension {start} comes after {end} in shape {shape}")
        merged = math.prod(shape[start : end + 1])
        y = x.reshape(*shape[:start], merged, *shape[end + 1 :])
        self.save_for_backward(x.shape, y.shape, x.dtype)
        return y

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Return the gradient of the input.

        Args:
            dy: array of the shape of the output; d loss / d y.

        Returns:
            dx = d loss / d x, of the shape and dtype of x; it may be a view of dy.

        Raises:
            RuntimeError: if ``forward`` has not been called.
            ValueError: naming both shapes, if dy does not have the shape of the output.
        """
        x_shape, y_shape, dtype = self.saved_values
        check_shape("dy of Flatten", dy.shape, y_shape)
        return dy.reshape(x_shape).astype(dtype, copy=False)


def _position(dim: int, ndim: int) -> int:
    """Count a dimension from the front."""
    if not -ndim <= dim < ndim:
        raise IndexError(f"Flatten: no dimension {dim} in an array of {ndim}")
    return dim % ndim
