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
        if embed_dim < 1 or num_heads < 1 or embed_dim % num_heads:
            raise ValueError(f"MultiheadAttention needs heads that share embed_dim, got {embed_dim}, {num_heads}")
        rng = np.random.default_rng() if rng is None else rng
        bound = math.sqrt(6 / (embed_dim + 3 * embed_dim))
        self.embed_dim = embed_dim
        self.num_heads = num_heads
        self.in_proj_weight = Parameter(rng.uniform(-bound, bound, (3 * embed_dim, embed_dim)))
        self.in_proj_bias = Parameter(np.zeros(3 * embed_dim)) if bias else None
        self.out_proj = Linear(embed_dim, embed_dim, bias, rng=rng)
        if self.out_proj.bias is not None:
            self.out_proj.bias.data[...] = 0
        self.attention = ScaledDotProductAttention()

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
        q, k, v = (
            self._split(self._project(x, part, name))
            for part, (name, x) in enumerate({"query": query, "key": key, "value": value}.items())
        )
        self.save_for_backward(query, key, value)
        check_shape("key of MultiheadAttention", key.shape, (len(query), *key.shape[1:]))
        keys = k.shape[2] + (0 if cache is None else len(cache))
        mask = _added((*q.shape[:3], keys), attn_mask, key_padding_mask)
        if cache is not None:
            k, v = cache.append(k, v)  # what comes after it refuses nothing
        heads = _merged(self.attention(q, k, v, mask))
        return self.out_proj(heads).astype(query.dtype, copy=False)

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
        inputs = self.saved_values
        check_shape("dy of MultiheadAttention", dy.shape, inputs[0].shape)
        projected = self.attention.backward(self._split(self.out_proj.backward(dy)))
        d_rows = [_merged(d) for d in projected]
        self._accumulate(d_rows, inputs)
        d_inputs = (d @ w for d, w in zip(d_rows, np.split(self.in_proj_weight.data, 3), strict=True))
        d_query, d_key, d_value = (d.astype(x.dtype, copy=False) for d, x in zip(d_inputs, inputs, strict=True))
        return d_query, d_key, d_value

    def _project(self, x: np.ndarray, part: int, name: str) -> np.ndarray:
        """Multiply with one third of in_proj_weight: 0 for queries, 1 for keys, 2 for values."""
        if x.ndim != 3 or x.shape[2] != self.embed_dim:
            raise ValueError(f"{name} has shape {x.shape}, but should have shape (N, L, {self.embed_dim})")
        rows = slice(part * self.embed_dim, (part + 1) * self.embed_dim)
        y: np.ndarray = x @ self.in_proj_weight.data[rows].T
        return y if self.in_proj_bias is None else y + self.in_proj_bias.data[rows]

    def _accumulate(self, d_rows: list[np.ndarray], inputs: tuple[np.ndarray, ...]) -> None:
        pairs = zip(d_rows, inputs, strict=True)
        weights = [d.reshape(-1, self.embed_dim).T @ x.reshape(-1, self.embed_dim) for d, x in pairs]
        accumulate_grad(self.in_proj_weight, np.concatenate(weights))
        if self.in_proj_bias is not None:
            accumulate_grad(self.in_proj_bias, np.concatenate([d.sum(axis=(0, 1)) for d in d_rows]))

    def _split(self, x: np.ndarray) -> np.ndarray:
        """(N, L, E) to (N, H, L, D)."""
        return np.swapaxes(x.reshape(*x.shape[:2], self.num_heads, self.embed_dim // self.num_heads), 1, 2)


def _merged(heads: np.ndarray) -> np.ndarray:
    """(N, H, L, D) to (N, L, E)."""
    n, count, length, size = heads.shape
    return np.swapaxes(heads, 1, 2).reshape(n, length, count * size)


def _added(
    shape: tuple[int, ...], attn_mask: np.ndarray | None, key_padding_mask: np.ndarray | None
) -> np.ndarray | None:
    """What both masks add to scores of a shape (N, H, L, S)."""
    n, heads, length, keys = shape
    masks = []
    if attn_mask is not None:
        check_shape("attn_mask", attn_mask.shape, (length, keys) if attn_mask.ndim == 2 else (n * heads, length, keys))
        masks.append(_excluding(attn_mask) if attn_mask.ndim == 2 else _excluding(attn_mask).reshape(shape))
    if key_padding_mask is not None:
        check_shape("key_padding_mask", key_padding_mask.shape, (n, keys))
        masks.append(_excluding(key_padding_mask)[:, None, None, :])
    return sum(masks[1:], masks[0]) if masks else None


def _excluding(mask: np.ndarray) -> np.ndarray:
    """A boolean mask as one that is added to the scores."""
    return np.where(mask, -np.inf, 0.0) if mask.dtype == bool else mask
