"""PyTorch's table, with autograd for the way back."""

from __future__ import annotations

import numpy as np
import torch
from torch.nn import functional

from .module import Module, accumulate_grad, check_shape
from .parameter import Parameter


def to_tensor(array, dtype=None):
    """A copy as a tensor: torch takes only native byte order, and no negative strides."""
    native = np.dtype(array.dtype if dtype is None else dtype).newbyteorder("=")
    return torch.from_numpy(np.array(array, dtype=native, order="C"))


class Embedding(Module):
    """torch.nn.functional.embedding."""

    def __init__(self, num_embeddings, embedding_dim, padding_idx=None, *, rng=None):
        if num_embeddings < 1 or embedding_dim < 1:
            raise ValueError(f"{num_embeddings}, {embedding_dim}")
        try:
            self.options = torch.nn.Embedding(num_embeddings, embedding_dim, padding_idx)
        except AssertionError as error:
            raise ValueError(f"padding_idx={padding_idx}") from error
        rng = np.random.default_rng() if rng is None else rng
        self.weight = Parameter(rng.normal(0, 1, (num_embeddings, embedding_dim)))
        if padding_idx is not None:
            self.weight.data[padding_idx] = 0

    def forward(self, x):
        """Rows of the table."""
        if x.dtype.kind not in "iu":
            raise ValueError(f"x holds {x.dtype}")
        wrong = x[(x < 0) | (x >= len(self.weight.data))]
        if wrong.size:  # torch's message names no index
            raise IndexError(f"index {wrong[0]}")
        weight = to_tensor(self.weight.data).requires_grad_()
        y = functional.embedding(to_tensor(x, np.int64), weight, self.options.padding_idx)
        self.save_for_backward(y, weight)
        return y.detach().numpy().copy()

    def backward(self, dy):
        """Go back through the graph, which is kept for another time."""
        y, weight = self.saved_values
        check_shape("dy", dy.shape, tuple(y.shape))
        [gradient] = torch.autograd.grad(y, [weight], to_tensor(dy).to(y.dtype), retain_graph=True)
        accumulate_grad(self.weight, gradient.numpy())
