"""PyTorch's recurrent layers, with autograd for the way back."""

from __future__ import annotations

import torch

from .rnncell import GRUCell, LSTMCell, Recurrent, RNNCell

__all__ = ["GRU", "LSTM", "RNN", "GRUCell", "LSTMCell", "RNNCell"]


class _Layers(Recurrent):
    kind = "RNN"

    def __init__(self, input_size, hidden_size, num_layers=1, bias=True, bidirectional=False, *, rng=None):
        if input_size < 1 or hidden_size < 1 or num_layers < 1:
            raise ValueError(f"{input_size}, {hidden_size}, {num_layers}")
        self.input_size, self.rows = input_size, num_layers * (1 + bidirectional)
        made = getattr(torch.nn, self.kind)(input_size, hidden_size, num_layers, bias=bias, bidirectional=bidirectional)
        self.build(made, rng, hidden_size)

    def forward(self, x, state=None):
        """All steps."""
        if x.ndim != 3 or x.shape[2] != self.input_size or len(x) == 0:
            raise ValueError(f"x has shape {x.shape}, but should have (L, N, {self.input_size})")
        out, *states = self.compute(x, state, (self.rows, x.shape[1], self.hidden_size))
        return out, tuple(states) if self.two_states else states[0]

    def backward(self, d_out, d_state=None):
        """All steps back."""
        if self.two_states:
            return self.back(d_out, *((None, None) if d_state is None else d_state))
        return self.back(d_out, d_state)


class RNN(_Layers):
    """torch.nn.RNN."""


class LSTM(_Layers):
    """torch.nn.LSTM."""

    kind, two_states = "LSTM", True


class GRU(_Layers):
    """torch.nn.GRU."""

    kind = "GRU"
