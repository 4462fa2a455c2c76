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
    raise NotImplementedError("autograd.sum")


def mean(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The mean of the entries.

    Raises:
        IndexError: if there is no such axis.
    """
    raise NotImplementedError("autograd.mean")


def var(x: Any, axis: Axis = None, keepdims: bool = False, correction: int = 1) -> Tensor:
    """The variance: the sum of (x - mean) squared, divided by the number of entries minus the correction.

    correction = 1 is the unbiased estimate, 0 what batch normalisation divides by.

    Raises:
        IndexError: if there is no such axis.
    """
    raise NotImplementedError("autograd.var")


def max(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The largest entry. The first of equal ones, row by row, has the whole gradient.

    Raises:
        IndexError: if there is no such axis.
        ValueError: if there are no entries.
    """
    raise NotImplementedError("autograd.max")


def min(x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The smallest entry. The first of equal ones, row by row, has the whole gradient.

    Raises:
        IndexError: if there is no such axis.
        ValueError: if there are no entries.
    """
    raise NotImplementedError("autograd.min")


def logsumexp(x: Any, axis: Axis = -1, keepdims: bool = False) -> Tensor:
    """log(sum(exp(x))), exact to rounding for all x up to 1e4 in size.

    Raises:
        IndexError: if there is no such axis.
    """
    raise NotImplementedError("autograd.logsumexp")


def softmax(x: Any, axis: int = -1) -> Tensor:
    """exp(x) / sum(exp(x)) along an axis, exact to rounding for all x up to 1e4 in size.

    Raises:
        IndexError: if there is no such axis.
    """
    raise NotImplementedError("autograd.softmax")


def log_softmax(x: Any, axis: int = -1) -> Tensor:
    """log(softmax(x)) along an axis, exact to rounding for all x up to 1e4 in size.

    Raises:
        IndexError: if there is no such axis.
    """
    raise NotImplementedError("autograd.log_softmax")
