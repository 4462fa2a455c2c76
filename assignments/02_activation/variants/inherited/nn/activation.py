"""Many small base classes: what rectifies, what squashes and what gates are families; a member says what is its own.

The template of all, `Activation`, keeps x alone, so that every gradient computes everything again.
"""

from __future__ import annotations

import math

import numpy as np

from .module import Module, check_shape


class Activation(Module):
    """A template: a subclass writes `output(x)` and `input_gradient(x, dy)`, and the rest is the same for all."""

    def output(self, x: np.ndarray) -> np.ndarray:
        """Compute y."""
        raise NotImplementedError

    def input_gradient(self, x: np.ndarray, dy: np.ndarray) -> np.ndarray:
        """Compute dx; dy has the shape of y."""
        raise NotImplementedError

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return y in the dtype of x."""
        y = self.output(x).astype(x.dtype, copy=False)
        self.save_for_backward(x)
        return y

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Return dx in the dtype of x."""
        (x,) = self.saved_values
        check_shape("dy", dy.shape, x.shape)
        return self.input_gradient(x, dy).astype(x.dtype, copy=False)


class Elementwise(Activation):
    """y = f(x) for every number: a subclass writes `f` and its `slope`."""

    def f(self, x: np.ndarray) -> np.ndarray:
        """The function."""
        raise NotImplementedError

    def slope(self, x: np.ndarray) -> np.ndarray:
        """Its derivative."""
        raise NotImplementedError

    def output(self, x: np.ndarray) -> np.ndarray:
        return self.f(x)

    def input_gradient(self, x: np.ndarray, dy: np.ndarray) -> np.ndarray:
        return dy * self.slope(x)


class Rectifier(Elementwise):
    """x right of zero, and something else at zero and left of it, where a subclass writes `left` and `left_slope`."""

    def left(self, x: np.ndarray) -> np.ndarray:
        """The function for x <= 0."""
        return np.zeros_like(x)

    def left_slope(self, x: np.ndarray) -> np.ndarray:
        """Its derivative."""
        return np.zeros_like(x)

    def f(self, x: np.ndarray) -> np.ndarray:
        return np.where(x > 0, x, self.left(np.minimum(x, 0)))

    def slope(self, x: np.ndarray) -> np.ndarray:
        return np.where(x > 0, np.ones_like(x), self.left_slope(np.minimum(x, 0)))


class ReLU(Rectifier):
    """y = max(x, 0)."""


class LeakyReLU(Rectifier):
    """y = x if x > 0, else negative_slope * x."""

    def __init__(self, negative_slope: float = 0.01) -> None:
        super().__init__()
        self.negative_slope = negative_slope

    def left(self, x: np.ndarray) -> np.ndarray:
        return self.negative_slope * x

    def left_slope(self, x: np.ndarray) -> np.ndarray:
        return np.full_like(x, self.negative_slope)


class ELU(Rectifier):
    """y = x if x > 0, else alpha * (exp(x) - 1)."""

    def __init__(self, alpha: float = 1.0) -> None:
        super().__init__()
        self.alpha = alpha

    def left(self, x: np.ndarray) -> np.ndarray:
        return self.alpha * np.expm1(x)

    def left_slope(self, x: np.ndarray) -> np.ndarray:
        return self.alpha * np.exp(x)


class Logistic:
    """A mixin of what has a sigmoid in it."""

    @staticmethod
    def sigmoid(x: np.ndarray) -> np.ndarray:
        """1 / (1 + exp(-x)): each half of the axis has a formula whose exponent is not above 0."""
        y = np.empty_like(x)
        right = x >= 0
        y[right] = 1 / (1 + np.exp(-x[right]))
        e = np.exp(x[~right])
        y[~right] = e / (1 + e)
        return y

    def sigmoid_slope(self, x: np.ndarray) -> np.ndarray:
        """sigmoid(x) (1 - sigmoid(x))."""
        return self.sigmoid(x) * self.sigmoid(-x)


class Sigmoid(Logistic, Elementwise):
    """y = 1 / (1 + exp(-x))."""

    def f(self, x: np.ndarray) -> np.ndarray:
        return self.sigmoid(x)

    def slope(self, x: np.ndarray) -> np.ndarray:
        return self.sigmoid_slope(x)


class Tanh(Elementwise):
    """y = tanh(x)."""

    def f(self, x: np.ndarray) -> np.ndarray:
        return np.tanh(x)

    def slope(self, x: np.ndarray) -> np.ndarray:
        return 1 - self.f(x) ** 2


class Softplus(Logistic, Elementwise):
    """y = log(1 + exp(beta * x)) / beta."""

    def __init__(self, beta: float = 1.0) -> None:
        super().__init__()
        if beta == 0:
            raise ValueError("Softplus is not defined for beta = 0")
        self.beta = beta

    def f(self, x: np.ndarray) -> np.ndarray:
        u = self.beta * x
        return np.where(u > 0, u + np.log1p(np.exp(-np.abs(u))), np.log1p(np.exp(np.minimum(u, 0)))) / self.beta

    def slope(self, x: np.ndarray) -> np.ndarray:
        return self.sigmoid(self.beta * x)


