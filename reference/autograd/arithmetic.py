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
    x, y = _fitting("add", x, y)
    return record(x.data + y.data, (x, y), lambda d, _: (d, d))


def sub(x: Any, y: Any) -> Tensor:
    """x - y.

    Raises:
        ValueError: naming both shapes, if they do not broadcast.
    """
    x, y = _fitting("sub", x, y)
    return record(x.data - y.data, (x, y), lambda d, _: (d, -d))


def mul(x: Any, y: Any) -> Tensor:
    """x y, entry by entry.

    Raises:
        ValueError: naming both shapes, if they do not broadcast.
    """
    x, y = _fitting("mul", x, y)
    return record(x.data * y.data, (x, y), lambda d, _: (d * y, d * x))


def div(x: Any, y: Any) -> Tensor:
    """x / y, entry by entry.

    Raises:
        ValueError: naming both shapes, if they do not broadcast.
    """
    x, y = _fitting("div", x, y)
    return record(x.data / y.data, (x, y), lambda d, z: (d / y, -d * z / y))


def pow(x: Any, y: Any) -> Tensor:
    """x to the power of y, entry by entry; either may be a number.

    The gradient of x is 0 where y is 0, also at x = 0. The gradient of y needs x >= 0; it is 0 where x is 0.

    Raises:
        ValueError: naming both shapes, if they do not broadcast.
    """
    x, y = _fitting("pow", x, y)

    def pull(d: Tensor, z: Tensor) -> tuple[Tensor | None, ...]:
        dx = d * y * pow(x, where(y.data == 0, 1.0, y - 1)) if x.requires_grad else None
        dy = d * z * log(where(x.data == 0, 1.0, x)) if y.requires_grad else None
        return dx, dy

    return record(x.data**y.data, (x, y), pull)


def maximum(x: Any, y: Any) -> Tensor:
    """The larger of x and y, entry by entry. It has the whole gradient; where both are equal, each has half.

    Raises:
        ValueError: naming both shapes, if they do not broadcast.
    """
    x, y = _fitting("maximum", x, y)
    share = _share(x.data > y.data, x.data == y.data)
    return record(np.maximum(x.data, y.data), (x, y), lambda d, _: (d * share, d * (1 - share)))


def minimum(x: Any, y: Any) -> Tensor:
    """The smaller of x and y, entry by entry. It has the whole gradient; where both are equal, each has half.

    Raises:
        ValueError: naming both shapes, if they do not broadcast.
    """
    x, y = _fitting("minimum", x, y)
    share = _share(x.data < y.data, x.data == y.data)
    return record(np.minimum(x.data, y.data), (x, y), lambda d, _: (d * share, d * (1 - share)))


def matmul(x: Any, y: Any) -> Tensor:
    """The product of matrices, x @ y.

    (..., n, k) @ (..., k, m) gives (..., n, m); the dots broadcast. x of (k,) is one row, and y of (k,) one column;
    what is added for that is left out of the result. So (k,) @ (k,) gives a number, of shape ().

    Raises:
        ValueError: naming both shapes, if they do not fit, or one of them is ().
    """
    x, y = operands(x, y)
    try:
        data = x.data @ y.data
    except ValueError:
        raise ValueError(f"matmul cannot multiply shapes {x.data.shape} and {y.data.shape}") from None
    rows = reshape(x, (1, *x.data.shape)) if x.data.ndim == 1 else x
    columns = reshape(y, (*y.data.shape, 1)) if y.data.ndim == 1 else y
    product = record(
        rows.data @ columns.data, (rows, columns), lambda d, _: (d @ _flipped(columns), _flipped(rows) @ d)
    )
    return reshape(product, data.shape)


def _fitting(name: str, *values: Any) -> tuple[Tensor, ...]:
    x, y = operands(*values)
    if x.data.shape != y.data.shape:
        try:
            np.broadcast_shapes(x.data.shape, y.data.shape)
        except ValueError:
            raise ValueError(f"{name} cannot broadcast shapes {x.data.shape} and {y.data.shape}") from None
    return x, y


def _share(first: np.ndarray, equal: np.ndarray) -> np.ndarray:
    """The share of the first operand."""
    return first + 0.5 * equal


def _flipped(x: Tensor) -> Tensor:
    """With the last two axes exchanged."""
    return transpose(x, *range(x.data.ndim - 2), -1, -2)
