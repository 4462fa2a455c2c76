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
        raise NotImplementedError("nn.Linear.__init__")

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
        raise NotImplementedError("nn.Linear.forward")

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
        raise NotImplementedError("nn.Linear.backward")


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
        raise NotImplementedError("nn.Identity.forward")

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
        raise NotImplementedError("nn.Identity.backward")


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
        raise NotImplementedError("nn.Flatten.__init__")

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
        raise NotImplementedError("nn.Flatten.forward")

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
        raise NotImplementedError("nn.Flatten.backward")
