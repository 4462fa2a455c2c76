"""Snake, x + sin^2(a x) / a with a frequency for each feature, differentiated by the engine of assignment 10.

Ziyin, Hartwig and Ueda, Neural Networks Fail to Learn Periodic Functions and How to Fix It (2020).
"""

import numpy as np

from .. import autograd
from ..nn.module import Module, accumulate_grad, check_shape
from ..nn.parameter import Parameter


class SineSquared(autograd.Function):
    @staticmethod
    def forward(ctx, z):
        ctx.save_for_backward(z)
        return np.sin(z) ** 2

    @staticmethod
    def backward(ctx, dy):
        (z,) = ctx.saved_tensors
        return dy * np.sin(2 * z)


class OwnLayer(Module):
    def __init__(self, features, *, rng=None):
        if features < 1:
            raise ValueError(f"{features} features are too few")
        self.frequency = Parameter(np.ones(features))

    def forward(self, x):
        check_shape("the row of x", x.shape[-1:], self.frequency.shape)
        self.x = autograd.Tensor(x.astype(x.dtype.newbyteorder("=")), requires_grad=True)
        self.a = autograd.Tensor(self.frequency.data.astype(x.dtype.newbyteorder("=")), requires_grad=True)
        self.y = self.x + SineSquared.apply(self.a * self.x) / self.a
        return self.y.data.copy()

    def backward(self, dy):
        if "y" not in vars(self):
            raise RuntimeError("backward before forward")
        self.x.grad = self.a.grad = None
        self.y.backward(dy.astype(self.y.data.dtype))
        accumulate_grad(self.frequency, self.a.grad)
        return self.x.grad
