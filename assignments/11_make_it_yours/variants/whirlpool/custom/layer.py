"""A whirlpool: pairs of features turn about the origin, the further out the further round."""

import numpy as np

from ..nn.module import Module, accumulate_grad
from ..nn.parameter import Parameter


class OwnLayer(Module):
    """(u, v) -> rotation by theta * rho of (u, v), rho = 1 - 1 / (1 + u^2 + v^2). The length of a pair stays.

    A feature without a partner: w -> w (1 + alpha (1 - 1 / (1 + w^2))).
    """

    def __init__(self, features, *, rng=None):
        super().__init__()
        if not features >= 1:
            raise ValueError(f"{features} features")
        if rng is None:
            rng = np.random.default_rng()
        self.features = features
        self.pairs = features // 2
        if self.pairs:
            self.theta = Parameter(rng.uniform(1.0, 2.5, size=self.pairs))
        if features % 2:
            self.alpha = Parameter(np.array([0.8]))

    def forward(self, x):
        if x.shape[-1:] != (self.features,):
            raise ValueError(f"rows of x have shape {x.shape[-1:]}, expected {(self.features,)}")
        y = np.empty(x.shape, dtype=x.dtype)
        self._x = x
        if self.pairs:
            u, v, _, cos, sin = self._turn(x)
            y[..., 0 : 2 * self.pairs : 2] = cos * u - sin * v
            y[..., 1 : 2 * self.pairs : 2] = sin * u + cos * v
        if self.features % 2:
            w = x[..., -1:]
            y[..., -1:] = w * (1 + self.alpha.data.astype(x.dtype) * (1 - 1 / (1 + w * w)))
        return y

    def _turn(self, x):
        u, v = x[..., 0 : 2 * self.pairs : 2], x[..., 1 : 2 * self.pairs : 2]
        near = 1 / (1 + u * u + v * v)
        angle = self.theta.data.astype(x.dtype) * (1 - near)
        return u, v, near, np.cos(angle), np.sin(angle)

    def backward(self, dy):
        if not hasattr(self, "_x"):
            raise RuntimeError("backward needs a forward")
        x = self._x
        if dy.shape != x.shape:
            raise ValueError(f"dy: {dy.shape} instead of {x.shape}")
        dx = np.empty(x.shape, dtype=x.dtype)
        axes = tuple(range(x.ndim - 1))
        if self.pairs:
            u, v, near, cos, sin = self._turn(x)
            du, dv = dy[..., 0 : 2 * self.pairs : 2], dy[..., 1 : 2 * self.pairs : 2]
            dangle = du * (-sin * u - cos * v) + dv * (cos * u - sin * v)
            accumulate_grad(self.theta, (dangle * (1 - near)).sum(axis=axes))
            dq = dangle * self.theta.data.astype(x.dtype) * near * near
            dx[..., 0 : 2 * self.pairs : 2] = cos * du + sin * dv + 2 * u * dq
            dx[..., 1 : 2 * self.pairs : 2] = -sin * du + cos * dv + 2 * v * dq
        if self.features % 2:
            w, dw = x[..., -1:], dy[..., -1:]
            near = 1 / (1 + w * w)
            accumulate_grad(self.alpha, (dw * w * (1 - near)).sum(axis=axes))
            slope = 1 + self.alpha.data.astype(x.dtype) * (1 - near + 2 * w * w * near * near)
            dx[..., -1:] = dw * slope
        return dx
