"""A layer of a transformer: attention, which moves information between positions, and two linear layers."""

from __future__ import annotations

import numpy as np

from ..activation import GELU, ReLU
from ..dropout import Dropout
from ..linear import Linear
from ..module import Module
from ..normalization import LayerNorm
from .cache import KVCache
from .multihead import MultiheadAttention

ACTIVATIONS = {"relu": ReLU, "gelu": GELU}


class TransformerEncoderLayer(Module):
    """Self-attention and a feed-forward network, each with a path around it.

    Equation, with norm_first=False: h = norm1(x + attend(x)), y = norm2(h + feed(h))
    Equation, with norm_first=True: h = x + attend(norm1(x)), y = h + feed(norm2(h))

    Here attend(x) = dropout1(self_attn(x, x, x)) and feed(x) = dropout2(linear2(dropout(activation(linear1(x))))).

    Convention: unlike in PyTorch, no weights of attention are dropped.

    Args:
        d_model: int >= 1; E, the numbers at each position.
        nhead: int >= 1; the number of heads, which divides E.
        dim_feedforward: int >= 1; the numbers between linear1 and linear2.
        dropout: from 0 to 1; the p of all three dropouts.
        activation: "relu", or "gelu", which is the exact one.
        norm_first: whether the input of attend and feed is normalised, instead of the sum.
        rng: source of the initial values and of what is dropped, by default a fresh ``default_rng()``. At first
            self_attn draws, then linear1, then linear2; in each forward in training dropout1, dropout, dropout2.

    Attributes:
        self_attn, linear1, dropout, linear2, norm1, norm2, dropout1, dropout2: the modules of the equations,
            registered in this order.

    Raises:
        ValueError: if a size is below 1, nhead does not divide d_model, dropout is not between 0 and 1, or activation
            is another text.

    Source: Vaswani and others, Attention Is All You Need (2017), sec. 3.1 and 3.3; for norm_first: Xiong and others, On
    Layer Normalization in the Transformer Architecture (2020), sec. 3; names are those of PyTorch.
    """

    def __init__(
        self,
        d_model: int,
        nhead: int,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: str = "relu",
        norm_first: bool = False,
        *,
        rng: np.random.Generator | None = None,
    ) -> None:
        if activation not in ACTIVATIONS:
            raise ValueError(f"activation is {activation!r}, but should be one of {list(ACTIVATIONS)}")
        rng = np.random.default_rng() if rng is None else rng
        self.norm_first = norm_first
        self.self_attn = MultiheadAttention(d_model, nhead, rng=rng)
        self.linear1 = Linear(d_model, dim_feedforward, rng=rng)
        self.dropout = Dropout(dropout, rng=rng)
        self.linear2 = Linear(dim_feedforward, d_model, rng=rng)
        self.norm1 = LayerNorm(d_model)
        self.norm2 = LayerNorm(d_model)
        self.dropout1 = Dropout(dropout, rng=rng)
        self.dropout2 = Dropout(dropout, rng=rng)
        self.activation = ACTIVATIONS[activation]()

    def forward(
        self,
        src: np.ndarray,
        src_mask: np.ndarray | None = None,
        src_key_padding_mask: np.ndarray | None = None,
        cache: KVCache | None = None,
    ) -> np.ndarray:
        """Compute the layer's equation.

        Args:
            src: (N, L, E) float.
            src_mask: the attn_mask of self_attn: a boolean True may **not** be attended to.
            src_key_padding_mask: the key_padding_mask of self_attn.
            cache: the cache of self_attn.

        Returns:
            y, of the shape and dtype of src.

        Raises:
            ValueError: as MultiheadAttention does.
        """
        masks = src_mask, src_key_padding_mask, cache
        self.save_for_backward(src.dtype)
        if self.norm_first:
            hidden = src + self._attend(self.norm1(src), *masks)
            return hidden + self._feed(self.norm2(hidden))
        hidden = self.norm1(src + self._attend(src, *masks))
        return self.norm2(hidden + self._feed(hidden))

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Add to the gradients of all parameters; return that of the input.

        Args:
            dy: (N, L, E) float of the shape of y; d loss / d y.

        Returns:
            dx = d loss / d src, of the shape and dtype of src.

        Raises:
            RuntimeError: if ``forward`` has not been called.
            ValueError: naming both shapes, if dy does not have the shape of y.
        """
        (dtype,) = self.saved_values
        if self.norm_first:
            dy = dy.astype(dtype, copy=False)
            d_hidden = dy + self.norm2.backward(self._feed_backward(dy))
            return d_hidden + self.norm1.backward(self._attend_backward(d_hidden))
        d_sum = self.norm2.backward(dy)
        d_sum = self.norm1.backward(d_sum + self._feed_backward(d_sum))
        return d_sum + self._attend_backward(d_sum)

    def _attend(
        self, x: np.ndarray, mask: np.ndarray | None, padding: np.ndarray | None, cache: KVCache | None
    ) -> np.ndarray:
        return self.dropout1(self.self_attn(x, x, x, mask, padding, cache))

    def _attend_backward(self, dy: np.ndarray) -> np.ndarray:
        d_query, d_key, d_value = self.self_attn.backward(self.dropout1.backward(dy))
        return d_query + d_key + d_value

    def _feed(self, x: np.ndarray) -> np.ndarray:
        return self.dropout2(self.linear2(self.dropout(self.activation(self.linear1(x)))))

    def _feed_backward(self, dy: np.ndarray) -> np.ndarray:
        d_hidden = self.dropout.backward(self.linear2.backward(self.dropout2.backward(dy)))
        return self.linear1.backward(self.activation.backward(d_hidden))
