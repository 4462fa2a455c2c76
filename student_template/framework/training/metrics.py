"""How good predictions are, in numbers that people understand. Nobody differentiates them."""

import math

import numpy as np

from ..nn.module import check_shape


def accuracy(logits: np.ndarray, target: np.ndarray) -> float:
    """Return the share of predictions that are right. The predicted class is the one with the largest logit.

    Of several largest logits the first counts.

    Args:
        logits: (N, C) or (N, C, d1, ...) float; the scores of C classes for every prediction.
        target: (N,) or (N, d1, ...) int; the right classes.

    Returns:
        A Python float from 0 to 1; NaN, without a warning, if there is no prediction.

    Raises:
        ValueError: naming both shapes, if target does not have the shape of logits without C; if target has a dtype
            that is not one of integers.

    >>> accuracy(np.array([[0.1, 0.9], [0.8, 0.2], [0.5, 0.5], [0.3, 0.7]]), np.array([1, 1, 0, 1]))
    0.75
    """
    raise NotImplementedError("training.accuracy")
