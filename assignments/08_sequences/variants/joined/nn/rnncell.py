"""Cells with one matrix for x and h side by side, and a sigmoid that is made of tanh."""

import numpy as np

from .module import Module, accumulate_grad
from .parameter import Parameter

NAMES = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


def sigma(x):
    """tanh never overflows."""
    return 0.5 + 0.5 * np.tanh(0.5 * x)


def shaped(array, shape, dtype, what):
    """The array, or zeros."""
    if array is None:
        return np.zeros(shape, dtype)
    if array.shape != shape:
        raise ValueError(f"{what}: shape {array.shape} instead of {shape}")
    return array


def drawn(gates, inputs, hidden, bias, rng):
    """Four Parameters, or two and None twice."""
    if inputs < 1 or hidden < 1:
        raise ValueError(f"{inputs} and {hidden} should be 1 or more")
    b, rows = np.sqrt(1 / hidden), gates * hidden
    shapes = [(rows, inputs), (rows, hidden), (rows,), (rows,)]
    return [Parameter(rng.uniform(-b, b, shape)) if len(shape) == 2 or bias else None for shape in shapes]


class Rnn:
    """h' = tanh(a + b)."""

    gates, states = 1, 1

    @staticmethod
    def ahead(a, b, h):
        """States, and how to go back."""
        new = np.tanh(a + b)

        def back(dh):
            d = dh - dh * new**2
            return d, d, [0.0]

        return [new], back


class Lstm:
    """Input, forget, candidate, output."""

    gates, states = 4, 2

    @staticmethod
    def ahead(a, b, h, c):
        """States, and how to go back."""
        k = h.shape[1]
        total = a + b
        gate = sigma(total)
        gate[:, 2 * k : 3 * k] = np.tanh(total[:, 2 * k : 3 * k])
        i, f, g, o = (gate[:, j * k : (j + 1) * k] for j in range(4))
        new = f * c + i * g
        bent = np.tanh(new)

        def back(dh, dc):
            dc = dc + dh * o * (1 - bent**2)
            slope = gate * (1 - gate)
            slope[:, 2 * k : 3 * k] = 1 - g**2
            d = np.concatenate([dc * g, dc * c, dc * i, dh * bent], 1) * slope
            return d, d, [0.0, dc * f]

        return [o * bent, new], back


class Gru:
    """Reset, update, candidate."""

    gates, states = 3, 1

    @staticmethod
    def ahead(a, b, h):
        """States, and how to go back."""
        k = h.shape[1]
        both = sigma(a[:, : 2 * k] + b[:, : 2 * k])
        r, z = both[:, :k], both[:, k:]
        n = np.tanh(a[:, 2 * k :] + r * b[:, 2 * k :])

        def back(dh):
            dn = dh * (1 - z) * (1 - n**2)
            dboth = np.concatenate([dn * b[:, 2 * k :], dh * (h - n)], 1) * both * (1 - both)
            return np.concatenate([dboth, dn], 1), np.concatenate([dboth, dn * r], 1), [dh * z]

        return [n - z * n + z * h], back


def run(kind, weights, x, states):
    """All steps of one cell; out, the last states, and how to go back."""
    w_ih, w_hh, b_ih, b_hh = weights
    w = np.concatenate([w_ih.data, w_hh.data], axis=1)
    size = w_ih.shape[1]
    out, backs, before = [], [], []
    for now in x:
        before.append(np.concatenate([now, states[0]], axis=1))
        a, b = now @ w[:, :size].T, states[0] @ w[:, size:].T
        if b_ih is not None:
            a, b = a + b_ih.data, b + b_hh.data
        states, back = kind.ahead(a, b, *states)
        out.append(states[0])
        backs.append(back)

    def whole(d_out, d_states):
        gradient, sums, dx = np.zeros(w.shape), np.zeros((2, len(w))), []
        for dh, back, seen in zip(d_out[::-1], backs[::-1], before[::-1], strict=True):
            da, db, rest = back(d_states[0] + dh, *d_states[1:])
            gradient[:, :size] += da.T @ seen[:, :size]
            gradient[:, size:] += db.T @ seen[:, size:]
            sums += np.array([da.sum(0), db.sum(0)])
            dx.append(da @ w[:, :size])
            d_states = [rest[0] + db @ w[:, size:], *rest[1:]]
        accumulate_grad(w_ih, gradient[:, :size])
        accumulate_grad(w_hh, gradient[:, size:])
        if b_ih is not None:
            accumulate_grad(b_ih, sums[0])
            accumulate_grad(b_hh, sums[1])
        return np.stack(dx[::-1]), d_states

    return np.stack(out), states, whole


class _Cell(Module):
    kind = Rnn

    def __init__(self, input_size, hidden_size, bias=True, *, rng=None):
        made = drawn(self.kind.gates, input_size, hidden_size, bias, np.random.default_rng() if rng is None else rng)
        for name, parameter in zip(NAMES, made, strict=True):
            setattr(self, name, parameter)

    def _forward(self, x, states):
        hidden, size = self.weight_hh.shape[1], self.weight_ih.shape[1]
        if x.ndim != 2 or x.shape[1] != size:
            raise ValueError(f"x has shape {x.shape} instead of (N, {size})")
        shape = (len(x), hidden)
        states = [shaped(state, shape, x.dtype, "a state") for state in states]
        _, states, back = run(self.kind, [getattr(self, name) for name in NAMES], x[None], states)
        self.save_for_backward(back, shape, x.dtype)
        return [state.astype(x.dtype) for state in states]

    def _backward(self, *d):
        back, shape, dtype = self.saved_values
        d = [shaped(part, shape, dtype, "a gradient") for part in d]
        dx, before = back(np.zeros((1, *shape)), d)
        return [dx[0].astype(dtype), *(part.astype(dtype) for part in before)]


class RNNCell(_Cell):
    """One state."""

    def forward(self, x, h=None):
        """One step."""
        return self._forward(x, [h])[0]

    def backward(self, dh):
        """One step back."""
        return tuple(self._backward(dh))


class GRUCell(RNNCell):
    """One state."""

    kind = Gru


class LSTMCell(_Cell):
    """Two states."""

    kind = Lstm

    def forward(self, x, state=None):
        """One step."""
        return tuple(self._forward(x, state or [None, None]))

    def backward(self, dh, dc=None):
        """One step back."""
        dx, dh, dc = self._backward(dh, dc)
        return dx, (dh, dc)
