"""Arithmetic on two operands, which broadcast against each other as in NumPy.

An operand is a tensor, an array or a number; at least one is a tensor. Of an operand that was broadcast, the gradient
is the sum over all places where it was used. A gradient has the shape and dtype of its operand.
"""

from typing import Any

import numpy as np

from .elementwise import log, where
from .shaping import reshape, transpose
from .tensor import Tensor, operands, record


def add(x: Any, y: Any) -> Tensor:
    """x + y.

    Raises:
        ValueError: naming both shapes, if they do not broadcast.
    """
    raise NotImplementedError("autograd.add")


def sub(x: Any, y: Any) -> Tensor:
    """x - y.

    Raises:
        ValueError: naming both shapes, if they do not broadcast.
    """
    raise NotImplementedError("autograd.sub")


def mul(x: Any, y: Any) -> Tensor:
    """x y, entry by entry.

    Raises:
        ValueError: naming both shapes, if they do not broadcast.
    """
    raise NotImplementedError("autograd.mul")


def div(x: Any, y: Any) -> Tensor:
    """x / y, entry by entry.

    Raises:
        ValueError: naming both shapes, if they do not broadcast.
    """
    raise NotImplementedError("autograd.div")


def pow(x: Any, y: Any) -> Tensor:
    """x to the power of y, entry by entry; either may be a number.

    The gradient of x is 0 where y is 0, also at x = 0. The gradient of y needs x >= 0; it is 0 where x is 0.

    Raises:
        ValueError: naming both shapes, if they do not broadcast.
    """
    raise NotImplementedError("autograd.pow")


def maximum(x: Any, y: Any) -> Tensor:
    """The larger of x and y, entry by entry. It has the whole gradient; where both are equal, each has half.

    Raises:
        ValueError: naming both shapes, if they do not broadcast.
    """
    raise NotImplementedError("autograd.maximum")


def minimum(x: Any, y: Any) -> Tensor:
    """The smaller of x and y, entry by entry. It has the whole gradient; where both are equal, each has half.

    Raises:
        ValueError: naming both shapes, if they do not broadcast.
    """
    raise NotImplementedError("autograd.minimum")


def matmul(x: Any, y: Any) -> Tensor:
    """The product of matrices, x @ y.

    (..., n, k) @ (..., k, m) gives (..., n, m); the dots broadcast. x of (k,) is one row, and y of (k,) one column;
    what is added for that is left out of the result. So (k,) @ (k,) gives a number, of shape ().

    Raises:
        ValueError: naming both shapes, if they do not fit, or one of them is ().
    """
    raise NotImplementedError("autograd.matmul")
