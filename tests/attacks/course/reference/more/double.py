"""Assignment 02: graded without the attack's file, so its checks have to pass whatever the attack does."""

import numpy as np


class Double:
    """y = 2 x."""

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Twice `x`."""
        return 2 * x
