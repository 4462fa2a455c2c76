"""Right and wrong implementations of mean_squared_error(prediction, target, reduction="mean")."""

import math

import numpy as np


def require(prediction, target, reduction):
    if prediction.shape != target.shape:
        raise ValueError("the shapes differ")
    if reduction not in ("none", "mean", "sum"):
        raise ValueError("there is no such reduction")


def vectorised(prediction, target, reduction="mean"):
    require(prediction, target, reduction)
    errors = (prediction - target) ** 2
    return errors if reduction == "none" else float(getattr(errors, reduction)())


def by_loops(prediction, target, reduction="mean"):
    """Number after number, added up without rounding."""
    require(prediction, target, reduction)
    pairs = zip(prediction.ravel().tolist(), target.ravel().tolist(), strict=True)
    errors = [(p - t) * (p - t) for p, t in pairs]
    if reduction == "none":
        return np.array(errors, prediction.dtype).reshape(prediction.shape)
    return math.fsum(errors) / (len(errors) if reduction == "mean" else 1)


def by_an_inner_product(prediction, target, reduction="mean"):
    """A number of NumPy's, which is a float, too; of an array of no dimension, an array."""
    require(prediction, target, reduction)
    difference = prediction - target
    if reduction == "none":
        return np.multiply(difference, difference, order="F")
    flat = difference.ravel().astype(np.float64)
    return np.float64(flat @ flat) / np.float64(flat.size if reduction == "mean" else 1)


def by_the_norm(prediction, target, reduction="mean"):
    """The square of a root, and a mean that divides before it adds."""
    require(prediction, target, reduction)
    difference = np.subtract(target, prediction)
    if reduction == "none":
        return np.abs(difference) ** 2
    scale = math.sqrt(difference.size) if reduction == "mean" else 1.0
    return float(np.linalg.norm(difference.ravel().astype(np.float64) / scale)) ** 2


def mean_over_the_rows(prediction, target, reduction="mean"):
    """The mean divides by the number of rows."""
    total = vectorised(prediction, target, "sum" if reduction == "mean" else reduction)
    return total / prediction.shape[0] if reduction == "mean" and prediction.ndim else total


def halves(prediction, target, reduction="mean"):
    """A half belongs to it, so that the derivative has no factor."""
    return vectorised(prediction, target, reduction) / 2


def absolute(prediction, target, reduction="mean"):
    """The error is the distance from the target."""
    return vectorised(np.sqrt(np.abs(prediction - target)), np.zeros(target.shape), reduction)


def root(prediction, target, reduction="mean"):
    """In the end the root is taken."""
    return np.sqrt(vectorised(prediction, target, reduction))


def always_the_mean(prediction, target, reduction="mean"):
    """A sum is as good as a mean."""
    return vectorised(prediction, target, "mean" if reduction == "sum" else reduction)


def none_is_for_each_row(prediction, target, reduction="mean"):
    """Without a reduction there is one number for each row."""
    found = vectorised(prediction, target, reduction)
    return found if reduction != "none" or found.ndim < 2 else found.mean(axis=tuple(range(1, found.ndim)))


def broadcasts(prediction, target, reduction="mean"):
    """One target is enough for all predictions."""
    return vectorised(*np.broadcast_arrays(prediction, target), reduction)


def takes_any_reduction(prediction, target, reduction="mean"):
    """Whatever is no reduction means the mean."""
    return vectorised(prediction, target, reduction if reduction in ("none", "sum") else "mean")


def square_of_the_mean(prediction, target, reduction="mean"):
    """To square and to take the mean can be done in either order."""
    if reduction != "mean":
        return vectorised(prediction, target, reduction)
    require(prediction, target, reduction)
    return float(np.mean(prediction - target)) ** 2


def gives_an_array(prediction, target, reduction="mean"):
    """An array with one element is a number."""
    found = vectorised(prediction, target, reduction)
    return found if reduction == "none" else np.array([found])


def in_float64(prediction, target, reduction="mean"):
    """Errors are float64, whatever the dtype of the predictions."""
    return vectorised(prediction.astype(np.float64), target.astype(np.float64), reduction)


def unbiased(prediction, target, reduction="mean"):
    """As in a variance, the mean divides by one less than the number of elements."""
    found = vectorised(prediction, target, "sum" if reduction == "mean" else reduction)
    return found / max(prediction.size - 1, 1) if reduction == "mean" else found


def keeps_the_sign(prediction, target, reduction="mean"):
    """Predictions that are too low count negative."""
    require(prediction, target, reduction)
    errors = (prediction - target) * np.abs(prediction - target)
    return errors if reduction == "none" else float(getattr(errors, reduction)())


RIGHT = (vectorised, by_loops, by_an_inner_product, by_the_norm)
WRONG = (
    mean_over_the_rows,
    halves,
    absolute,
    root,
    always_the_mean,
    none_is_for_each_row,
    broadcasts,
    takes_any_reduction,
    square_of_the_mean,
    gives_an_array,
    in_float64,
    unbiased,
    keeps_the_sign,
)
