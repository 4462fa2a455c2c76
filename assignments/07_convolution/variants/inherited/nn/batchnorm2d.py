"""Written out for four dimensions, without the layer for two and three."""

from __future__ import annotations

import numpy as np

from .module import Module, accumulate_grad, check_shape
from .parameter import Parameter


class BatchNorm2d(Module):
    """One mean and one variance for each channel."""

    def __init__(self, num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True):
        if num_features < 1:
            raise ValueError(f"num_features is {num_features}")
        if eps < 0:
            raise ValueError(f"eps is {eps}")
        if momentum < 0 or momentum > 1:
            raise ValueError(f"momentum is {momentum}")
        self.channels, self.eps, self.momentum = num_features, eps, momentum
        self.weight = self.bias = None
        if affine:
            self.weight, self.bias = Parameter(np.ones(num_features)), Parameter(np.zeros(num_features))
        for name, value in (("running_mean", 0.0), ("running_var", 1.0)):
            self.register_buffer(name, np.full(num_features, value) if track_running_stats else None)

    def _c(self, values):
        return values[:, None, None]

    def forward(self, x):
        """Normalise."""
        if x.ndim != 4 or x.shape[1] != self.channels:
            raise ValueError(f"x has shape {x.shape}, but should have (N, {self.channels}, H, W)")
        count = x.shape[0] * x.shape[2] * x.shape[3]
        from_batch = self.training or self.running_mean is None
        if not from_batch:
            mean, var = self.running_mean, self.running_var
        elif count == 1:
            raise ValueError(f"one number in a channel of {x.shape}")
        elif count == 0:
            mean, var = np.zeros(self.channels), np.zeros(self.channels)
        else:
            mean, var = x.mean(axis=(0, 2, 3), dtype=float), x.var(axis=(0, 2, 3), dtype=float)
            if self.training and self.running_mean is not None:
                self.running_mean[:] = (1 - self.momentum) * self.running_mean + self.momentum * mean
                self.running_var[:] = (1 - self.momentum) * self.running_var + self.momentum * var * count / (count - 1)
        spread = np.sqrt(var + self.eps)
        z = (x - self._c(mean)) / self._c(spread)
        self.save_for_backward(z, spread, from_batch, count, x.dtype)
        y = z if self.weight is None else z * self._c(self.weight.data) + self._c(self.bias.data)
        return y.astype(x.dtype)

    def backward(self, dy):
        """And back."""
        z, spread, from_batch, count, dtype = self.saved_values
        check_shape("dy", dy.shape, z.shape)
        total, along = dy.sum(axis=(0, 2, 3)), (dy * z).sum(axis=(0, 2, 3))
        gamma = np.ones(self.channels)
        if self.weight is not None:
            accumulate_grad(self.weight, along)
            accumulate_grad(self.bias, total)
            gamma = self.weight.data
        dx = dy
        if from_batch and count:
            dx = dy - self._c(total / count) - z * self._c(along / count)
        return (dx * self._c(gamma / spread)).astype(dtype)
