"""A table as a matrix product with one-hot rows."""

import numpy as np

from .module import Module, accumulate_grad
from .parameter import Parameter


class Embedding(Module):
    """y = onehot(x) W."""

    def __init__(self, num_embeddings, embedding_dim, padding_idx=None, *, rng=None):
        if num_embeddings < 1 or embedding_dim < 1:
            raise ValueError("sizes are at least 1")
        if padding_idx is not None:
            if padding_idx not in range(-num_embeddings, num_embeddings):
                raise ValueError(f"no row {padding_idx}")
            padding_idx = range(num_embeddings)[padding_idx]
        rng = rng or np.random.default_rng()
        table = rng.normal(0, 1, (num_embeddings, embedding_dim))
        if padding_idx is not None:
            table[padding_idx] = 0
        self.weight, self.trained = Parameter(table), np.arange(num_embeddings) != padding_idx

    def forward(self, x):
        """Rows."""
        if x.dtype.kind not in "iu":
            raise ValueError(f"integers, not {x.dtype}")
        rows = len(self.trained)
        for index in x[(x < 0) | (x >= rows)][:1]:
            raise IndexError(f"{index} is not in a table of {rows} rows")
        hot = (x[..., None] == np.arange(rows)).astype(self.weight.data.dtype)
        self.save_for_backward(hot)
        return hot @ self.weight.data

    def backward(self, dy):
        """The transposed product."""
        [hot] = self.saved_values
        rows, size = self.weight.shape
        if dy.shape != (*hot.shape[:-1], size):
            raise ValueError(f"dy has shape {dy.shape}, expected {(*hot.shape[:-1], size)}")
        gradient = hot.reshape(-1, rows).T @ dy.reshape(-1, size)
        accumulate_grad(self.weight, gradient * self.trained[:, None])
