"""A table, row by row."""

import numpy as np

from .module import Module
from .parameter import Parameter


class Embedding(Module):
    """One index after the other."""

    def __init__(self, num_embeddings, embedding_dim, padding_idx=None, *, rng=None):
        self.rows, self.size, self.padding = num_embeddings, embedding_dim, padding_idx
        if min(self.rows, self.size) < 1:
            raise ValueError("a table has rows and columns")
        if padding_idx is not None:
            if padding_idx < -self.rows or padding_idx >= self.rows:
                raise ValueError("there is no such row")
            if padding_idx < 0:
                self.padding = padding_idx + self.rows
        if rng is None:
            rng = np.random.default_rng()
        self.weight = Parameter(rng.normal(0, 1, (self.rows, self.size)))
        if self.padding is not None:
            self.weight.data[self.padding, :] = 0.0

    def forward(self, x):
        """Copy rows."""
        if not np.issubdtype(x.dtype, np.integer):
            raise ValueError(f"{x.dtype} is no kind of integer")
        y = np.empty((*x.shape, self.size), self.weight.data.dtype)
        for place in np.ndindex(x.shape):
            if not 0 <= x[place] < self.rows:
                raise IndexError(f"row {x[place]}")
            y[place] = self.weight.data[x[place]]
        self.save_for_backward(x)
        return y

    def backward(self, dy):
        """Add to rows."""
        [x] = self.saved_values
        if dy.shape != (*x.shape, self.size):
            raise ValueError(f"{dy.shape} should be {(*x.shape, self.size)}")
        if self.weight.grad is None:
            self.weight.grad = np.zeros_like(self.weight.data)
        for place in np.ndindex(x.shape):
            if x[place] != self.padding:
                self.weight.grad[x[place]] += dy[place].astype(self.weight.grad.dtype)
