"""Attention: every query looks at all keys, and gets a mean of their values, weighted by how well they fit.

Conventions of the mask of this file, those of PyTorch's function of this name:

- A boolean mask says who **takes part**: True may be attended to. In ``MultiheadAttention`` it is the opposite.
- A float mask is **added** to the scores; -inf excludes.
- A query that may attend to no key gets zeros, and sends no gradient back.
"""

from __future__ import annotations

import math

import numpy as np

from ..module import Module, check_shape


def scaled_dot_product_attention(
    q: np.ndarray, k: np.ndarray, v: np.ndarray, attn_mask: np.ndarray | None = None, is_causal: bool = False
) -> np.ndarray:
    """Compute what ``ScaledDotProductAttention().forward`` does with the same arguments.

    Args:
        q, k, v, attn_mask, is_causal: as there.

    Returns:
        y: (..., L, Ev) float of the dtype of q.

    Raises:
        ValueError: as there.
    """
    return ScaledDotProductAttention().forward(q, k, v, attn_mask, is_causal)


class ScaledDotProductAttention(Module):
    """The same as a module, as a function has no place for what ``backward`` needs.

    Equation: y = softmax(q k^T / sqrt(E) + mask) v, with the softmax over the keys

    Source: Vaswani and others, Attention Is All You Need (2017), sec. 3.2.1; for masks: PyTorch,
    torch.nn.functional.scaled_dot_product_attention.

    >>> attention = ScaledDotProductAttention()
    >>> q, k, v = np.zeros((1, 2)), np.ones((4, 2)), np.array([[1.0], [2.0], [3.0], [6.0]])
    >>> attention(q, k, v)
    array([[3.]])
    >>> attention(q, k, v, attn_mask=np.array([[True, True, False, False]]))
    array([[1.5]])
    """

    def forward(
        self,
        q: np.ndarray,
        k: np.ndarray,
        v: np.ndarray,
        attn_mask: np.ndarray | None = None,
        is_causal: bool = False,
    ) -> np.ndarray:
        """Take, for each query, the weighted mean of the values.

        Args:
            q: (..., L, E) float, L queries; with any number of leading dimensions, also none.
            k: (..., S, E) float, S keys, with the same leading dimensions; S may be 0, and differ from L.
            v: (..., S, Ev) float, a value for each key.
            attn_mask: None, or an array of two dimensions or more that broadcasts to (..., L, S). If it is bool, True
                takes part; if it is float, it is added to the scores.
            is_causal: whether query i may attend to keys 0 to i alone, also where L and S differ.

        Returns:
            y: (..., L, Ev) float of the dtype of q; zeros for a query that may attend to no key.

        Raises:
            ValueError: naming both shapes, if those of q, k and v, or of the mask, do not fit together; if the mask
                is neither bool nor float; if there is a mask although is_causal is True.
        """
        _check_fit(q, k, v)
        scores = q @ np.swapaxes(k, -1, -2) / math.sqrt(q.shape[-1])
        if is_causal and attn_mask is not None:
            raise ValueError("attention takes an attn_mask or is_causal=True, not both")
        if is_causal:
            attn_mask = np.tri(q.shape[-2], k.shape[-2], dtype=bool)
        weights = _softmax(scores if attn_mask is None else _masked(scores, attn_mask))
        self.save_for_backward(q, k, v, weights)
        y: np.ndarray = weights @ v
        return y.astype(q.dtype, copy=False)

    def backward(self, dy: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the gradients of q, k and v for the last forward.

        Args:
            dy: (..., L, Ev) float of the shape of y; d loss / d y.

        Returns:
            (dq, dk, dv), each of the shape and dtype of its input. A mask gets no gradient.

        Raises:
            RuntimeError: if ``forward`` has not been called.
            ValueError: naming both shapes, if dy does not have the shape of y.
        """
        q, k, v, weights = self.saved_values
        check_shape("dy of attention", dy.shape, (*q.shape[:-1], v.shape[-1]))
        d_weights = dy @ np.swapaxes(v, -1, -2)
        mean = (weights * d_weights).sum(axis=-1, keepdims=True)
        d_scores = weights * (d_weights - mean) / math.sqrt(q.shape[-1])
        gradients = d_scores @ k, np.swapaxes(d_scores, -1, -2) @ q, np.swapaxes(weights, -1, -2) @ dy
        dq, dk, dv = (g.astype(x.dtype, copy=False) for g, x in zip(gradients, (q, k, v), strict=True))
        return dq, dk, dv


def _check_fit(q: np.ndarray, k: np.ndarray, v: np.ndarray) -> None:
    if min(q.ndim, k.ndim, v.ndim) < 2:
        raise ValueError(f"q, k and v have shapes {q.shape}, {k.shape}, {v.shape}, but need two dimensions or more")
    check_shape("k of attention", k.shape, (*q.shape[:-2], k.shape[-2], q.shape[-1]))
    check_shape("v of attention", v.shape, (*k.shape[:-1], v.shape[-1]))


def _masked(scores: np.ndarray, mask: np.ndarray) -> np.ndarray:
    if np.broadcast_shapes(mask.shape, scores.shape) != scores.shape:
        raise ValueError(f"attn_mask has shape {mask.shape}, but should broadcast to {scores.shape}")
    if mask.dtype == bool:
        return np.where(mask, scores, -np.inf)
    if mask.dtype.kind != "f":
        raise ValueError(f"attn_mask has to be bool or float, not {mask.dtype}")
    return scores + mask


def _softmax(scores: np.ndarray) -> np.ndarray:
    """Softmax over the last dimension; zeros where all is excluded, or nothing is there."""
    peak = scores.max(axis=-1, keepdims=True, initial=-np.inf)
    weights = np.exp(scores - np.where(np.isneginf(peak), 0, peak))
    total = weights.sum(axis=-1, keepdims=True)
    return weights / np.where(total == 0, 1, total)
