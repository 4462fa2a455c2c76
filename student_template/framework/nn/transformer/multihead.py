"""Attention with several heads: each of them compares queries and keys in its own few dimensions."""

from __future__ import annotations

import math

import numpy as np

from ..linear import Linear
from ..module import Module, accumulate_grad, check_shape
from ..parameter import Parameter
from .attention import ScaledDotProductAttention
from .cache import KVCache


class MultiheadAttention(Module):
    """Project queries, keys and values, attend in each head by itself, and mix what the heads give.

    Equation: y = out_proj(heads), with head h = attention(q_h, k_h, v_h)

    q = query Wq^T + bq has E numbers at each position. Head h has those from h D to (h + 1) D - 1, with D = E / H;
    k = key Wk^T + bk and v = value Wv^T + bv alike. ``heads`` has those of head 0 first, then those of head 1.
    ``in_proj_weight`` is Wq on top of Wk on top of Wv.

    Conventions: batch first. y alone is returned, no weights of attention. A boolean mask says who may **not** be
    attended to, which is the opposite of ``scaled_dot_product_attention``; a float mask is added to the scores.

    Args:
        embed_dim: int >= 1; E, the numbers at each position of query, key, value and y.
        num_heads: int >= 1; H, which divides E.
        bias: whether there are in_proj_bias and out_proj.bias; without them both are None.
        rng: source of the initial values, by default a fresh ``default_rng()``. in_proj_weight is drawn first,
            uniformly from [-b, b) with b = sqrt(6 / (E + 3 E)); then out_proj draws as every Linear. All biases
            are 0 after that.

    Attributes:
        in_proj_weight: Parameter of shape (3 E, E), float64.
        in_proj_bias: Parameter of shape (3 E,), float64, or None.
        out_proj: Linear(E, E).

    Raises:
        ValueError: if a size is below 1, or num_heads does not divide embed_dim.

    Source: Vaswani and others, Attention Is All You Need (2017), sec. 3.2.2; names, initial values and masks are those
    of torch.nn.MultiheadAttention.
    """

    def __init__(
        self, embed_dim: int, num_heads: int, bias: bool = True, *, rng: np.random.Generator | None = None
    ) -> None:
        raise NotImplementedError("nn.transformer.MultiheadAttention.__init__")

    def forward(
        self,
        query: np.ndarray,
        key: np.ndarray,
        value: np.ndarray,
        attn_mask: np.ndarray | None = None,
        key_padding_mask: np.ndarray | None = None,
        cache: KVCache | None = None,
    ) -> np.ndarray:
        """Attend from every position of query to the positions of key.

        Args:
            query: (N, L, E) float.
            key: (N, S, E) float; S may differ from L.
            value: (N, S, E) float.
            attn_mask: None, or (L, S) for all heads, or (N * H, L, S) with the H heads of text 0 first. If it is
                bool, True may **not** be attended to; if it is float, it is added to the scores.
            key_padding_mask: None, or (N, S) bool; True is padding, which no query of this text attends to.
            cache: None, or what is known of earlier positions. Then the keys and values of this call are appended,
                all of them are attended to, and S in the shapes of masks is the number of all.

        Returns:
            y: (N, L, E) float of the dtype of query.

        Raises:
            ValueError: naming both shapes, if those of query, key, value and masks do not fit together. Then the cache
                is as it was.
        """
        raise NotImplementedError("nn.transformer.MultiheadAttention.forward")

    def backward(self, dy: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Add to the gradients of all parameters; return those of query, key and value.

        Args:
            dy: (N, L, E) float of the shape of y; d loss / d y.

        Returns:
            (d_query, d_key, d_value), each of the shape and dtype of its input. If one array was all three, its
            gradient is their sum.

        Raises:
            RuntimeError: if ``forward`` has not been called.
            ValueError: naming both shapes, if dy does not have the shape of y.
        """
        raise NotImplementedError("nn.transformer.MultiheadAttention.backward")
