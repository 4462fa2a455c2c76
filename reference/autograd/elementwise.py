"""Functions of every entry by itself.

x is a tensor, an array or a number. The result has its shape and dtype.
"""

from typing import Any

import numpy as np

from .tensor import Tensor, operands, record


def neg(x: Any) -> Tensor:
    """-x."""
    [x] = operands(x)
    return record(-x.data, (x,), lambda dy, _: (-dy,))


def abs(x: Any) -> Tensor:
    """|x|; the derivative at 0 is 0."""
    [x] = operands(x)
    return record(np.abs(x.data), (x,), lambda dy, _: (dy * np.sign(x.data),))


def exp(x: Any) -> Tensor:
    """e to the power of x."""
    [x] = operands(x)
    return record(np.exp(x.data), (x,), lambda dy, y: (dy * y,))


def log(x: Any) -> Tensor:
    """The natural logarithm of x > 0."""
    [x] = operands(x)
    return record(np.log(x.data), (x,), lambda dy, _: (dy / x,))


def sqrt(x: Any) -> Tensor:
    """The root of x >= 0; its derivative at 0 is not asked for."""
    [x] = operands(x)
    return record(np.sqrt(x.data), (x,), lambda dy, y: (dy / (2 * y),))


def tanh(x: Any) -> Tensor:
    """The hyperbolic tangent."""
    [x] = operands(x)
    return record(np.tanh(x.data), (x,), lambda dy, y: (dy * (1 - y * y),))


def sigmoid(x: Any) -> Tensor:
    """1 / (1 + exp(-x)), exact to rounding for every x, without a warning."""
    [x] = operands(x)
    small = np.exp(-np.abs(x.data))
    data = np.where(x.data < 0, small, 1) / (1 + small)
    return record(data, (x,), lambda dy, y: (dy * y * (1 - y),))


def relu(x: Any) -> Tensor:
    """max(x, 0); the derivative at 0 is 0."""
    [x] = operands(x)
    return record(np.maximum(x.data, 0), (x,), lambda dy, _: (dy * (x.data > 0),))


def clip(x: Any, min: float | None = None, max: float | None = None) -> Tensor:
    """x, but min where x is less, and max where it is more; None is no bound.

    The derivative is 1 where min <= x <= max, and 0 elsewhere.

    Raises:
        ValueError: if both bounds are None.
    """
    if min is None and max is None:
        raise ValueError("clip needs min, max or both")
    [x] = operands(x)
    data = np.clip(x.data, min, max)
    return record(data, (x,), lambda dy, _: (dy * (data == x.data),))


def where(condition: Any, x: Any, y: Any) -> Tensor:
    """x where the condition is true, and y elsewhere; all three broadcast against each other.

    Each entry's gradient goes to the operand that it was taken from. The condition has none.

    Args:
        condition: a bool array or tensor.
        x, y: tensors, arrays or numbers.

    Raises:
        ValueError: naming the three shapes, if they do not broadcast.
    """
    x, y = operands(x, y)
    chosen = condition.data if isinstance(condition, Tensor) else np.asarray(condition)
    shapes = chosen.shape, x.data.shape, y.data.shape
    try:
        np.broadcast_shapes(*shapes)
    except ValueError:
        raise ValueError(f"where cannot broadcast shapes {shapes[0]}, {shapes[1]} and {shapes[2]}") from None
    data = np.where(chosen, x.data, y.data)
    return record(data, (x, y), lambda dy, _: (where(chosen, dy, 0.0), where(chosen, 0.0, dy)))
