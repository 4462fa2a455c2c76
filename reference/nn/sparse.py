"""An embedding: a table with a learned row of numbers for each word, so that words can be computed with."""

from __future__ import annotations

import numpy as np

from .module import Module, accumulate_grad, check_shape
from .parameter import Parameter


class Embedding(Module):
    """Look up rows of a table.

    Equation: y[..., :] = W[x[...], :]

    This is a Linear layer without a bias for inputs that are one-hot, without the multiplications by 0.

    Convention: the gradient of W is dense, and sums over all places at which a row was looked up. The row
    ``padding_idx`` stands for "no word": it begins as zeros, and its gradient is 0 even where it is looked up. In
    forward it is a row like any other.

    Args:
        num_embeddings: int >= 1; V, how many rows the table has.
        embedding_dim: int >= 1; E, how many numbers a row has.
        padding_idx: the index of a row that is not trained, or None. A negative one counts from the end.
        rng: source of the initial values, by default a fresh ``default_rng()``. W is ``rng.normal(0, 1, (V, E))``;
            after that the row ``padding_idx`` is set to 0.

    Attributes:
        weight: W, Parameter of shape (V, E), float64.
        padding_idx: None, or the index counted from the front.

    Raises:
        ValueError: if a size is below 1, or the table has no row ``padding_idx``.

    Source: Bengio, Ducharme, Vincent and Jauvin, A Neural Probabilistic Language Model (2003), sec. 2; for the
    arguments: PyTorch, torch.nn.Embedding.

    >>> words = Embedding(3, 2)
    >>> words.weight.data = np.array([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]])
    >>> words(np.array([2, 0, 2]))
    array([[4., 5.],
           [0., 1.],
           [4., 5.]])
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        *,
        rng: np.random.Generator | None = None,
    ) -> None:
        if num_embeddings < 1 or embedding_dim < 1:
            raise ValueError(f"Embedding needs sizes of at least 1, got {num_embeddings}, {embedding_dim}")
        if padding_idx is not None and not -num_embeddings <= padding_idx < num_embeddings:
            raise ValueError(f"padding_idx={padding_idx} is not one of {num_embeddings} rows")
        rng = np.random.default_rng() if rng is None else rng
        self.num_embeddings = num_embeddings
        self.embedding_dim = embedding_dim
        self.padding_idx = None if padding_idx is None else padding_idx % num_embeddings
        self.weight = Parameter(rng.normal(0, 1, (num_embeddings, embedding_dim)))
        if self.padding_idx is not None:
            self.weight.data[self.padding_idx] = 0

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Look up a row for each index.

        Args:
            x: array of integers from 0 to V - 1, of any shape and any integer dtype; must not change before
                ``backward``.

        Returns:
            y, of the shape of x with E at its end, and of the dtype of **W**, as x has none that could be meant.

        Raises:
            ValueError: naming its dtype, if x does not hold integers.
            IndexError: naming it, if there is an index below 0 or above V - 1.
        """
        if not np.issubdtype(x.dtype, np.integer):
            raise ValueError(f"x of Embedding must hold integers, got {x.dtype}")
        outside = x[(x < 0) | (x >= self.num_embeddings)]
        if outside.size:
            raise IndexError(f"index {outside[0]} is not one of {self.num_embeddings} rows")
        self.save_for_backward(x)
        return self.weight.data.take(x, axis=0)

    def backward(self, dy: np.ndarray) -> None:
        """Add to the gradient of W. Indices have no gradient, so nothing is returned.

        Args:
            dy: array of the shape of y; d loss / d y.

        Raises:
            RuntimeError: if ``forward`` has not been called.
            ValueError: naming both shapes, if dy does not have the shape of y.
        """
        (x,) = self.saved_values
        check_shape("dy of Embedding", dy.shape, (*x.shape, self.embedding_dim))
        gradient = np.zeros_like(self.weight.data)
        np.add.at(gradient, x, dy)
        if self.padding_idx is not None:
            gradient[self.padding_idx] = 0
        accumulate_grad(self.weight, gradient)
