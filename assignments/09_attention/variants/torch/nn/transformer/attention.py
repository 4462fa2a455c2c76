"""PyTorch itself: `torch.nn.functional.scaled_dot_product_attention`, with autograd for the way back."""

from __future__ import annotations

import numpy as np
import torch
from torch.nn import functional

from ..module import Module, check_shape


def to_tensor(array, dtype=None):
    """A copy as a tensor: torch takes only native byte order, and no negative strides."""
    native = np.dtype(array.dtype if dtype is None else dtype).newbyteorder("=")
    return torch.from_numpy(np.array(array, dtype=native, order="C"))


def scaled_dot_product_attention(q, k, v, attn_mask=None, is_causal=False):
    """The same without a way back."""
    return ScaledDotProductAttention()(q, k, v, attn_mask, is_causal)


class ScaledDotProductAttention(Module):
    """PyTorch's function."""

    def forward(self, q, k, v, attn_mask=None, is_causal=False):
        """Shapes are checked here, as PyTorch broadcasts and raises other errors."""
        if min(q.ndim, k.ndim, v.ndim) < 2:
            raise ValueError(f"{q.shape}, {k.shape}, {v.shape}")
        check_shape("k", k.shape, (*q.shape[:-2], k.shape[-2], q.shape[-1]))
        check_shape("v", v.shape, (*k.shape[:-1], v.shape[-1]))
        shape = (*q.shape[:-1], k.shape[-2])
        masks = {"is_causal": is_causal}
        if attn_mask is not None:
            if is_causal or np.broadcast_shapes(attn_mask.shape, shape) != shape or attn_mask.dtype.kind not in "bf":
                raise ValueError(f"a mask of shape {attn_mask.shape} and {attn_mask.dtype} for {shape}")
            masks["attn_mask"] = to_tensor(attn_mask, bool if attn_mask.dtype == bool else q.dtype)
        leaves = [to_tensor(x, q.dtype).requires_grad_() for x in (q, k, v)]
        y = functional.scaled_dot_product_attention(*leaves, **masks)
        self.save_for_backward(y, leaves, [x.dtype for x in (q, k, v)])
        return y.detach().numpy().astype(q.dtype)

    def backward(self, dy):
        """Go back through the graph, which is kept for another time."""
        y, leaves, dtypes = self.saved_values
        check_shape("dy", dy.shape, tuple(y.shape))
        gradients = torch.autograd.grad(y, leaves, to_tensor(dy).to(y.dtype), retain_graph=True)
        return tuple(g.numpy().astype(dtype) for g, dtype in zip(gradients, dtypes, strict=True))
