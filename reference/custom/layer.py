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
        # The S-shaped ReLU: x between two thresholds, and beyond each of them a line of another slope. For each feature
        #     y = x + (upper_slope - 1) * max(x - upper, 0) + (lower_slope - 1) * min(x - lower, 0)
        # Jin et al., Deep Learning with S-shaped Rectified Linear Activation Units (2016), equation 3.
        if features < 1:
            raise ValueError(f"features must be at least 1, not {features}")
        self.features = features
        self.lower = Parameter(np.full(features, -1.0))
        self.upper = Parameter(np.full(features, 1.0))
        self.lower_slope = Parameter(np.full(features, 0.2))
        self.upper_slope = Parameter(np.full(features, 0.5))

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Compute y, and keep what ``backward`` needs.

        Args:
            x: float array of shape (..., features).

        Returns:
            y, of the shape and dtype of x, with memory of its own.

        Raises:
            ValueError: naming both sizes, if the last dimension of x is not ``features``.
        """
        check_shape("the row of x", x.shape[-1:], (self.features,))
        # All in the dtype of x: a float64 parameter must not turn a float32 input into float64.
        return self._bent(x, *(p.data.astype(x.dtype) for p in self.parameters()))

    def _bent(self, x: np.ndarray, lower: np.ndarray, upper: np.ndarray, *slopes: np.ndarray) -> np.ndarray:
        under, over = np.minimum(x - lower, 0), np.maximum(x - upper, 0)
        below, above = slopes[0] - 1, slopes[1] - 1
        self.save_for_backward(under, over, below, above)
        return x + above * over + below * under

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
        under, *_ = self.saved_values
        check_shape("dy", dy.shape, under.shape)
        dy = dy.astype(under.dtype)
        for parameter, rows in self._of_parameters(dy).items():
            accumulate_grad(parameter, rows.reshape(-1, self.features).sum(axis=0))
        return self._of_x(dy)

    def _of_x(self, dy: np.ndarray) -> np.ndarray:
        under, over, below, above = self.saved_values
        return dy * (1 + below * (under < 0) + above * (over > 0))

    def _of_parameters(self, dy: np.ndarray) -> dict[Parameter, np.ndarray]:
        """The gradient of each parameter, for each row by itself."""
        under, over, below, above = self.saved_values
        return {
            self.lower: -below * dy * (under < 0),
            self.upper: -above * dy * (over > 0),
            self.lower_slope: dy * under,
            self.upper_slope: dy * over,
        }
