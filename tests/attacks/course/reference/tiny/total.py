"""The student's own other file: an attack beside it should not make its right answer a wrong one."""

import numpy as np


class Total:
    """The sum."""

    def forward(self, x: np.ndarray) -> float:
        """The sum of all elements."""
        return float(np.sum(x))
