"""One prediction after the other."""

import numpy as np


def accuracy(logits: np.ndarray, target: np.ndarray) -> float:
    """Count the right ones."""
    shape = logits.shape[:1] + logits.shape[2:]
    if target.shape != shape:
        raise ValueError(f"target has shape {target.shape}, but should have {shape}")
    if not np.issubdtype(target.dtype, np.integer):
        raise ValueError("target has to be of integers")
    if target.size == 0:
        return float("nan")
    right = 0
    for index in np.ndindex(*target.shape):
        best = 0
        scores = logits[(index[0], slice(None), *index[1:])]
        for c in range(len(scores)):
            if scores[c] > scores[best]:
                best = c
        right += best == target[index]
    return right / target.size
