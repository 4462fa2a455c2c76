"""The same numbers in another shape, another order, or only some of them.

Gradients go back to where the numbers came from. A number that was taken several times gets the sum.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from .tensor import Tensor, operands, record


def reshape(x: Any, *shape: Any) -> Tensor:
    """The numbers of x, row by row, in another shape.

    Args:
        shape: sizes, as ``reshape(x, 2, 3)`` or ``reshape(x, (2, 3))``; one may be -1: then it is what fits.

    Raises:
        ValueError: naming both shapes, if x has another number of entries.
    """
    raise NotImplementedError("autograd.reshape")


def transpose(x: Any, *axes: Any) -> Tensor:
    """x with its axes in another order: axis i of the result is axis ``axes[i]`` of x.

    Args:
        axes: a permutation of the axes, as ``transpose(x, 1, 0, 2)`` or ``transpose(x, (1, 0, 2))``; negative ones
            count from the end. Without axes, their order is reversed.

    Raises:
        ValueError: if the axes are no permutation of those of x.
    """
    raise NotImplementedError("autograd.transpose")


def broadcast_to(x: Any, shape: Sequence[int]) -> Tensor:
    """x, repeated to fill a shape that it broadcasts to. The gradient is the sum over the repetitions.

    Raises:
        ValueError: naming both shapes, if x does not broadcast to the shape.
    """
    raise NotImplementedError("autograd.broadcast_to")


def getitem(x: Any, key: Any) -> Tensor:
    """x[key], with every key that NumPy has: numbers, slices, None, Ellipsis, arrays of integers or bools, tuples.

    If an array of integers takes an entry several times, its gradients add up.

    Raises:
        IndexError: as NumPy, for what is not there.
    """
    raise NotImplementedError("autograd.getitem")


def concatenate(tensors: Sequence[Any], axis: int = 0) -> Tensor:
    """The tensors one after another, along an axis that they have; their other sizes are equal.

    Raises:
        ValueError: naming the shapes, if they do not fit, or if there are no tensors.
        IndexError: if there is no such axis.
    """
    raise NotImplementedError("autograd.concatenate")


def stack(tensors: Sequence[Any], axis: int = 0) -> Tensor:
    """Tensors of one shape side by side, along a new axis of the result.

    Raises:
        ValueError: naming the shapes, if they differ, or if there are no tensors.
        IndexError: if the result has no such axis.
    """
    raise NotImplementedError("autograd.stack")
