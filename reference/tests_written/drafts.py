"""Your own drafts of what your tests test: at home they are run on these.

The grader runs your tests on implementations of its own. Nobody grades a draft for itself, but for
the public checks: there it has to give one answer of the handout, and pass your tests.
"""

from __future__ import annotations

import numpy as np


def softmax(x: np.ndarray, dim: int = -1) -> np.ndarray:
    """Numbers above 0 that add up to 1 along a dimension, in the ratios of exp(x).

        y_i = exp(x_i) / sum_j exp(x_j)        the sum runs along dim

    Args:
        x: float32 or float64 array of at least one dimension, with numbers of up to 1e4 in size.
        dim: the dimension, from -x.ndim to x.ndim - 1.

    Returns:
        Array of x's shape and dtype.

    Raises:
        IndexError: if x has no such dimension.
    """
    if not -x.ndim <= dim < x.ndim:
        raise IndexError(f"an array of {x.ndim} dimensions has no dimension {dim}")
    powers = np.exp(x - np.max(x, axis=dim, keepdims=True))
    return powers / np.sum(powers, axis=dim, keepdims=True)


def mean_squared_error(prediction: np.ndarray, target: np.ndarray, reduction: str = "mean") -> float | np.ndarray:
    """How far predictions are off: the squares of the differences, and their mean or sum.

        e = (prediction - target)²

    Args:
        prediction: float array of any shape with at least one element.
        target: float array of the same shape.
        reduction: "none" gives e, "mean" the mean of all elements of e, "sum" their sum.

    Returns:
        A float; for "none" an array of prediction's shape and dtype.

    Raises:
        ValueError: if the shapes differ, also where NumPy would broadcast; or if there is no such reduction.
    """
    if prediction.shape != target.shape:
        raise ValueError(f"prediction has shape {prediction.shape}, but target has shape {target.shape}")
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(f"there is no reduction {reduction!r}")
    errors = (prediction - target) ** 2
    if reduction == "none":
        return errors
    return float(np.mean(errors)) if reduction == "mean" else float(np.sum(errors))


def linear_gradients(x: np.ndarray, weight: np.ndarray, dy: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The gradients of y = x W^T + b with respect to x, W and b, for an upstream gradient dy.

    The formulas are derived in the handout. There is no mean over the rows in any of them.

    Args:
        x: float array of shape (..., I): any number of leading dimensions, also none.
        weight: float array of shape (O, I).
        dy: float array of shape (..., O), with the leading dimensions of x.

    Returns:
        dx of x's shape, dW of weight's shape, db of shape (O,): a tuple in this order.

    Raises:
        ValueError: if the shapes do not fit together.
    """
    if x.shape[-1:] != weight.shape[1:] or dy.shape != (*x.shape[:-1], weight.shape[0]):
        raise ValueError(f"x of shape {x.shape}, weight of shape {weight.shape} and dy of shape {dy.shape} do not fit")
    rows, upstream = x.reshape(-1, x.shape[-1]), dy.reshape(-1, dy.shape[-1])
    return dy @ weight, upstream.T @ rows, upstream.sum(axis=0)
