"""A list of slices."""

import numpy as np


def random_windows(tokens, batch_size, length, rng):
    """See the handout."""
    last = len(tokens) - length
    if length < 1 or batch_size < 1 or last < 1:
        raise ValueError("no such windows")
    starts = rng.integers(0, last, batch_size)
    x = np.stack([tokens[s : s + length] for s in starts])
    target = np.stack([tokens[s + 1 : s + 1 + length] for s in starts])
    return x, target
