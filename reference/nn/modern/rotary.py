"""Positions as rotations: what attention sees of two positions is how far they are apart."""

import numpy as np

from ..module import Module, check_shape


class RotaryEmbedding(Module):
    """Turn pairs of numbers by angles that grow with the position.

    Equation: for each pair i = 0, ..., dim/2 - 1 of the last dimension, and t = position * base^(-2 i / dim),

        y_a = x_a cos(t) - x_b sin(t)
        y_b = x_a sin(t) + x_b cos(t)

    where a = i and b = i + dim/2, or, if interleaved, a = 2 i and b = 2 i + 1.

    Convention: both layouts are published. Models that were trained with one need that one; their tensors have the same
    shapes. The angles are computed in float64, also for an x that is float32.

    Args:
        dim: even int >= 2; the length of the last dimension.
        base: float > 0.
        interleaved: whether a pair are neighbours (as in the paper), or half of dim apart (as in most released models).

    Raises:
        ValueError: if dim is odd or below 2, or base is not above 0.

    Source: Su and others, RoFormer: Enhanced Transformer with Rotary Position Embedding (2021), sec. 3.2 and 3.4.2,
    whose pairs are neighbours; halves: GPT-NeoX (Black and others, 2022).

    >>> rope = RotaryEmbedding(2)
    >>> rope(np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([0, 1])).round(4)
    array([[1.    , 0.    ],
           [0.5403, 0.8415]])
    """

    def __init__(self, dim: int, base: float = 10000.0, interleaved: bool = False) -> None:
        if dim < 2 or dim % 2 or base <= 0:
            raise ValueError(f"RotaryEmbedding needs an even dim >= 2 and a base above 0, got {dim} and {base}")
        self.dim = dim
        self.base = float(base)
        self.interleaved = interleaved

    def forward(self, x: np.ndarray, positions: np.ndarray) -> np.ndarray:
        """Turn every row by the angles of its position.

        Args:
            x: (..., L, dim) float.
            positions: integers of any size, negative ones included, of a shape that broadcasts to x.shape[:-1]: (L,)
                for an x of shape (N, L, dim) or (N, H, L, dim), or (N, 1, L) if each example has positions of its own.

        Returns:
            y, of the shape and dtype of x.

        Raises:
            ValueError: naming both shapes, if the last dimension of x is not dim, or the shape of positions does not
                broadcast to x.shape[:-1].
        """
        check_shape("x of RotaryEmbedding", x.shape, (*x.shape[:-1], self.dim))
        _check_positions(positions, x)
        angles = positions[..., None] * self.base ** (-2 * np.arange(self.dim // 2) / self.dim)
        cos, sin = np.cos(angles), np.sin(angles)
        self.save_for_backward(cos, sin, x.shape, x.dtype)
        return self._turned(x, cos, sin).astype(x.dtype, copy=False)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Return the gradient of x; positions have none.

        Args:
            dy: array of the shape of x; d loss / d y.

        Returns:
            dx = d loss / d x, of the shape and dtype of x.

        Raises:
            RuntimeError: if ``forward`` has not been called.
            ValueError: naming both shapes, if dy does not have the shape of x.
        """
        cos, sin, shape, dtype = self.saved_values
        check_shape("dy of RotaryEmbedding", dy.shape, shape)
        return self._turned(dy, cos, -sin).astype(dtype, copy=False)

    def _turned(self, x: np.ndarray, cos: np.ndarray, sin: np.ndarray) -> np.ndarray:
        y = np.empty(x.shape, np.result_type(x, cos))
        first, second = self._halves(x)
        y_first, y_second = self._halves(y)
        y_first[...] = first * cos - second * sin
        y_second[...] = first * sin + second * cos
        return y

    def _halves(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Views of the first numbers of all pairs, and of the second ones."""
        half = self.dim // 2
        return (x[..., ::2], x[..., 1::2]) if self.interleaved else (x[..., :half], x[..., half:])


def _check_positions(positions: np.ndarray, x: np.ndarray) -> None:
    try:
        fits = np.broadcast_shapes(positions.shape, x.shape[:-1]) == x.shape[:-1]
    except ValueError:
        fits = False
    if not fits:
        raise ValueError(f"positions of shape {positions.shape} do not broadcast to {x.shape[:-1]}")
