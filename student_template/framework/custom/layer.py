"""A layer of your own."""

from __future__ import annotations

import numpy as np

from ..nn.module import Module, accumulate_grad, check_shape
from ..nn.parameter import Parameter


class OwnLayer(Module):
    """A layer of your own. Replace this sentence by what it does, and write its equation and its source below.

    Convention: y has the shape of x, and each row (the last dimension) is computed from the same row of x and from
    the parameters, and from nothing else. The layer has at least one parameter, is not linear in x, and is none of
    the layers of this course.

    Args:
        features: int >= 1; the size of the last dimension of x.
        rng: source of initial values, if they are drawn; None means a fresh ``np.random.default_rng()``.

    Raises:
        ValueError: if ``features`` is below 1.
    """

    def __init__(self, features: int, *, rng: np.random.Generator | None = None) -> None:
        raise NotImplementedError("custom.OwnLayer.__init__")

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Compute y, and keep what ``backward`` needs.

        Args:
            x: float array of shape (..., features).

        Returns:
            y, of the shape and dtype of x, with memory of its own.

        Raises:
            ValueError: naming both sizes, if the last dimension of x is not ``features``.
        """
        raise NotImplementedError("custom.OwnLayer.forward")

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Add to the gradients of the parameters, and return that of x, for the last ``forward``.

        Args:
            dy: array of the shape of y; d loss / d y.

        Returns:
            dx, of the shape and dtype of x.

        Raises:
            RuntimeError: before any ``forward``.
            ValueError: naming both shapes, if dy does not have that of y.
        """
        raise NotImplementedError("custom.OwnLayer.backward")
