"""Causal attention in which several query heads share keys and values."""

from __future__ import annotations

import math

import numpy as np

from ..activation import Softmax
from ..linear import Linear
from ..module import Module, check_shape
from ..transformer.cache import KVCache
from .rotary import RotaryEmbedding


class GroupedQueryAttention(Module):
    """Every position looks at itself and at the positions before it.

    Equation: with D = embed_dim / num_heads, for each head h, each position i and all positions j <= i,

        a_ij = softmax over j of q_i . k_j / sqrt(D),    o_i = sum_j a_ij v_j

    and y is the out_proj of the o_i of all heads side by side. q, k and v are q_proj, k_proj and v_proj of x, cut into
    heads of D neighbouring numbers: head 0 has the first D. There are H = num_heads heads of queries and
    K = num_kv_heads heads of keys and values. Head h uses keys and values of head h // (H / K), so that neighbours
    share. With K = H this is multi-head attention, with K = 1 multi-query attention.

    With a ``rope``, q and k are turned by it before the product; v is not.

    Args:
        embed_dim: int >= 1; E, a multiple of num_heads.
        num_heads: int >= 1; H, a multiple of num_kv_heads.
        num_kv_heads: int >= 1; K.
        rope: a RotaryEmbedding of dim D, or None. Several attentions may share one.
        rng: source of the initial values, by default a fresh ``default_rng()``; q_proj draws first, then k_proj,
            v_proj and out_proj.

    Attributes:
        q_proj, k_proj, v_proj, out_proj: Linear layers without bias: from E to E, from E to K D (twice), from E to E.

    Raises:
        ValueError: if a size is below 1, embed_dim is no multiple of num_heads, or num_heads none of num_kv_heads.

    Source: Ainslie and others, GQA: Training Generalized Multi-Query Transformer Models from Multi-Head Checkpoints
    (2023), sec. 2.2; attention itself: Vaswani and others, Attention Is All You Need (2017), sec. 3.2.
    """

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        num_kv_heads: int,
        rope: RotaryEmbedding | None = None,
        *,
        rng: np.random.Generator | None = None,
    ) -> None:
        raise NotImplementedError("nn.modern.GroupedQueryAttention.__init__")

    def forward(self, x: np.ndarray, positions: np.ndarray | None = None, cache: KVCache | None = None) -> np.ndarray:
        """Attend to this position and those before.

        Args:
            x: (N, L, E) float.
            positions: integers for ``rope``, (L,) or (N, L); by default they count on from the length of the cache.
                What is before what depends on the order in x alone.
            cache: what an earlier part of the same sequences has left; its positions come before those of x. The keys
                and values of x are added to it. After a forward with a cache, backward is not defined.

        Returns:
            y, (N, L, E) of the dtype of x.

        Raises:
            ValueError: naming both shapes, if x does not have three dimensions of which the last is E.
        """
        raise NotImplementedError("nn.modern.GroupedQueryAttention.forward")

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Add to the gradients of all weights; return that of the input.

        Args:
            dy: (N, L, E), of the shape of y; d loss / d y.

        Returns:
            dx = d loss / d x, of the shape and dtype of x.

        Raises:
            RuntimeError: if ``forward`` has not been called.
            ValueError: naming both shapes, if dy does not have the shape of y.
        """
        raise NotImplementedError("nn.modern.GroupedQueryAttention.backward")
