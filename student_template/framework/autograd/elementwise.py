"""Functions of every entry by itself.

x is a tensor, an array or a number. The result has its shape and dtype.
"""

from typing import Any

import numpy as np

from .tensor import Tensor, operands, record


def neg(x: Any) -> Tensor:
    """-x."""
    raise NotImplementedError("autograd.neg")


def abs(x: Any) -> Tensor:
    """|x|; the derivative at 0 is 0."""
    raise NotImplementedError("autograd.abs")


def exp(x: Any) -> Tensor:
    """e to the power of x."""
    raise NotImplementedError("autograd.exp")


def log(x: Any) -> Tensor:
    """The natural logarithm of x > 0."""
    raise NotImplementedError("autograd.log")


def sqrt(x: Any) -> Tensor:
    """The root of x >= 0; its derivative at 0 is not asked for."""
    raise NotImplementedError("autograd.sqrt")


def tanh(x: Any) -> Tensor:
    """The hyperbolic tangent."""
    raise NotImplementedError("autograd.tanh")


def sigmoid(x: Any) -> Tensor:
    """1 / (1 + exp(-x)), exact to rounding for every x, without a warning."""
    raise NotImplementedError("autograd.sigmoid")


def relu(x: Any) -> Tensor:
    """max(x, 0); the derivative at 0 is 0."""
    raise NotImplementedError("autograd.relu")


def clip(x: Any, min: float | None = None, max: float | None = None) -> Tensor:
    """x, but min where x is less, and max where it is more; None is no bound.

    The derivative is 1 where min <= x <= max, and 0 elsewhere.

    Raises:
        ValueError: if both bounds are None.
    """
    raise NotImplementedError("autograd.clip")


def where(condition: Any, x: Any, y: Any) -> Tensor:
    """x where the condition is true, and y elsewhere; all three broadcast against each other.

    Each entry's gradient goes to the operand that it was taken from. The condition has none.

    Args:
        condition: a bool array or tensor.
        x, y: tensors, arrays or numbers.

    Raises:
        ValueError: naming the three shapes, if they do not broadcast.
    """
    raise NotImplementedError("autograd.where")
