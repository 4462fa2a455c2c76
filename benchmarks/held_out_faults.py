"""Wrong implementations that no check uses: by them `tests_written.py` asks whether the graded ones are a fair sample.

They were written as the graded ones in assignments/00_tools were, as beliefs, but for this purpose alone.
"""

import numpy as np
from linear_layers import by_matrices
from softmaxes import by_shifting
from squared_errors import require, vectorised


def powers_of_two(x, dim=-1):
    """exp is 2 to the power of x."""
    return by_shifting(x * np.log(2), dim)


def steeper(x, dim=-1):
    """The numbers are squared first."""
    return by_shifting(x * np.abs(x), dim)


def smallest_first(x, dim=-1):
    """Small numbers get large shares."""
    return by_shifting(-x, dim)


def cubes_at_most(x, dim=-1):
    """An array has at most two dimensions, and the first is that of rows."""
    return by_shifting(x, dim if x.ndim < 3 else -1)


def sigmoids(x, dim=-1):
    """Each number has a share of its own."""
    by_shifting(x, dim)
    return 1 / (1 + np.exp(-x))


def subtracts_the_mean(x, dim=-1):
    """To subtract the mean is enough to make exp safe."""
    powers = np.exp(x - x.mean(axis=dim, keepdims=True))
    return powers / powers.sum(axis=dim, keepdims=True)


def rounds_to_float32(x, dim=-1):
    """float32 is exact enough."""
    return by_shifting(x.astype(np.float32), dim).astype(x.dtype)


def never_zero(x, dim=-1):
    """No share is below a millionth."""
    return np.maximum(by_shifting(x, dim), 1e-6)


def one_hot(x, dim=-1):
    """The largest number gets all."""
    by_shifting(x, dim)
    return (x == x.max(axis=dim, keepdims=True)).astype(x.dtype)


def dimensions_from_one(x, dim=-1):
    """Dimensions are counted from 1."""
    return by_shifting(x, dim - 1 if dim > 0 else dim)


def clips_below(x, dim=-1):
    """Numbers below -700 are as good as -700."""
    return by_shifting(np.maximum(x, -700.0), dim)


def none_without_a_dimension(x, dim=-1):
    """A missing dimension is no reason to fail."""
    return by_shifting(x, dim if -x.ndim <= dim < x.ndim else -1)


def of_each_row(prediction, target, reduction="mean"):
    """A mean is that of the last dimension."""
    found = vectorised(prediction, target, "none" if reduction == "mean" else reduction)
    return found.mean(axis=-1) if reduction == "mean" else found


def sum_of_means(prediction, target, reduction="mean"):
    """A sum is that of the rows' means."""
    if reduction != "sum":
        return vectorised(prediction, target, reduction)
    return vectorised(prediction, target, "sum") / prediction.shape[-1]


def relative(prediction, target, reduction="mean"):
    """Errors are relative to the target."""
    require(prediction, target, reduction)
    return vectorised(prediction / (1 + np.abs(target)), target / (1 + np.abs(target)), reduction)


def cut_off(prediction, target, reduction="mean"):
    """Errors above 3 count as 3."""
    return vectorised(np.clip(prediction - target, -3, 3), np.zeros(target.shape), reduction)


def differences(prediction, target, reduction="mean"):
    """Without a reduction there are the differences."""
    found = vectorised(prediction, target, reduction)
    return prediction - target if reduction == "none" else found


def flat(prediction, target, reduction="mean"):
    """Without a reduction there is a vector."""
    found = vectorised(prediction, target, reduction)
    return found.ravel() if reduction == "none" else found


def fourth_powers(prediction, target, reduction="mean"):
    """Squares are squared again."""
    return vectorised((prediction - target) ** 2, np.zeros(target.shape), reduction)


def rows_may_differ(prediction, target, reduction="mean"):
    """Only the number of elements has to agree."""
    return vectorised(prediction, target.reshape(prediction.shape), reduction)


def the_sum_by_default(prediction, target, reduction="sum"):
    """Without a word, the sum is meant."""
    return vectorised(prediction, target, reduction)


