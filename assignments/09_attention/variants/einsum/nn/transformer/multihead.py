"""Heads by einsum, with weights of shape (3, H, D, E)."""

import math

import numpy as np

from ..linear import Linear
from ..module import Module, accumulate_grad
from ..parameter import Parameter


class MultiheadAttention(Module):
    """Attention of all heads in a few sums."""

    def __init__(self, embed_dim, num_heads, bias=True, *, rng=None):
        if embed_dim < 1 or num_heads < 1 or embed_dim % num_heads != 0:
            raise ValueError("embed_dim has to be a multiple of num_heads")
        rng = rng if rng is not None else np.random.default_rng()
        bound = math.sqrt(6.0 / (4 * embed_dim))
        self.embed_dim, self.num_heads = embed_dim, num_heads
        self.in_proj_weight = Parameter(rng.uniform(-bound, bound, (3 * embed_dim, embed_dim)))
        self.in_proj_bias = Parameter(np.zeros(3 * embed_dim)) if bias else None
        self.out_proj = Linear(embed_dim, embed_dim, bias=bias, rng=rng)
        if bias:
            self.out_proj.bias.data = np.zeros(embed_dim)

    def _weights(self):
        heads = self.num_heads
        return self.in_proj_weight.data.reshape(3, heads, self.embed_dim // heads, self.embed_dim)

    def forward(self, query, key, value, attn_mask=None, key_padding_mask=None, cache=None):
        """s[n, h, i, j] = q[n, h, i] . k[n, h, j] / sqrt(D)."""
        for x in (query, key, value):
            if x.ndim != 3 or x.shape[2] != self.embed_dim:
                raise ValueError(f"{x.shape} is not (N, L, {self.embed_dim})")
        if not len(query) == len(key) == len(value) or key.shape != value.shape:
            raise ValueError(f"{query.shape}, {key.shape} and {value.shape} do not fit")
        projected = [
            np.einsum("nle,hde->nhld", x, w) for x, w in zip((query, key, value), self._weights(), strict=True)
        ]
        if self.in_proj_bias is not None:
            biases = self.in_proj_bias.data.reshape(3, 1, self.num_heads, 1, self.embed_dim // self.num_heads)
            projected = [x + b for x, b in zip(projected, biases, strict=True)]
        q, k, v = projected
        n, heads, length, _ = q.shape
        keys = k.shape[2] + (0 if cache is None else len(cache))
        if attn_mask is not None and attn_mask.shape not in ((length, keys), (n * heads, length, keys)):
            raise ValueError(f"attn_mask has shape {attn_mask.shape}, scores have {(n * heads, length, keys)}")
        if key_padding_mask is not None and key_padding_mask.shape != (n, keys):
            raise ValueError(f"key_padding_mask has shape {key_padding_mask.shape}, not {(n, keys)}")
        if cache is not None:
            k, v = cache.append(k, v)
        scale = 1 / math.sqrt(q.shape[3])
        scores = np.einsum("nhid,nhjd->nhij", q, k) * scale
        if attn_mask is not None:
            attn_mask = attn_mask[None, None] if attn_mask.ndim == 2 else attn_mask.reshape(scores.shape)
            scores = np.where(attn_mask, -np.inf, scores) if attn_mask.dtype == bool else scores + attn_mask
        if key_padding_mask is not None:
            scores = np.where(key_padding_mask[:, None, None], -np.inf, scores)
        open_rows = np.isfinite(scores).any(axis=3, keepdims=True)
        scores = np.where(open_rows, scores, 0.0)
        e = np.exp(scores - scores.max(axis=3, keepdims=True, initial=-1e300))
        weights = np.where(open_rows, e / np.maximum(e.sum(axis=3, keepdims=True), 1e-300), 0.0)
        self.save_for_backward(query, key, value, q, k, v, weights, scale)
        mixed = np.einsum("nhij,nhjd->nihd", weights, v).reshape(query.shape)
        return self.out_proj(mixed).astype(query.dtype)

    def backward(self, dy):
        """The same sums, with another letter left."""
        query, key, value, q, k, v, weights, scale = self.saved_values
        if dy.shape != query.shape:
            raise ValueError(f"dy has shape {dy.shape}, y has {query.shape}")
        d_mixed = self.out_proj.backward(dy).reshape(*query.shape[:2], self.num_heads, q.shape[3])
        d_weights = np.einsum("nihd,nhjd->nhij", d_mixed, v)
        d_scores = weights * (d_weights - np.einsum("nhij,nhij->nhi", weights, d_weights)[..., None]) * scale
        parts = (
            np.einsum("nhij,nhjd->nhid", d_scores, k),
            np.einsum("nhij,nhid->nhjd", d_scores, q),
            np.einsum("nhij,nihd->nhjd", weights, d_mixed),
        )
        inputs = query, key, value
        gradient = np.stack([np.einsum("nhld,nle->hde", d, x) for d, x in zip(parts, inputs, strict=True)])
        accumulate_grad(self.in_proj_weight, gradient.reshape(3 * self.embed_dim, self.embed_dim))
        if self.in_proj_bias is not None:
            accumulate_grad(self.in_proj_bias, np.stack([d.sum(axis=(0, 2)) for d in parts]).reshape(-1))
        gradients = [np.einsum("nhld,hde->nle", d, w) for d, w in zip(parts, self._weights(), strict=True)]
        return tuple(g.astype(x.dtype) for g, x in zip(gradients, inputs, strict=True))