class Gated(Elementwise):
    """y = x * gate(x): the product rule is the same for every gate."""

    def gate(self, x: np.ndarray) -> np.ndarray:
        """The share of x that passes."""
        raise NotImplementedError

    def gate_slope(self, x: np.ndarray) -> np.ndarray:
        """Its derivative."""
        raise NotImplementedError

    def f(self, x: np.ndarray) -> np.ndarray:
        return x * self.gate(x)

    def slope(self, x: np.ndarray) -> np.ndarray:
        return self.gate(x) + x * self.gate_slope(x)


class SiLU(Logistic, Gated):
    """y = x * sigmoid(x)."""

    def gate(self, x: np.ndarray) -> np.ndarray:
        return self.sigmoid(x)

    def gate_slope(self, x: np.ndarray) -> np.ndarray:
        return self.sigmoid_slope(x)


class NormalGate(Gated):
    """The gate Phi(x)."""

    def gate(self, x: np.ndarray) -> np.ndarray:
        erf = np.array([math.erf(number) for number in x.ravel() / math.sqrt(2)], dtype=x.dtype)
        return (1 + erf.reshape(x.shape)) / 2

    def gate_slope(self, x: np.ndarray) -> np.ndarray:
        return np.exp(-x * x / 2) / math.sqrt(2 * math.pi)


class TanhGate(Gated):
    """The gate (1 + tanh(u)) / 2 with u = sqrt(2 / pi) (x + 0.044715 x^3)."""

    a, b = math.sqrt(2 / math.pi), 0.044715

    def gate(self, x: np.ndarray) -> np.ndarray:
        return (1 + np.tanh(self.a * (x + self.b * x**3))) / 2

    def gate_slope(self, x: np.ndarray) -> np.ndarray:
        gate = self.gate(x)
        return 2 * gate * (1 - gate) * self.a * (1 + 3 * self.b * x**2)


class GELU(Gated):
    """y = x * Phi(x), or its approximation: each of the two is a class, whose gate this one borrows."""

    def __init__(self, approximate: str = "none") -> None:
        super().__init__()
        kinds = {"none": NormalGate, "tanh": TanhGate}
        if approximate not in kinds:
            raise ValueError(f"GELU(approximate={approximate!r}): choose from {', '.join(kinds)}")
        self.kind = kinds[approximate]()

    def gate(self, x: np.ndarray) -> np.ndarray:
        return self.kind.gate(x)

    def gate_slope(self, x: np.ndarray) -> np.ndarray:
        return self.kind.gate_slope(x)


class Rowwise(Activation):
    """What ties the numbers along one dimension together: a template moves the rows to the end and back."""

    def __init__(self, dim: int = -1) -> None:
        super().__init__()
        self.dim = dim

    def rows(self, x: np.ndarray) -> np.ndarray:
        """Compute y, where the rows are the last dimension."""
        raise NotImplementedError

    def rows_gradient(self, y: np.ndarray, dy: np.ndarray) -> np.ndarray:
        """Compute dx from y and dy, alike."""
        raise NotImplementedError

    def output(self, x: np.ndarray) -> np.ndarray:
        return np.moveaxis(self.rows(self._moved(x)), -1, self.dim)

    def input_gradient(self, x: np.ndarray, dy: np.ndarray) -> np.ndarray:
        y = self.rows(self._moved(x))
        return np.moveaxis(self.rows_gradient(y, self._moved(dy)), -1, self.dim)

    def _moved(self, array: np.ndarray) -> np.ndarray:
        return np.moveaxis(array, self.dim, -1)


class LogSoftmax(Rowwise):
    """y_i = x_i - log(sum_k exp(x_k)) along dim."""

    def rows(self, x: np.ndarray) -> np.ndarray:
        below_top = x - np.max(x, axis=-1, keepdims=True)
        return below_top - logsumexp(below_top, keepdim=True)

    def rows_gradient(self, y: np.ndarray, dy: np.ndarray) -> np.ndarray:
        return dy - np.exp(y) * np.sum(dy, axis=-1, keepdims=True)


class Softmax(LogSoftmax):
    """y_i = exp(x_i) / sum_k exp(x_k) along dim: the exponential of LogSoftmax, both ways."""

    def rows(self, x: np.ndarray) -> np.ndarray:
        return np.exp(super().rows(x))

    def rows_gradient(self, y: np.ndarray, dy: np.ndarray) -> np.ndarray:
        with np.errstate(divide="ignore"):  # log(0) is -inf, and exp gives the 0 back
            return super().rows_gradient(np.log(y), dy * y)


def logsumexp(x: np.ndarray, dim: int = -1, keepdim: bool = False) -> np.ndarray:
    """log(sum_k exp(x_k)) along dim."""
    top = np.max(x, axis=dim, keepdims=True)
    impossible = np.isneginf(top)
    total = np.sum(np.exp(x - np.where(impossible, 0, top)), axis=dim, keepdims=True)
    sums = np.where(impossible, top, top + np.log(np.where(impossible, 1, total)))
    return sums if keepdim else np.squeeze(sums, axis=dim)
