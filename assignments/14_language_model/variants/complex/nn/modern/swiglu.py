"""gate and up in one product."""

import numpy as np

from ..linear import Linear
from ..module import Module, accumulate_grad


class SwiGLU(Module):
    """See the handout."""

    def __init__(self, dim, hidden_dim, *, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        for name, sizes in (("gate", (dim, hidden_dim)), ("up", (dim, hidden_dim)), ("down", (hidden_dim, dim))):
            setattr(self, name, Linear(*sizes, False, rng=rng))
        self.dim = dim

    def forward(self, x):
        """See the handout."""
        if x.shape[-1:] != (self.dim,):
            raise ValueError(f"x has shape {x.shape}, but should end in {self.dim}")
        both = x @ np.concatenate([self.gate.weight.data, self.up.weight.data]).T
        g, u = np.split(both, 2, axis=-1)
        with np.errstate(over="ignore"):
            s = 1 / (1 + np.exp(-g))
        self.save_for_backward(x, g, u, s)
        return ((g * s * u) @ self.down.weight.data.T).astype(x.dtype)

    def backward(self, dy):
        """See the handout."""
        x, g, u, s = self.saved_values
        if dy.shape != x.shape:
            raise ValueError(f"dy has shape {dy.shape}, but y has {x.shape}")
        dh = dy @ self.down.weight.data
        dg, du = dh * u * s * (1 + g * (1 - s)), dh * g * s

        def rows(a):
            return a.reshape(int(np.prod(a.shape[:-1])), a.shape[-1])

        accumulate_grad(self.down.weight, rows(dy).T @ rows(g * s * u))
        accumulate_grad(self.gate.weight, rows(dg).T @ rows(x))
        accumulate_grad(self.up.weight, rows(du).T @ rows(x))
        return (dg @ self.gate.weight.data + du @ self.up.weight.data).astype(x.dtype)
