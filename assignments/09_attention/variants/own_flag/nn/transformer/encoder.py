"""The layer asks its own flag whether anything is dropped."""

import numpy as np

from ..activation import GELU, ReLU
from ..dropout import Dropout
from ..linear import Linear
from ..module import Module
from ..normalization import LayerNorm
from .multihead import MultiheadAttention


class TransformerEncoderLayer(Module):
    """See the handout."""

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
        if activation not in ("relu", "gelu"):
            raise ValueError(f"activation {activation!r} is neither relu nor gelu")
        if rng is None:
            rng = np.random.default_rng()
        self.self_attn = MultiheadAttention(d_model, nhead, rng=rng)
        self.linear1 = Linear(d_model, dim_feedforward, rng=rng)
        self.dropout = Dropout(dropout, rng=rng)
        self.linear2 = Linear(dim_feedforward, d_model, rng=rng)
        self.norm1, self.norm2 = LayerNorm(d_model), LayerNorm(d_model)
        self.dropout1, self.dropout2 = Dropout(dropout, rng=rng), Dropout(dropout, rng=rng)
        self.activation = GELU() if activation == "gelu" else ReLU()
        self.norm_first = norm_first

    def forward(self, src, src_mask=None, src_key_padding_mask=None, cache=None):
        """See the handout."""
        self.save_for_backward(src.dtype, self.training)

        def attend(x):
            return self._drop(self.dropout1, self.self_attn(x, x, x, src_mask, src_key_padding_mask, cache))

        def feed(x):
            hidden = self._drop(self.dropout, self.activation(self.linear1(x)))
            return self._drop(self.dropout2, self.linear2(hidden))

        if self.norm_first:
            h = src + attend(self.norm1(src))
            return h + feed(self.norm2(h))
        h = self.norm1(src + attend(src))
        return self.norm2(h + feed(h))

    def backward(self, dy):
        """See the handout."""
        dtype, has_dropped = self.saved_values

        def undrop(dropout, dy):
            return dropout.backward(dy) if has_dropped else dy

        def attend(dy):
            return sum(self.self_attn.backward(undrop(self.dropout1, dy)))

        def feed(dy):
            dy = undrop(self.dropout, self.linear2.backward(undrop(self.dropout2, dy)))
            return self.linear1.backward(self.activation.backward(dy))

        if self.norm_first:
            if dy.shape != (shape := self.self_attn.saved_values[0].shape):
                raise ValueError(f"dy has shape {dy.shape}, y has {shape}")
            dh = dy + self.norm2.backward(feed(dy))
            return (dh + self.norm1.backward(attend(dh))).astype(dtype, copy=False)
        dh = self.norm2.backward(dy)
        d_sum = self.norm1.backward(dh + feed(dh))
        return (d_sum + attend(d_sum)).astype(dtype, copy=False)

    def _drop(self, dropout, x):
        return dropout(x) if self.training else x
