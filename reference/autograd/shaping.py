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
    [x] = operands(x)
    sizes = shape[0] if len(shape) == 1 and not isinstance(shape[0], int | np.integer) else shape
    try:
        data = x.data.reshape(sizes)
    except ValueError:
        raise ValueError(f"reshape cannot turn shape {x.data.shape} into {tuple(sizes)}") from None
    return record(data, (x,), lambda dy, _: (reshape(dy, x.data.shape),))


def transpose(x: Any, *axes: Any) -> Tensor:
    """x with its axes in another order: axis i of the result is axis ``axes[i]`` of x.

    Args:
        axes: a permutation of the axes, as ``transpose(x, 1, 0, 2)`` or ``transpose(x, (1, 0, 2))``; negative ones
            count from the end. Without axes, their order is reversed.

    Raises:
        ValueError: if the axes are no permutation of those of x.
    """
    [x] = operands(x)
    order = axes[0] if len(axes) == 1 and not isinstance(axes[0], int | np.integer) else axes
    order = [axis % x.data.ndim if -x.data.ndim <= axis < x.data.ndim else axis for axis in order]
    order = order or list(range(x.data.ndim))[::-1]
    if sorted(order) != list(range(x.data.ndim)):
        raise ValueError(f"transpose: {axes} is no permutation of the axes of shape {x.data.shape}")
    return record(x.data.transpose(order), (x,), lambda dy, _: (transpose(dy, [*np.argsort(order)]),))


def broadcast_to(x: Any, shape: Sequence[int]) -> Tensor:
    """x, repeated to fill a shape that it broadcasts to. The gradient is the sum over the repetitions.

    Raises:
        ValueError: naming both shapes, if x does not broadcast to the shape.
    """
    [x] = operands(x)
    try:
        data = np.broadcast_to(x.data, shape)
    except ValueError:
        raise ValueError(f"broadcast_to cannot turn shape {x.data.shape} into {tuple(shape)}") from None
    return record(data.copy(), (x,), lambda dy, _: (dy,))


def getitem(x: Any, key: Any) -> Tensor:
    """x[key], with every key that NumPy has: numbers, slices, None, Ellipsis, arrays of integers or bools, tuples.

    If an array of integers takes an entry several times, its gradients add up.

    Raises:
        IndexError: as NumPy, for what is not there.
    """
    [x] = operands(x)
    parts = key if isinstance(key, tuple) else (key,)
    parts = tuple(part.data if isinstance(part, Tensor) else part for part in parts)
    return record(x.data[parts], (x,), lambda dy, _: (_scattered(dy, parts, x.data.shape),))


def concatenate(tensors: Sequence[Any], axis: int = 0) -> Tensor:
    """The tensors one after another, along an axis that they have; their other sizes are equal.

    Raises:
        ValueError: naming the shapes, if they do not fit, or if there are no tensors.
        IndexError: if there is no such axis.
    """
    parts = operands(*tensors)
    data = _joined(np.concatenate, "concatenate", parts, axis)
    ends = np.cumsum([0, *(part.data.shape[axis] for part in parts)])
    before = (slice(None),) * (axis % data.ndim)
    return record(data, parts, lambda dy, _: [dy[(*before, slice(*ends))] for ends in pairwise(ends)])


def stack(tensors: Sequence[Any], axis: int = 0) -> Tensor:
    """Tensors of one shape side by side, along a new axis of the result.

    Raises:
        ValueError: naming the shapes, if they differ, or if there are no tensors.
        IndexError: if the result has no such axis.
    """
    parts = operands(*tensors)
    data = _joined(np.stack, "stack", parts, axis)
    before = (slice(None),) * (axis % data.ndim)
    return record(data, parts, lambda dy, _: [dy[(*before, place)] for place in range(len(parts))])


def _joined(join: Any, name: str, parts: Sequence[Tensor], axis: int) -> np.ndarray:
    try:
        return join([part.data for part in parts], axis)
    except IndexError:  # an axis that is not there
        raise
    except ValueError:
        shapes = ", ".join(str(part.data.shape) for part in parts)
        raise ValueError(f"{name} needs tensors that fit, got shapes {shapes or 'of none'}") from None


def _scattered(dy: Tensor, key: tuple[Any, ...], shape: tuple[int, ...]) -> Tensor:
    """Zeros, with each number of dy added to where the key took it from."""
    data = np.zeros(shape, dy.data.dtype)
    np.add.at(data, key, dy.data)
    return record(data, (dy,), lambda d, _: (getitem(d, key),))
