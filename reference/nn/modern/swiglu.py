"""A feed-forward layer with a gate."""

import numpy as np

from ..activation import SiLU
from ..linear import Linear
from ..module import Module


class SwiGLU(Module):
    """Two maps to the hidden layer, one of which decides how much of the other passes.

    Equation: y = (silu(x G^T) * (x U^T)) D^T, where G, U and D are the weights of gate, up and down

    Args:
        dim: int >= 1; length E of the last dimension of x and y.
        hidden_dim: int >= 1; length F of the hidden layer.
        rng: source of the initial values, by default a fresh ``default_rng()``; gate draws first, then up, then down.

    Attributes:
        gate, up: Linear layers from E to F without bias.
        down: a Linear layer from F to E without bias.

    Raises:
        ValueError: if a size is below 1.

    Source: Shazeer, GLU Variants Improve Transformer (2020), eq. 6; names as in LLaMA's.
    """

    def __init__(self, dim: int, hidden_dim: int, *, rng: np.random.Generator | None = None) -> None:
        rng = np.random.default_rng() if rng is None else rng
        self.gate = Linear(dim, hidden_dim, bias=False, rng=rng)
        self.up = Linear(dim, hidden_dim, bias=False, rng=rng)
        self.down = Linear(hidden_dim, dim, bias=False, rng=rng)
        self.silu = SiLU()

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Apply the layer to every row.

        Args:
            x: (..., E) float, with any number of leading dimensions.

        Returns:
            y, of the shape and dtype of x.

        Raises:
            ValueError: naming both shapes, if the last dimension of x is not E.
        """
        opened, values = self.silu(self.gate(x)), self.up(x)
        self.save_for_backward(opened, values)
        return self.down(opened * values)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Add to the gradients of all weights; return that of the input.

        Args:
            dy: array of the shape of y; d loss / d y.

        Returns:
            dx = d loss / d x, of the shape and dtype of x.

        Raises:
            RuntimeError: if ``forward`` has not been called.
            ValueError: naming both shapes, if dy does not have the shape of y.
        """
        opened, values = self.saved_values
        d_hidden = self.down.backward(dy)
        dx = self.gate.backward(self.silu.backward(d_hidden * values))
        return dx + self.up.backward(d_hidden * opened)
