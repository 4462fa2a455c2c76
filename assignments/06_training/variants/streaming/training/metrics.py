"""Classes are brought to the end, and everything is laid out in rows."""

import numpy as np


def accuracy(logits: np.ndarray, target: np.ndarray) -> float:
    """Compare rows."""
    scores = np.moveaxis(logits, 1, -1)
    if scores.shape[:-1] != target.shape:
        raise ValueError(f"target {target.shape} does not fit to {scores.shape[:-1]}")
    if not np.can_cast(target.dtype, np.int64, casting="same_kind") or target.dtype == bool:
        raise ValueError("target is not of integers")
    right = np.count_nonzero(np.argmax(scores, -1) == target)
    return right / target.size if target.size else np.nan
