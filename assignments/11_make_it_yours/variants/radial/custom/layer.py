"""Radial functions: how near a row is to each of some centres, mixed, and added to the row.

Broomhead and Lowe, Multivariable Functional Interpolation and Adaptive Networks (1988).
"""

import numpy as np

from ..nn.module import Module, accumulate_grad
from ..nn.parameter import Parameter


class OwnLayer(Module):
    def __init__(self, features, *, rng=None):
        if features < 1:
            raise ValueError("an OwnLayer has one feature or more")
        rng = np.random.default_rng() if rng is None else rng
        self.width = features
        self.centres = Parameter(rng.normal(size=(5, features)))
        self.sharpness = Parameter(np.full(5, 0.3))
        self.mixing = Parameter(rng.normal(size=(5, features)))

    def forward(self, x):
        if x.shape[-1:] != (self.width,):
            raise ValueError(f"rows of {x.shape[-1:]} numbers, not of {(self.width,)}")
        centres, sharpness, mixing = (p.data.astype(x.dtype) for p in self.parameters())
        rows = x.reshape(-1, self.width)
        away = rows[:, None, :] - centres
        squares = np.einsum("nkd,nkd->nk", away, away)
        near = np.exp(-sharpness * squares)
        self.kept = x, away, squares, near, sharpness, mixing
        return x + (near @ mixing).reshape(x.shape)

    def backward(self, dy):
        if not hasattr(self, "kept"):
            raise RuntimeError("forward comes first")
        x, away, squares, near, sharpness, mixing = self.kept
        if dy.shape != x.shape:
            raise ValueError(f"{dy.shape} is not {x.shape}")
        d = dy.astype(x.dtype).reshape(-1, self.width)
        d_near = (d @ mixing.T) * near
        toward = -2 * np.einsum("nk,k,nkd->nkd", d_near, sharpness, away)
        accumulate_grad(self.centres, -toward.sum(axis=0))
        accumulate_grad(self.sharpness, -np.einsum("nk,nk->k", d_near, squares))
        accumulate_grad(self.mixing, near.T @ d)
        return (d + toward.sum(axis=1)).reshape(x.shape)
