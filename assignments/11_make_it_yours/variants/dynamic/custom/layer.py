"""Swish with a slope to be learned, scaled and moved: y = scale * x * sigmoid(slope * x) + shift.

Ramachandran, Zoph and Le, Searching for Activation Functions (2017).
"""

import numpy as np

from ..nn.module import Module, check_shape
from ..nn.parameter import Parameter


class OwnLayer(Module):
    def __init__(self, features, *, rng=None):
        if features < 1:
            raise ValueError(f"features must be positive, not {features}")
        self.slope, self.scale, self.shift = (Parameter(np.full(features, v)) for v in (1.0, 1.0, 0.0))
        self.seen = None

    def forward(self, x):
        check_shape("the rows of x", x.shape[-1:], self.slope.shape)
        slope, scale = self.slope.data.astype(x.dtype), self.scale.data.astype(x.dtype)
        s = (1 + np.tanh(slope * x / 2)) / 2
        self.seen = x, slope, scale, s
        return scale * x * s + self.shift.data.astype(x.dtype)

    def backward(self, dy):
        if self.seen is None:
            raise RuntimeError("there was no forward")
        x, slope, scale, s = self.seen
        check_shape("dy", dy.shape, x.shape)
        dy = dy.astype(x.dtype)
        bend = s * (1 - s)
        for p, g in ((self.slope, dy * scale * x * x * bend), (self.scale, dy * x * s), (self.shift, dy)):
            g = g.reshape(-1, len(p.data)).sum(axis=0).astype(p.data.dtype)
            p.grad = g if p.grad is None else p.grad + g
        return dy * scale * (s + x * slope * bend)
