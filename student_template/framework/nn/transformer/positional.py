"""Where a token stands: attention alone does not see the order of its keys."""

import numpy as np

from ..module import Module, check_shape


class PositionalEncoding(Module):
    """Add waves of many lengths, which differ from position to position.

    Equation: y[..., t, :] = x[..., t, :] + pe[t], with
    pe[t, 2 i] = sin(t / 10000^(2 i / E)) and pe[t, 2 i + 1] = cos(t / 10000^(2 i / E))

    Args:
        d_model: int >= 1; E, the numbers at each position. If it is odd, the last one is a sine.
        max_len: int >= 1; the largest number of positions.

    Attributes:
        pe: buffer of shape (max_len, E), float64.

    Raises:
        ValueError: if a size is below 1.

    Source: Vaswani and others, Attention Is All You Need (2017), sec. 3.5.
    """

    def __init__(self, d_model: int, max_len: int = 5000) -> None:
        raise NotImplementedError("nn.transformer.PositionalEncoding.__init__")

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Add the encoding of positions 0, 1, 2, ...

        Args:
            x: (..., L, E) float, with L <= max_len.

        Returns:
            y, of the shape and dtype of x.

        Raises:
            ValueError: naming both shapes, if x has another E, or more positions than there are.
        """
        raise NotImplementedError("nn.transformer.PositionalEncoding.forward")

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Return the gradient of the input.

        Args:
            dy: array of the shape of x; d loss / d y.

        Returns:
            dx = d loss / d x, of the shape and dtype of x; it may be dy itself.

        Raises:
            RuntimeError: if ``forward`` has not been called.
            ValueError: naming both shapes, if dy does not have the shape of x.
        """
        raise NotImplementedError("nn.transformer.PositionalEncoding.backward")
