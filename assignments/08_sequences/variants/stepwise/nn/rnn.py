"""Layers that call their cells time after time, and hand each one back what it had saved."""

import numpy as np

from .module import Module
from .rnncell import GRUCell, LSTMCell, RNNCell

NAMES = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


class _Layers(Module):
    kind = RNNCell

    def __init__(self, input_size, hidden_size, num_layers=1, bias=True, bidirectional=False, *, rng=None):
        if num_layers < 1:
            raise ValueError(f"{num_layers} layers")
        rng = rng if rng is not None else np.random.default_rng()
        self.sizes = input_size, hidden_size
        self.ends = ["", "_reverse"] if bidirectional else [""]
        self.stack = []
        for layer in range(num_layers):
            cells = []
            for end in self.ends:
                cell = self.kind(hidden_size * len(self.ends) if layer else input_size, hidden_size, bias, rng=rng)
                for name in NAMES:
                    setattr(self, f"{name}_l{layer}{end}", getattr(cell, name))
                cells.append(cell)
            self.stack.append(cells)

    def _zeros(self, what, given, shape, dtype):
        if given is None:
            return np.zeros(shape, dtype)
        if given.shape != shape:
            raise ValueError(f"{what} has shape {given.shape}, expected {shape}")
        return given

    def _times(self, way, length):
        return range(length) if way == 0 else range(length - 1, -1, -1)

    def _forward(self, x, *states):
        if x.ndim != 3 or x.shape[0] < 1 or x.shape[2] != self.sizes[0]:
            raise ValueError(f"x has shape {x.shape}, expected (L, N, {self.sizes[0]})")
        shape = (len(self.stack) * len(self.ends), x.shape[1], self.sizes[1])
        states = [self._zeros("a state", state, shape, x.dtype) for state in states]
        final = [np.empty(shape, x.dtype) for _ in states]
        self.x, self.shape, self.kept = x, shape, {}
        self.save_for_backward(True)
        y = x
        for layer, cells in enumerate(self.stack):
            out = np.empty((*x.shape[:2], self.sizes[1] * len(cells)), x.dtype)
            for way, cell in enumerate(cells):
                row = layer * len(cells) + way
                now = [state[row] for state in states]
                for t in self._times(way, len(x)):
                    now = cell.forward(y[t], tuple(now) if len(now) > 1 else now[0])
                    now = list(now) if isinstance(now, tuple) else [now]
                    self.kept[layer, way, t] = cell.saved_values
                    out[t, :, way * self.sizes[1] : (way + 1) * self.sizes[1]] = now[0]
                for array, value in zip(final, now, strict=True):
                    array[row] = value
            y = out
        return y, final

    def _backward(self, d_out, *d_states):
        _ = self.saved_values
        x = self.x
        wide = (*x.shape[:2], self.sizes[1] * len(self.ends))
        d = self._zeros("d_out", d_out, wide, x.dtype)
        d_states = [self._zeros("a gradient", state, self.shape, x.dtype) for state in d_states]
        first = [np.empty(self.shape, x.dtype) for _ in d_states]
        for layer in reversed(range(len(self.stack))):
            cells = self.stack[layer]
            dx = 0
            for way, cell in enumerate(cells):
                row = layer * len(cells) + way
                now = [state[row] for state in d_states]
                mine = [None] * len(x)
                for t in reversed(self._times(way, len(x))):
                    cell.save_for_backward(*self.kept[layer, way, t])
                    arriving = now[0] + d[t, :, way * self.sizes[1] : (way + 1) * self.sizes[1]]
                    mine[t], now = cell.backward(arriving, *now[1:])
                    now = list(now) if isinstance(now, tuple) else [now]
                dx = dx + np.array(mine)
                for array, value in zip(first, now, strict=True):
                    array[row] = value
            d = dx
        return d.astype(x.dtype), first


class RNN(_Layers):
    """RNNCells."""

    def forward(self, x, h0=None):
        """All steps."""
        y, [h] = self._forward(x, h0)
        return y, h

    def backward(self, d_out, d_state=None):
        """All steps back."""
        dx, [dh] = self._backward(d_out, d_state)
        return dx, dh


class GRU(RNN):
    """GRUCells."""

    kind = GRUCell


class LSTM(_Layers):
    """LSTMCells."""

    kind = LSTMCell

    def forward(self, x, state=None):
        """All steps."""
        y, final = self._forward(x, *(state or (None, None)))
        return y, tuple(final)

    def backward(self, d_out, d_state=None):
        """All steps back."""
        dx, first = self._backward(d_out, *(d_state or (None, None)))
        return dx, tuple(first)
