"""PyTorch's attention, with autograd for the way back."""

import numpy as np
import torch
from torch.nn import functional

from ..linear import Linear
from ..module import Module, accumulate_grad, check_shape


def to_tensor(array, dtype=None):
    """A copy as a tensor: torch takes only native byte order, and no negative strides."""
    native = np.dtype(array.dtype if dtype is None else dtype).newbyteorder("=")
    return torch.from_numpy(np.array(array, dtype=native, order="C"))


class GroupedQueryAttention(Module):
    """torch.nn.functional.scaled_dot_product_attention; it is told nothing of groups but enable_gqa."""

    def __init__(self, embed_dim, num_heads, num_kv_heads, rope=None, *, rng=None):
        if min(embed_dim, num_heads, num_kv_heads) < 1 or embed_dim % num_heads or num_heads % num_kv_heads:
            raise ValueError("sizes")
        rng = np.random.default_rng() if rng is None else rng
        self.embed_dim, self.head_dim = embed_dim, embed_dim // num_heads
        shared = num_kv_heads * self.head_dim
        self.q_proj = Linear(embed_dim, embed_dim, False, rng=rng)
        self.k_proj = Linear(embed_dim, shared, False, rng=rng)
        self.v_proj = Linear(embed_dim, shared, False, rng=rng)
        self.out_proj = Linear(embed_dim, embed_dim, False, rng=rng)
        self.rope = rope

    def forward(self, x, positions=None, cache=None):
        """In the dtype of x."""
        check_shape("x", x.shape, (*x.shape[:2], self.embed_dim))
        before = 0 if cache is None else len(cache)
        positions = np.arange(before, before + x.shape[1]) if positions is None else positions
        parameters = [m.weight for m in (self.q_proj, self.k_proj, self.v_proj, self.out_proj)]
        leaves = [to_tensor(x).requires_grad_(), *(to_tensor(p.data, x.dtype).requires_grad_() for p in parameters)]
        q, k, v = (
            functional.linear(leaves[0], weight).unflatten(-1, (-1, self.head_dim)).transpose(1, 2)
            for weight in leaves[1:4]
        )
        if self.rope is not None:
            q, k = (self._turned(heads, positions) for heads in (q, k))
        if cache is not None:
            k, v = (torch.from_numpy(a) for a in cache.append(k.detach().numpy(), v.detach().numpy()))
        queries, keys = q.shape[2], k.shape[2]
        mask = torch.ones(queries, keys, dtype=torch.bool).tril(keys - queries)
        mixed = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask, enable_gqa=True)
        y = functional.linear(mixed.transpose(1, 2).flatten(2), leaves[4])
        self.save_for_backward(y, leaves, parameters)
        return y.detach().numpy().copy()

    def _turned(self, heads, positions):
        """The student's rotation as a matrix for each place: the rotation of the unit vectors."""
        units = np.broadcast_to(np.eye(self.head_dim), (*positions.shape, self.head_dim, self.head_dim))
        matrices = torch.from_numpy(self.rope.forward(units, positions[..., None])).to(heads.dtype)
        matrices = matrices if positions.ndim == 1 else matrices[:, None]
        return (heads[..., None, :] @ matrices)[..., 0, :]

    def backward(self, dy):
        """Go back through the graph, which is kept for another time."""
        y, leaves, parameters = self.saved_values
        check_shape("dy", dy.shape, tuple(y.shape))
        dx, *gradients = torch.autograd.grad(y, leaves, to_tensor(dy).to(y.dtype), retain_graph=True)
        for parameter, gradient in zip(parameters, gradients, strict=True):
            accumulate_grad(parameter, gradient.numpy())
        return dx.numpy().copy()