def silent(prediction, target, reduction="mean"):
    """A reduction that does not exist gives nothing."""
    return vectorised(prediction, target, reduction) if reduction in ("none", "mean", "sum") else None


def target_with_itself(prediction, target, reduction="mean"):
    """Predictions are compared with the mean of the targets."""
    require(prediction, target, reduction)
    return vectorised(prediction, np.full(target.shape, target.mean()), reduction)


def in_its_dtype(prediction, target, reduction="mean"):
    """A mean has the dtype of the predictions."""
    found = vectorised(prediction, target, reduction)
    return found if reduction == "none" else np.asarray(found).astype(prediction.dtype)


def with_factor_two(x, weight, dy):
    """The derivative of a product has two terms, so the gradient of the weight counts twice."""
    dx, dw, db = by_matrices(x, weight, dy)
    return dx, 2 * dw, db


def sums_over_inputs(x, weight, dy):
    """The gradient of the weight is the same for all inputs."""
    dx, dw, db = by_matrices(x, weight, dy)
    return dx, np.broadcast_to(dw.mean(axis=1, keepdims=True), dw.shape).copy(), db


def first_row_only(x, weight, dy):
    """One row stands for all."""
    dx, _dw, _db = by_matrices(x, weight, dy)
    rows = by_matrices(x.reshape(-1, x.shape[-1])[:1], weight, dy.reshape(-1, len(weight))[:1])
    return dx, *rows[1:]


def bias_of_ones(x, weight, dy):
    """The gradient of the bias is 1, as it is added."""
    dx, dw, db = by_matrices(x, weight, dy)
    return dx, dw, np.ones_like(db)


def weight_for_the_weight(x, weight, dy):
    """The gradient of the weight has to do with the weight."""
    dx, dw, db = by_matrices(x, weight, dy)
    return dx, dw * weight, db


def input_is_averaged(x, weight, dy):
    """The gradient of the input is a mean over the outputs."""
    dx, dw, db = by_matrices(x, weight, dy)
    return dx / len(weight), dw, db


def sums_the_second_dimension(x, weight, dy):
    """Leading dimensions beyond the second are kept."""
    dx, dw, db = by_matrices(x, weight, dy)
    return dx, dw if x.ndim < 3 else dy[0].reshape(-1, len(weight)).T @ x[0].reshape(-1, x.shape[-1]), db


def bias_as_a_row(x, weight, dy):
    """The bias is a row of a matrix."""
    dx, dw, db = by_matrices(x, weight, dy)
    return dx, dw, db[None]


def two_results(x, weight, dy):
    """Without a bias in the arguments there is none in the result."""
    return by_matrices(x, weight, dy)[:2]


def of_one_sign(x, weight, dy):
    """A gradient is a size."""
    return tuple(map(np.abs, by_matrices(x, weight, dy)))


def any_leading_dimensions(x, weight, dy):
    """Only the number of rows has to agree."""
    rows = dy.reshape(*x.shape[:-1], len(weight))
    return by_matrices(x, weight, rows)


def a_matrix_at_least(x, weight, dy):
    """There is a batch, always."""
    dx, dw, db = by_matrices(np.atleast_2d(x), weight, np.atleast_2d(dy))
    return dx, dw, db


HELD_OUT = {
    "softmax": (
        *(powers_of_two, steeper, smallest_first, cubes_at_most, sigmoids, subtracts_the_mean),
        *(rounds_to_float32, never_zero, one_hot, dimensions_from_one, clips_below, none_without_a_dimension),
    ),
    "mean_squared_error": (
        *(of_each_row, sum_of_means, relative, cut_off, differences, flat, fourth_powers, rows_may_differ),
        *(the_sum_by_default, silent, target_with_itself, in_its_dtype),
    ),
    "linear_gradients": (
        *(with_factor_two, sums_over_inputs, first_row_only, bias_of_ones, weight_for_the_weight, input_is_averaged),
        *(sums_the_second_dimension, bias_as_a_row, two_results, of_one_sign, any_leading_dimensions),
        a_matrix_at_least,
    ),
}
