"""Attention one query at a time."""

import numpy as np

from ..module import Module


def scaled_dot_product_attention(q, k, v, attn_mask=None, is_causal=False):
    """Through the module."""
    module = ScaledDotProductAttention()
    return module(q, k, v, attn_mask=attn_mask, is_causal=is_causal)


class ScaledDotProductAttention(Module):
    """A loop over leading indices and queries; only keys that take part are looked at."""

    def forward(self, q, k, v, attn_mask=None, is_causal=False):
        """Each query takes the mean of the values it may see."""
        leading = q.shape[:-2]
        fits = min(q.ndim, k.ndim, v.ndim) >= 2 and k.shape[:-2] == leading and v.shape[:-1] == k.shape[:-1]
        if not fits or k.shape[-1] != q.shape[-1]:
            raise ValueError(f"shapes {q.shape}, {k.shape}, {v.shape} do not fit")
        shape = (*q.shape[:-1], k.shape[-2])
        added = self._added(attn_mask, is_causal, shape)
        y = np.zeros((*q.shape[:-1], v.shape[-1]))
        weights = np.zeros(shape)
        for index in np.ndindex(*q.shape[:-1]):
            seen = [j for j in range(k.shape[-2]) if added[(*index, j)] > -np.inf]
            if not seen:
                continue
            keys = k[index[:-1]][seen]
            scores = keys @ q[index] / q.shape[-1] ** 0.5 + added[index][seen]
            e = np.exp(scores - scores.max())
            weights[index][seen] = e / e.sum()
            y[index] = weights[index] @ v[index[:-1]]
        self._kept = q, k, v, weights
        return y.astype(q.dtype)

    def _added(self, mask, is_causal, shape):
        if is_causal:
            if mask is not None:
                raise ValueError("a mask and is_causal")
            mask = np.arange(shape[-1])[None, :] <= np.arange(shape[-2])[:, None]
        if mask is None:
            return np.zeros(shape)
        if mask.dtype == bool:
            mask = np.where(mask, 0.0, -np.inf)
        elif mask.dtype.kind != "f":
            raise ValueError("masks are bool or float")
        try:
            return np.broadcast_to(mask, shape)
        except ValueError:
            raise ValueError(f"a mask of shape {mask.shape} does not fit scores of shape {shape}") from None

    def backward(self, dy):
        """The same loop."""
        if not hasattr(self, "_kept"):
            raise RuntimeError("backward before forward")
        q, k, v, weights = self._kept
        if dy.shape != (*q.shape[:-1], v.shape[-1]):
            raise ValueError(f"dy has shape {dy.shape}, y has {(*q.shape[:-1], v.shape[-1])}")
        dq, dk, dv = np.zeros(q.shape), np.zeros(k.shape), np.zeros(v.shape)
        root = q.shape[-1] ** 0.5
        for index in np.ndindex(*q.shape[:-1]):
            w, outer = weights[index], index[:-1]
            dv[outer] += np.outer(w, dy[index])
            dw = v[outer] @ dy[index]
            ds = (np.diag(w) - np.outer(w, w)) @ dw / root
            dq[index] = ds @ k[outer]
            dk[outer] += np.outer(ds, q[index])
        return dq.astype(q.dtype), dk.astype(k.dtype), dv.astype(v.dtype)
