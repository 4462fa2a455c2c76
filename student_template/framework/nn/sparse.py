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
        raise NotImplementedError("nn.Embedding.__init__")

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
        raise NotImplementedError("nn.Embedding.forward")

    def backward(self, dy: np.ndarray) -> None:
        """Add to the gradient of W. Indices have no gradient, so nothing is returned.

        Args:
            dy: array of the shape of y; d loss / d y.

        Raises:
            RuntimeError: if ``forward`` has not been called.
            ValueError: naming both shapes, if dy does not have the shape of y.
        """
        raise NotImplementedError("nn.Embedding.backward")
