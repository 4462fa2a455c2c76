"""Many small base classes: a layer is a template, `Layer`, plus what is its own; what two share is a class again."""

from __future__ import annotations

import math
from functools import wraps
from typing import Any

import numpy as np

from .module import Module, accumulate_grad, check_shape
from .parameter import Parameter


class Layer(Module):
    """A template: a subclass writes `output(x)` and `input_gradient(x, dy)`, and the rest is the same for all."""

    def output(self, x: np.ndarray) -> np.ndarray:
        """Compute y."""
        raise NotImplementedError

    def input_gradient(self, x: np.ndarray, dy: np.ndarray) -> np.ndarray:
        """Compute dx, and add to the gradients of parameters; dy has the shape of y."""
        raise NotImplementedError

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return y in the dtype of x."""
        y = self.output(x).astype(x.dtype, copy=False)
        self.save_for_backward(x, y.shape)
        return y

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Return dx in the dtype of x."""
        x, shape = self.saved_values
        check_shape("dy", dy.shape, shape)
        return self.input_gradient(x, dy).astype(x.dtype, copy=False)


def with_sizes_from_1(constructor: Any) -> Any:
    """Decorate a constructor whose first two arguments are sizes: ValueError for one below 1."""

    @wraps(constructor)
    def checked(self: Any, in_features: int, out_features: int, *arguments: Any, **options: Any) -> None:
        if not (in_features >= 1 and out_features >= 1):
            raise ValueError(f"{type(self).__name__} has sizes {(in_features, out_features)}: they start at 1")
        constructor(self, in_features, out_features, *arguments, **options)

    return checked


class Weighted(Layer):
    """A layer with a weight and perhaps a bias, drawn uniformly from [-bound, bound)."""

    def __init__(self, shape: tuple[int, int], bound: float, bias: bool, rng: np.random.Generator | None) -> None:
        super().__init__()
        rng = rng if rng is not None else np.random.default_rng()
        self.weight = Parameter(rng.uniform(-bound, bound, shape))
        self.bias = None
        if bias:
            self.bias = Parameter(rng.uniform(-bound, bound, shape[:1]))

    @property
    def out_features(self) -> int:
        """The length of the last dimension of y."""
        return self.weight.shape[0]

    @property
    def in_features(self) -> int:
        """The length of the last dimension of x."""
        return self.weight.shape[1]


class Linear(Weighted):
    """y = x W^T + b for every row of the last dimension; W has shape (out_features, in_features)."""

    @with_sizes_from_1
    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        rng: np.random.Generator | None = None,
    ) -> None:
        super().__init__((out_features, in_features), 1 / math.sqrt(in_features), bias, rng)

    def output(self, x: np.ndarray) -> np.ndarray:
        """x W^T + b."""
        check_shape("x", x.shape, (*x.shape[:-1], self.in_features))
        y = np.inner(x, self.weight.data)
        return y if self.bias is None else y + self.bias.data

    def input_gradient(self, x: np.ndarray, dy: np.ndarray) -> np.ndarray:
        """dy W; the sums over rows go to the parameters."""
        x_rows, dy_rows = x.reshape(-1, self.in_features), dy.reshape(-1, self.out_features)
        accumulate_grad(self.weight, np.dot(dy_rows.T, x_rows))
        if self.bias is not None:
            accumulate_grad(self.bias, np.add.reduce(dy_rows, axis=0))
        return np.dot(dy, self.weight.data)


class Reshaping(Layer):
    """A layer that changes no value: its dx is dy in the shape of x."""

    def new_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """The shape of y for the shape of x."""
        return shape

    def output(self, x: np.ndarray) -> np.ndarray:
        """x in its new shape."""
        shape = self.new_shape(x.shape)
        return x if shape == x.shape else x.reshape(shape)

    def input_gradient(self, x: np.ndarray, dy: np.ndarray) -> np.ndarray:
        """dy in the shape of x."""
        return dy.reshape(x.shape)


class Identity(Reshaping):
    """The layer that does nothing: it reshapes to the same shape."""


class Flatten(Reshaping):
    """Merge the dimensions start_dim to end_dim, both included, in row-major order."""

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim, self.end_dim = start_dim, end_dim

    def new_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """The shape with the dimensions merged."""
        shape = shape or (1,)
        dims = list(range(len(shape)))
        start, end = dims[self.start_dim], dims[self.end_dim]  # a list raises IndexError as it should be
        if end < start:
            raise ValueError(f"Flatten({self.start_dim}, {self.end_dim}) ends before it starts for the shape {shape}")
        return (*shape[:start], math.prod(shape[start : end + 1]), *shape[end + 1 :])
