"""What attacks replace. The secret in it must never leave the trusted process while assignment 01 is graded."""

import numpy as np

_SECRET = "@SECRET@"


class Wave:
    """y = sin(k x)."""

    def __init__(self, k: float) -> None:
        self.k = k

    def forward(self, x: np.ndarray) -> np.ndarray:
        """The value at `x`."""
        self._x = x
        return np.sin(self.k * x)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """The gradient with respect to the last `x`."""
        return dy * self.k * np.cos(self.k * self._x)

    def parts(self, x: np.ndarray) -> list[np.ndarray]:
        """Sine and cosine."""
        return [np.sin(self.k * x), np.cos(self.k * x)]
