"""Every dtype said aloud: statistics in double precision, from deviations whose own mean is taken away again."""

from __future__ import annotations

from operator import index

import numpy as np

from .module import Module, accumulate_grad, check_shape
from .parameter import Parameter


class BatchNorm1d(Module):
    """Normalise every channel over the batch."""

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
    ) -> None:
        features = index(num_features)
        if features < 1:
            raise ValueError(f"num_features is {features}, but should be 1 or more")
        if not eps >= 0.0:
            raise ValueError(f"eps is {eps}, but should be 0 or more")
        if not 0.0 <= momentum <= 1.0:
            raise ValueError(f"momentum is {momentum}, but should be from 0 to 1")
        self.num_features, self.eps, self.momentum = features, float(eps), float(momentum)
        self.weight: Parameter | None = None
        self.bias: Parameter | None = None
        if affine:
            self.weight = Parameter(np.ones(features, dtype=np.float64))
            self.bias = Parameter(np.zeros(features, dtype=np.float64))
        self.register_buffer("running_mean", None)
        self.register_buffer("running_var", None)
        if track_running_stats:
            self.running_mean = np.zeros(features, dtype=np.float64)
            self.running_var = np.ones(features, dtype=np.float64)

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Normalise every channel in double precision."""
        if x.ndim < 2 or x.ndim > 3:
            raise ValueError(f"x of shape {x.shape} should have the shape (N, {self.num_features}) or with L after it")
        check_shape("x", x.shape, (x.shape[0], self.num_features, *x.shape[2:]))
        cube = np.array(x, dtype=np.float64).reshape(x.shape[0], self.num_features, 1 if x.ndim == 2 else x.shape[2])
        is_by_batch = bool(self.training or self.running_mean is None)
        if is_by_batch:
            centred, variance = self._standard(cube)
        else:
            centred = cube - np.asarray(self.running_mean, dtype=np.float64)[np.newaxis, :, np.newaxis]
            variance = np.asarray(self.running_var, dtype=np.float64)
        deviation = np.sqrt(variance + self.eps)[np.newaxis, :, np.newaxis]
        normal = np.divide(centred, deviation)
        self.save_for_backward(x.shape, x.dtype, normal, deviation, is_by_batch)
        y = normal.copy()
        if self.weight is not None and self.bias is not None:
            np.multiply(y, self.weight.data[:, np.newaxis], out=y)
            np.add(y, self.bias.data[:, np.newaxis], out=y)
        return y.reshape(x.shape).astype(x.dtype)

    def _standard(self, cube: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        numbers = cube.shape[0] * cube.shape[2]
        if numbers == 0:
            return cube, np.zeros(self.num_features, dtype=np.float64)
        if numbers == 1:
            raise ValueError("there is one number in a channel, and its variance says nothing")
        mean = np.sum(cube, axis=(0, 2), dtype=np.float64) / numbers
        centred = cube - mean[np.newaxis, :, np.newaxis]
        rest = np.sum(centred, axis=(0, 2)) / numbers
        centred = centred - rest[np.newaxis, :, np.newaxis]
        squares = np.sum(np.square(centred), axis=(0, 2))
        if self.training and self.running_mean is not None and self.running_var is not None:
            keep = 1.0 - self.momentum
            np.copyto(self.running_mean, keep * self.running_mean + self.momentum * (mean + rest), casting="same_kind")
            unbiased = squares / (numbers - 1)
            np.copyto(self.running_var, keep * self.running_var + self.momentum * unbiased, casting="same_kind")
        return centred, squares / numbers

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Return dx, in double precision until the last."""
        shape, dtype, normal, deviation, is_by_batch = self.saved_values
        check_shape("dy", dy.shape, shape)
        slopes = np.array(dy, dtype=np.float64).reshape(normal.shape)
        if self.weight is not None and self.bias is not None:
            accumulate_grad(self.weight, np.sum(slopes * normal, axis=(0, 2)))
            accumulate_grad(self.bias, np.sum(slopes, axis=(0, 2)))
            slopes = slopes * self.weight.data.astype(np.float64)[:, np.newaxis]
        numbers = normal.shape[0] * normal.shape[2]
        if is_by_batch and numbers:
            total = np.sum(slopes, axis=(0, 2), keepdims=True)
            along = np.sum(slopes * normal, axis=(0, 2), keepdims=True)
            slopes = slopes - (total + normal * along) / numbers
        return np.divide(slopes, deviation).reshape(shape).astype(dtype)
