"""Layers of functions that know how to go back."""

import numpy as np

from .module import Module
from .rnncell import NAMES, Gru, GRUCell, Lstm, LSTMCell, Rnn, RNNCell, drawn, run, shaped

__all__ = ["GRU", "LSTM", "RNN", "GRUCell", "LSTMCell", "RNNCell"]


class _Stack(Module):
    kind = Rnn

    def __init__(self, input_size, hidden_size, num_layers=1, bias=True, bidirectional=False, *, rng=None):
        if num_layers < 1:
            raise ValueError("there is no layer")
        rng = np.random.default_rng() if rng is None else rng
        self.hidden_size, self.ways, self.bias = hidden_size, 2 if bidirectional else 1, bias
        self.layers, self.input_size = num_layers, input_size
        for k in range(num_layers * self.ways):
            size = input_size if k < self.ways else hidden_size * self.ways
            for name, p in zip(NAMES, drawn(self.kind.gates, size, hidden_size, bias, rng), strict=True):
                if p is not None:
                    setattr(self, self._name(name, k), p)

    def _name(self, name, k):
        return f"{name}_l{k // self.ways}{'_reverse' if k % self.ways else ''}"

    def _forward(self, x, states):
        if x.ndim != 3 or x.shape[2] != self.input_size or not len(x):
            raise ValueError(f"x has shape {x.shape} instead of (L, N, {self.input_size})")
        shape = (self.layers * self.ways, x.shape[1], self.hidden_size)
        states = [shaped(state, shape, x.dtype, "a state") for state in states]
        y, last, backs = x, [], []
        for layer in range(self.layers):
            halves = []
            for way in range(self.ways):
                k = layer * self.ways + way
                weights = [getattr(self, self._name(name, k), None) for name in NAMES]
                out, after, back = run(self.kind, weights, np.flip(y, 0) if way else y, [s[k] for s in states])
                halves.append(np.flip(out, 0) if way else out)
                last.append(after)
                backs.append(back)
            y = np.concatenate(halves, axis=-1)
        self.save_for_backward(backs, y.shape, shape, x.dtype)
        return y.astype(x.dtype), tuple(np.array(part).astype(x.dtype) for part in zip(*last, strict=True))

    def _backward(self, d_out, d_states):
        backs, y_shape, shape, dtype = self.saved_values
        d = shaped(d_out, y_shape, dtype, "d_out")
        d_states = [shaped(part, shape, dtype, "d_state") for part in d_states]
        first = {}
        for layer in reversed(range(self.layers)):
            total = 0
            for way, half in enumerate(np.split(d, self.ways, axis=-1)):
                k = layer * self.ways + way
                dx, first[k] = backs[k](np.flip(half, 0) if way else half, [s[k] for s in d_states])
                total = total + (np.flip(dx, 0) if way else dx)
            d = total
        states = zip(*(first[k] for k in range(len(backs))), strict=True)
        return d.astype(dtype), tuple(np.array(part).astype(dtype) for part in states)


class RNN(_Stack):
    """One state."""

    def forward(self, x, h0=None):
        """All steps."""
        y, states = self._forward(x, [h0])
        return y, states[0]

    def backward(self, d_out, d_state=None):
        """All steps back."""
        dx, states = self._backward(d_out, [d_state])
        return dx, states[0]


class GRU(RNN):
    """One state."""

    kind = Gru


class LSTM(_Stack):
    """Two states."""

    kind = Lstm

    def forward(self, x, state=None):
        """All steps."""
        return self._forward(x, state or [None, None])

    def backward(self, d_out, d_state=None):
        """All steps back."""
        return self._backward(d_out, d_state or [None, None])
