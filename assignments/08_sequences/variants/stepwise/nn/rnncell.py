"""Cells that stand alone: each gate has a line of its own in both directions."""

import numpy as np

from .module import Module, accumulate_grad
from .parameter import Parameter


def sigmoid(x):
    """Never asks for the exponential of a large number."""
    return np.exp(-np.logaddexp(0, -x))


class _Cell(Module):
    blocks = 1

    def __init__(self, input_size, hidden_size, bias=True, *, rng=None):
        if min(input_size, hidden_size) < 1:
            raise ValueError(f"sizes {input_size} and {hidden_size}")
        rng = rng if rng is not None else np.random.default_rng()
        self.sizes = input_size, hidden_size
        draw = lambda *shape: Parameter(rng.uniform(-(hidden_size**-0.5), hidden_size**-0.5, shape))  # noqa: E731
        rows = self.blocks * hidden_size
        self.weight_ih = draw(rows, input_size)
        self.weight_hh = draw(rows, hidden_size)
        self.bias_ih, self.bias_hh = (draw(rows), draw(rows)) if bias else (None, None)

    def _check(self, x, *states):
        if x.ndim != 2 or x.shape[1] != self.sizes[0]:
            raise ValueError(f"x has shape {x.shape}, expected (N, {self.sizes[0]})")
        wanted = (x.shape[0], self.sizes[1])
        for state in states:
            if state is not None and state.shape != wanted:
                raise ValueError(f"a state has shape {state.shape}, expected {wanted}")
        return [np.zeros(wanted, x.dtype) if state is None else state for state in states]

    def _gradient(self, like, given):
        if given is None:
            return np.zeros(like.shape)
        if given.shape != like.shape:
            raise ValueError(f"a gradient has shape {given.shape}, expected {like.shape}")
        return given

    def _products(self, x, h):
        a, b = x @ self.weight_ih.data.T, h @ self.weight_hh.data.T
        if self.bias_ih is not None:
            a, b = a + self.bias_ih.data, b + self.bias_hh.data
        return a, b

    def _back(self, x, h, da, db):
        accumulate_grad(self.weight_ih, da.T @ x)
        accumulate_grad(self.weight_hh, db.T @ h)
        if self.bias_ih is not None:
            accumulate_grad(self.bias_ih, da.sum(0))
            accumulate_grad(self.bias_hh, db.sum(0))
        return (da @ self.weight_ih.data).astype(x.dtype), db @ self.weight_hh.data


class RNNCell(_Cell):
    """tanh of a sum."""

    def forward(self, x, h=None):
        """One step."""
        [h] = self._check(x, h)
        new = np.tanh(sum(self._products(x, h)))
        self.save_for_backward(x, h, new)
        return new.astype(x.dtype)

    def backward(self, dh):
        """One step back."""
        x, h, new = self.saved_values
        d = self._gradient(new, dh) * (1 - new) * (1 + new)
        dx, dh = self._back(x, h, d, d)
        return dx, dh.astype(x.dtype)


class LSTMCell(_Cell):
    """Four gates."""

    blocks = 4

    def forward(self, x, state=None):
        """One step."""
        h, c = self._check(x, *((None, None) if state is None else state))
        size = self.sizes[1]
        a = sum(self._products(x, h))
        i, f = sigmoid(a[:, :size]), sigmoid(a[:, size : 2 * size])
        g, o = np.tanh(a[:, 2 * size : 3 * size]), sigmoid(a[:, 3 * size :])
        new = f * c + i * g
        self.save_for_backward(x, h, c, i, f, g, o, new)
        return (o * np.tanh(new)).astype(x.dtype), new.astype(x.dtype)

    def backward(self, dh, dc=None):
        """One step back."""
        x, h, c, i, f, g, o, new = self.saved_values
        dh, dc = self._gradient(new, dh), self._gradient(new, dc)
        bent = np.tanh(new)
        dc = dc + dh * o * (1 - bent**2)
        d = np.empty((len(x), 4, self.sizes[1]))
        d[:, 0] = dc * g * i * (1 - i)
        d[:, 1] = dc * c * f * (1 - f)
        d[:, 2] = dc * i * (1 - g**2)
        d[:, 3] = dh * bent * o * (1 - o)
        d = d.reshape(len(x), 4 * self.sizes[1])
        dx, dh = self._back(x, h, d, d)
        return dx, (dh.astype(x.dtype), (dc * f).astype(x.dtype))


class GRUCell(_Cell):
    """Two gates and a candidate."""

    blocks = 3

    def forward(self, x, h=None):
        """One step."""
        [h] = self._check(x, h)
        size = self.sizes[1]
        a, b = self._products(x, h)
        r = sigmoid(a[:, :size] + b[:, :size])
        z = sigmoid(a[:, size : 2 * size] + b[:, size : 2 * size])
        inner = b[:, 2 * size :]
        n = np.tanh(a[:, 2 * size :] + r * inner)
        self.save_for_backward(x, h, r, z, n, inner)
        return (n + z * (h - n)).astype(x.dtype)

    def backward(self, dh):
        """One step back."""
        x, h, r, z, n, inner = self.saved_values
        dh = self._gradient(h, dh)
        dn = dh * (1 - z) * (1 - n**2)
        dr = dn * inner * r * (1 - r)
        dz = dh * (h - n) * z * (1 - z)
        dx, back = self._back(x, h, np.hstack([dr, dz, dn]), np.hstack([dr, dz, dn * r]))
        return dx, (back + dh * z).astype(x.dtype)
