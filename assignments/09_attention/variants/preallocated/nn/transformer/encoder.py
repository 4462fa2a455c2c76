"""A layer made of two residual parts."""

import numpy as np

from ..activation import GELU, ReLU
from ..dropout import Dropout
from ..linear import Linear
from ..module import Module, Sequential
from ..normalization import LayerNorm
from .multihead import MultiheadAttention


class TransformerEncoderLayer(Module):
    """Both forms go through the same two functions."""

    def __init__(
        self,
        d_model,
        nhead,
        dim_feedforward=2048,
        dropout=0.1,
        activation="relu",
        norm_first=False,
        *,
        rng=None,
    ):
        rng = rng if rng is not None else np.random.default_rng()
        self.self_attn = MultiheadAttention(d_model, nhead, rng=rng)
        self.linear1 = Linear(d_model, dim_feedforward, rng=rng)
        self.dropout = Dropout(dropout, rng=rng)
        self.linear2 = Linear(dim_feedforward, d_model, rng=rng)
        self.norm1, self.norm2 = LayerNorm(d_model), LayerNorm(d_model)
        self.dropout1, self.dropout2 = Dropout(dropout, rng=rng), Dropout(dropout, rng=rng)
        self._norm_first = norm_first
        if activation == "relu":
            act = ReLU()
        elif activation == "gelu":
            act = GELU()
        else:
            raise ValueError(activation)
        # A list hides it from `named_parameters`, which has each of its parts already
        self._feed = [Sequential(self.linear1, act, self.dropout, self.linear2, self.dropout2)]

    def forward(self, src, src_mask=None, src_key_padding_mask=None, cache=None):
        """Two parts."""
        attended = self.norm1(src) if self._norm_first else src
        masks = {"attn_mask": src_mask, "key_padding_mask": src_key_padding_mask}
        h = src + self.dropout1(self.self_attn(attended, attended, attended, **masks, cache=cache))
        if self._norm_first:
            return h + self._feed[0](self.norm2(h))
        h = self.norm1(h)
        return self.norm2(h + self._feed[0](h))

    def backward(self, dy):
        """The parts backwards."""
        d = dy if self._norm_first else self.norm2.backward(dy)
        inner = self._feed[0].backward(d)  # of the dtype of src
        d = d.astype(inner.dtype) + (self.norm2.backward(inner) if self._norm_first else inner)
        d = d if self._norm_first else self.norm1.backward(d)
        q, k, v = self.self_attn.backward(self.dropout1.backward(d))
        inner = q + (k + v)
        return d + (self.norm1.backward(inner) if self._norm_first else inner)
