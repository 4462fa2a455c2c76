"""A parameter is an array that training changes, together with the gradient that says how."""

from __future__ import annotations

from typing import Any

import numpy as np


class Parameter:
    """An array to be learned and the gradient of the loss with respect to it.

    Args:
        data: anything NumPy can turn into an array, of any shape; the initial value. A float
            array is kept as it is, by reference; anything else is copied into float64.

    Attributes:
        data: float array; the value. Optimizers and ``load_state_dict`` write into it in place;
            assigning another array is allowed, and the next forward pass uses it.
        grad: None, or an array of the shape and dtype of ``data``; d loss / d data, summed over
            every backward pass since it was last None.

    >>> weight = Parameter([[1, 2, 3]])
    >>> weight.shape, weight.data.dtype, weight.grad
    ((1, 3), dtype('float64'), None)
    """

    def __init__(self, data: Any) -> None:
        is_float_array = isinstance(data, np.ndarray) and np.issubdtype(data.dtype, np.floating)
        self.data: np.ndarray = data if is_float_array else np.array(data, dtype=np.float64)
        self.grad: np.ndarray | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of ``data``."""
        return self.data.shape

    def __repr__(self) -> str:
        """Show the value and, through it, the shape."""
        return f"Parameter({self.data!r})"
