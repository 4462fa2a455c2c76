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
        sizes = embed_dim, num_heads, num_kv_heads
        if min(sizes) < 1 or embed_dim % num_heads or num_heads % num_kv_heads:
            raise ValueError(f"embed_dim, num_heads, num_kv_heads: each has to be a multiple of the next, got {sizes}")
        rng = np.random.default_rng() if rng is None else rng
        self.embed_dim, self.num_heads, self.num_kv_heads = sizes
        self.head_dim = embed_dim // num_heads
        kv_dim = num_kv_heads * self.head_dim
        self.q_proj = Linear(embed_dim, embed_dim, bias=False, rng=rng)
        self.k_proj = Linear(embed_dim, kv_dim, bias=False, rng=rng)
        self.v_proj = Linear(embed_dim, kv_dim, bias=False, rng=rng)
        self.out_proj = Linear(embed_dim, embed_dim, bias=False, rng=rng)
        self.softmax = Softmax()
        self.rope = rope

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
        check_shape("x of GroupedQueryAttention", x.shape, (*x.shape[:2], self.embed_dim))
        if positions is None:
            positions = np.arange(x.shape[1]) + (0 if cache is None else len(cache))
        q, k, v = (self._split(projection(x)) for projection in (self.q_proj, self.k_proj, self.v_proj))
        q, k = self._turned(q, positions), self._turned(k, positions)
        if cache is not None:
            k, v = cache.append(k, v)
        q = self._grouped(q)
        weights = self.softmax(self._scores(q, k))
        self.save_for_backward(q, k, v, weights, positions)
        return self.out_proj(self._merged(weights @ v[:, :, None]))

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
        q, k, v, weights, positions = self.saved_values
        d_mixed = self._grouped(self._split(self.out_proj.backward(dy)))
        d_scores = self.softmax.backward(d_mixed @ v[:, :, None].swapaxes(-1, -2)) / math.sqrt(self.head_dim)
        dq = (d_scores @ k[:, :, None]).reshape(len(q), self.num_heads, *q.shape[3:])
        dk = (d_scores.swapaxes(-1, -2) @ q).sum(axis=2)  # over the heads that share it
        dv = (weights.swapaxes(-1, -2) @ d_mixed).sum(axis=2)
        dx = self.q_proj.backward(self._merged(self._turned(dq, -positions)))
        dx = dx + self.k_proj.backward(self._merged(self._turned(dk, -positions)))
        return dx + self.v_proj.backward(self._merged(dv))

    def _scores(self, q: np.ndarray, k: np.ndarray) -> np.ndarray:
        """Products of queries and keys, -inf for keys that come later."""
        scores = q @ k[:, :, None].swapaxes(-1, -2) / math.sqrt(self.head_dim)
        queries, keys = scores.shape[-2:]  # the last query is that of the last key
        is_later = np.triu(np.ones((queries, keys), bool), 1 + keys - queries)
        return np.where(is_later, -np.inf, scores)

    def _turned(self, heads: np.ndarray, positions: np.ndarray) -> np.ndarray:
        """Turned by ``rope``; -positions turn back, and so are the gradient's."""
        return heads if self.rope is None else self.rope(heads, positions[..., None, :])

    def _split(self, x: np.ndarray) -> np.ndarray:
        """(N, L, heads D) as (N, heads, L, D)."""
        return x.reshape(*x.shape[:2], x.shape[2] // self.head_dim, self.head_dim).swapaxes(1, 2)

    def _grouped(self, heads: np.ndarray) -> np.ndarray:
        """(N, H, L, D) as (N, K, H / K, L, D)."""
        shared_by = self.num_heads // self.num_kv_heads
        return heads.reshape(len(heads), self.num_kv_heads, shared_by, *heads.shape[2:])

    def _merged(self, heads: np.ndarray) -> np.ndarray:
        """(N, heads, L, D), or grouped, as (N, L, heads D)."""
        n, length, dim = len(heads), *heads.shape[-2:]
        count = math.prod(heads.shape[1:-2])
        return heads.reshape(n, count, length, dim).swapaxes(1, 2).reshape(n, length, count * dim)
