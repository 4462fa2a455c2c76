"""Given to students."""

import numpy as np

LIMIT = 1e6


def require_array(x: np.ndarray) -> None:
    """Raise TypeError unless `x` is an array."""
    if not isinstance(x, np.ndarray):
        raise TypeError(f"an array is needed, not {type(x).__name__}")
