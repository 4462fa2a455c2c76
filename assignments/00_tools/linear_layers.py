"""Right and wrong implementations of linear_gradients(x, weight, dy)."""

import numpy as np


def require(x, weight, dy):
    if x.shape[-1:] != weight.shape[1:] or dy.shape != (*x.shape[:-1], len(weight)):
        raise ValueError("these shapes do not fit together")


def by_matrices(x, weight, dy):
    require(x, weight, dy)
    rows, upstream = x.reshape(-1, x.shape[-1]), dy.reshape(-1, dy.shape[-1])
    return dy @ weight, upstream.T @ rows, upstream.sum(axis=0)


def by_einsum(x, weight, dy):
    """The sums written out; einsum adds up in an order of its own."""
    require(x, weight, dy)
    rows, upstream = x.reshape(-1, x.shape[-1]), dy.reshape(-1, dy.shape[-1])
    dx = np.einsum("...o,oi->...i", dy, weight)
    return dx, np.einsum("no,ni->oi", upstream, rows), np.einsum("no->o", upstream)


def by_loops(x, weight, dy):
    """Row after row, the last one first."""
    require(x, weight, dy)
    kind = np.result_type(x, weight, dy)  # integers are not promised, but do no harm
    dx, dw, db = np.zeros(x.shape, kind), np.zeros(weight.shape, kind), np.zeros(len(weight), kind)
    for row in reversed(list(np.ndindex(x.shape[:-1]))):
        for output, slope in enumerate(dy[row]):
            dx[row] += slope * weight[output]
            dw[output] += slope * x[row]
            db[output] += slope
    return dx, dw, db


def by_tensordot(x, weight, dy):
    """In Fortran order, and the bias as the weight of an input that is always 1."""
    require(x, weight, dy)
    leading = tuple(range(x.ndim - 1))
    wide = np.concatenate([x, np.ones((*x.shape[:-1], 1), x.dtype)], axis=-1)
    both = np.tensordot(dy, wide, axes=(leading, leading))
    return np.asfortranarray(np.tensordot(dy, weight, axes=1)), np.asfortranarray(both[:, :-1]), both[:, -1]


def count(x):
    return max(1, x.size // x.shape[-1])


def weight_is_averaged(x, weight, dy):
    """The gradient of the weight is a mean over the rows."""
    dx, dw, db = by_matrices(x, weight, dy)
    return dx, dw / count(x), db


def bias_is_averaged(x, weight, dy):
    """The gradient of the bias is a mean over the rows."""
    dx, dw, db = by_matrices(x, weight, dy)
    return dx, dw, db / count(x)


def everything_is_averaged(x, weight, dy):
    """All gradients are divided by the number of rows, as the loss is a mean."""
    return tuple(gradient / count(x) for gradient in by_matrices(x, weight, dy))


def weight_is_transposed(x, weight, dy):
    """The gradient of the weight has a row for each input."""
    dx, dw, db = by_matrices(x, weight, dy)
    return dx, dw.T.copy(), db


def transposes_on_the_way_back(x, weight, dy):
    """On the way back the weight is transposed, as it was on the way there."""
    _dx, dw, db = by_matrices(x, weight, dy)
    return (dy @ weight.T if weight.shape[0] == weight.shape[1] else dy @ weight[:, ::-1]), dw, db


def bias_is_not_summed(x, weight, dy):
    """The gradient of the bias is dy, as the derivative of y with respect to b is 1."""
    dx, dw, _db = by_matrices(x, weight, dy)
    return dx, dw, dy.copy()


def weight_takes_ones(x, weight, dy):
    """The gradient of the weight is the sum of the inputs, whatever comes from above."""
    dx, _dw, db = by_matrices(x, weight, dy)
    return dx, by_matrices(x, weight, np.ones_like(dy))[1], db


def input_takes_ones(x, weight, dy):
    """The gradient of the input is the weight, whatever comes from above."""
    _dx, dw, db = by_matrices(x, weight, dy)
    return by_matrices(x, weight, np.ones_like(dy))[0], dw, db


def bias_sums_the_first_dimension(x, weight, dy):
    """There is one leading dimension, and the bias is summed over it."""
    dx, dw, db = by_matrices(x, weight, dy)
    return dx, dw, dy.sum(axis=0) if dy.ndim > 1 else db


def a_vector_is_a_batch(x, weight, dy):
    """A vector becomes a batch of one, and so does its gradient."""
    dx, dw, db = by_matrices(x, weight, dy)
    return np.atleast_2d(dx), dw, db


def in_the_order_of_the_parameters(x, weight, dy):
    """The gradients come in the order weight, bias, input."""
    dx, dw, db = by_matrices(x, weight, dy)
    return dw, db, dx


def last_row_only(x, weight, dy):
    """Each row sets the gradients of the weight and the bias anew."""
    dx, _dw, _db = by_matrices(x, weight, dy)
    one = x.reshape(-1, x.shape[-1])[-1:], weight, dy.reshape(-1, len(weight))[-1:]
    return dx, *by_matrices(*one)[1:]


def goes_downhill(x, weight, dy):
    """A gradient points to where the loss gets smaller."""
    return tuple(-gradient for gradient in by_matrices(x, weight, dy))


def broadcasts(x, weight, dy):
    """One upstream row is enough for all rows of the input."""
    return by_matrices(x, weight, np.broadcast_to(dy, (*x.shape[:-1], dy.shape[-1])).copy())


def cuts_what_does_not_fit(x, weight, dy):
    """Where input and weight differ in length, the shorter one counts."""
    size = min(x.shape[-1], weight.shape[1])
    return by_matrices(x[..., :size], weight[:, :size], dy)


RIGHT = (by_matrices, by_einsum, by_loops, by_tensordot)
WRONG = (
    weight_is_averaged,
    bias_is_averaged,
    everything_is_averaged,
    weight_is_transposed,
    transposes_on_the_way_back,
    bias_is_not_summed,
    weight_takes_ones,
    input_takes_ones,
    bias_sums_the_first_dimension,
    a_vector_is_a_batch,
    in_the_order_of_the_parameters,
    last_row_only,
    goes_downhill,
    broadcasts,
    cuts_what_does_not_fit,
)
