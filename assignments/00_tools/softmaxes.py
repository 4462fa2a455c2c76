"""Right and wrong implementations of softmax(x, dim=-1). A docstring says what somebody would have to believe."""

import numpy as np


def by_shifting(x, dim=-1):
    powers = np.exp(x - np.max(x, axis=dim, keepdims=True))
    return powers / np.sum(powers, axis=dim, keepdims=True)


def by_logarithm(x, dim=-1):
    """In another order of rounding, and in Fortran order."""
    last = np.moveaxis(x, dim, -1)
    shifted = last - last.max(-1)[..., None]
    y = np.exp(shifted - np.log(np.exp(shifted).sum(-1))[..., None])
    return np.asfortranarray(np.moveaxis(y, -1, dim))


def by_loops(x, dim=-1):
    """Row after row, in Python's own numbers; it raises its own IndexError."""
    if dim >= x.ndim or dim < -x.ndim:
        raise IndexError("no such dimension")
    y = np.empty(x.shape, x.dtype if x.dtype.kind == "f" else float)  # integers are not promised, but do no harm
    rows, out = np.moveaxis(x, dim, -1), np.moveaxis(y, dim, -1)
    for index in np.ndindex(rows.shape[:-1]):
        top = max(rows[index].tolist())
        powers = [2.718281828459045 ** (number - top) for number in rows[index].tolist()]
        out[index] = [power / sum(powers) for power in powers]
    return y


def by_adding_logarithms(x, dim=-1):
    """NumPy shifts pair by pair, in float64: of large numbers this loses four digits, of float32 too many."""
    wide = x.astype(np.float64)
    y = np.exp(wide - np.logaddexp.reduce(wide, axis=dim, keepdims=True))
    return y.astype(x.dtype if x.dtype.kind == "f" else np.float64)


def ignores_dim(x, dim=-1):
    """Softmax always runs along the last dimension."""
    by_shifting(x, dim)  # a dimension that does not exist is refused all the same
    return by_shifting(x)


def first_by_default(x, dim=0):
    """Without a dimension, softmax runs along the first."""
    return by_shifting(x, dim)


def over_everything(x, dim=-1):
    """All the numbers of the array together add up to 1."""
    by_shifting(x, dim)
    powers = np.exp(x - np.max(x))
    return powers / powers.sum()


def does_not_shift(x, dim=-1):
    """exp can be taken of any number."""
    powers = np.exp(x)
    return powers / powers.sum(axis=dim, keepdims=True)


def clips(x, dim=-1):
    """To clip large numbers is enough to make exp safe."""
    powers = np.exp(np.clip(x, -50, 50))
    return powers / powers.sum(axis=dim, keepdims=True)


def shifts_by_the_largest_of_all(x, dim=-1):
    """The largest number of the whole array may be subtracted from every row."""
    powers = np.exp(x - np.max(x))
    return powers / powers.sum(axis=dim, keepdims=True)


def divides_the_numbers_themselves(x, dim=-1):
    """Shares are the numbers divided by their sum."""
    return x / x.sum(axis=dim, keepdims=True)


def divides_by_the_largest(x, dim=-1):
    """The largest share is 1."""
    return np.exp(x - np.max(x, axis=dim, keepdims=True))


def logarithms(x, dim=-1):
    """Softmax gives the logarithms of the shares."""
    return np.log(by_shifting(x, dim))


def in_float64(x, dim=-1):
    """The answer is in float64, whatever the dtype of the input."""
    return by_shifting(x.astype(np.float64), dim)


def negative_means_last(x, dim=-1):
    """A negative dimension means the last one."""
    return by_shifting(x, -1 if -x.ndim <= dim < 0 else dim)


def forgets_the_dimension_of_sums(x, dim=-1):
    """A sum along a dimension can be divided by as it is."""
    powers = np.exp(x - np.max(x, axis=dim, keepdims=True))
    total = powers.sum(axis=dim)
    return powers / (total if np.broadcast_shapes(total.shape, x.shape) == x.shape else total[..., None])


def adds_a_small_number(x, dim=-1):
    """A small number in the denominator does no harm."""
    powers = np.exp(x - np.max(x, axis=dim, keepdims=True))
    return powers / (powers.sum(axis=dim, keepdims=True) + 1e-6)


def wraps_around(x, dim=-1):
    """A dimension that does not exist is counted round from the start."""
    return by_shifting(x, dim % x.ndim)


RIGHT = (by_shifting, by_logarithm, by_loops, by_adding_logarithms)
WRONG = (
    ignores_dim,
    first_by_default,
    over_everything,
    does_not_shift,
    clips,
    shifts_by_the_largest_of_all,
    divides_the_numbers_themselves,
    divides_by_the_largest,
    logarithms,
    in_float64,
    negative_means_last,
    forgets_the_dimension_of_sums,
    adds_a_small_number,
    wraps_around,
)
