"""Functions of several entries at once.

axis is None for all entries, a number, or a tuple of numbers; negative ones count from the end. With keepdims, what was
reduced stays as an axis of size 1. x is a tensor, an array or a number.
"""

import math
from typing import Any

import numpy as np

from .elementwise import exp, log
from .shaping import broadcast_to, reshape
from .tensor import Tensor, operands, record

Axis = int | tuple[int, ...] | None


def sum(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The sum of the entries.

    Raises:
        IndexError: if there is no such axis.
    """
    [x] = operands(x)
    data = x.data.sum(axis=axis, keepdims=keepdims, dtype=None if x.data.dtype.kind == "f" else np.float64)
    kept = _kept(x, axis)
    return record(data, (x,), lambda dy, _: (broadcast_to(reshape(dy, kept), x.data.shape),))


def mean(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The mean of the entries.

    Raises:
        IndexError: if there is no such axis.
    """
    [x] = operands(x)
    return sum(x, axis, keepdims) / _count(x, axis)


def var(x: Any, axis: Axis = None, keepdims: bool = False, correction: int = 1) -> Tensor:
    """The variance: the sum of (x - mean) squared, divided by the number of entries minus the correction.

    correction = 1 is the unbiased estimate, 0 what batch normalisation divides by.

    Raises:
        IndexError: if there is no such axis.
    """
    [x] = operands(x)
    distance = x - mean(x, axis, keepdims=True)
    return sum(distance * distance, axis, keepdims) / (_count(x, axis) - correction)


def max(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The largest entry. The first of equal ones, row by row, has the whole gradient.

    Raises:
        IndexError: if there is no such axis.
        ValueError: if there are no entries.
    """
    [x] = operands(x)
    return _extreme(x, x.data.max(axis=axis, keepdims=keepdims), np.argmax, axis)


def min(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The smallest entry. The first of equal ones, row by row, has the whole gradient.

    Raises:
        IndexError: if there is no such axis.
        ValueError: if there are no entries.
    """
    [x] = operands(x)
    return _extreme(x, x.data.min(axis=axis, keepdims=keepdims), np.argmin, axis)


def logsumexp(x: Any, axis: Axis = -1, keepdims: bool = False) -> Tensor:
    """log(sum(exp(x))), exact to rounding for all x up to 1e4 in size.

    Raises:
        IndexError: if there is no such axis.
    """
    [x] = operands(x)
    largest = x.data.max(axis=axis, keepdims=True)
    result = log(sum(exp(x - largest), axis, keepdims))
    return result + largest.reshape(result.data.shape)


def softmax(x: Any, axis: int = -1) -> Tensor:
    """exp(x) / sum(exp(x)) along an axis, exact to rounding for all x up to 1e4 in size.

    Raises:
        IndexError: if there is no such axis.
    """
    [x] = operands(x)
    powers = exp(x - x.data.max(axis=axis, keepdims=True))
    return powers / sum(powers, axis, keepdims=True)


def log_softmax(x: Any, axis: int = -1) -> Tensor:
    """log(softmax(x)) along an axis, exact to rounding for all x up to 1e4 in size.

    Raises:
        IndexError: if there is no such axis.
    """
    [x] = operands(x)
    below = x - x.data.max(axis=axis, keepdims=True)
    return below - log(sum(exp(below), axis, keepdims=True))


def _axes(x: Tensor, axis: Axis) -> tuple[int, ...]:
    """All of them, none negative."""
    dimensions = x.data.ndim
    chosen = range(dimensions) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    return tuple(one % dimensions for one in chosen if dimensions)


def _kept(x: Tensor, axis: Axis) -> tuple[int, ...]:
    """The shape of x, with 1 where it is reduced."""
    reduced = _axes(x, axis)
    return tuple(1 if i in reduced else n for i, n in enumerate(x.data.shape))


def _count(x: Tensor, axis: Axis) -> int:
    return math.prod(x.data.shape[one] for one in _axes(x, axis))


def _extreme(x: Tensor, data: np.ndarray, find: Any, axis: Axis) -> Tensor:
    """The gradient goes to the place in each group of entries that `find` finds."""
    axes, kept = sorted(_axes(x, axis)), _kept(x, axis)
    ends = range(-len(axes), 0)
    moved = np.moveaxis(x.data, axes, ends)
    groups = moved.reshape(*moved.shape[: moved.ndim - len(axes)], math.prod(moved.shape[moved.ndim - len(axes) :]))
    chosen = np.arange(groups.shape[-1]) == find(groups, axis=-1)[..., None]
    mask = np.moveaxis(chosen.reshape(moved.shape), ends, axes)
    return record(data, (x,), lambda dy, _: (reshape(dy, kept) * mask,))
