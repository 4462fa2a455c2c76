"""Explicit loops: one number after the other through Python's `math`, rounded to the dtype of x when it is stored."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from .module import Module, check_shape


def sigmoid(t: float) -> float:
    """1 / (1 + exp(-t)), with no exponent above 0."""
    e = math.exp(-abs(t))
    return 1 / (1 + e) if t >= 0 else e / (1 + e)


class NumberByNumber(Module):
    """What acts on every number alone: a subclass says what becomes of one, and with which slope."""

    def value(self, t: float) -> float:
        """f(t)."""
        raise NotImplementedError

    def slope(self, t: float) -> float:
        """f'(t)."""
        raise NotImplementedError

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return f of every number."""
        self.save_for_backward(x)
        y = np.empty(x.shape, x.dtype)
        for index in np.ndindex(x.shape):
            y[index] = self.value(float(x[index]))
        return y

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Return dx."""
        (x,) = self.saved_values
        check_shape("dy", dy.shape, x.shape)
        dx = np.empty(x.shape, x.dtype)
        for index in np.ndindex(x.shape):
            dx[index] = float(dy[index]) * self.slope(float(x[index]))
        return dx


class ReLU(NumberByNumber):
    """y = max(x, 0)."""

    def value(self, t: float) -> float:
        return t if t > 0 else 0.0

    def slope(self, t: float) -> float:
        return 1.0 if t > 0 else 0.0


class LeakyReLU(NumberByNumber):
    """y = x if x > 0, else negative_slope * x."""

    def __init__(self, negative_slope: float = 0.01) -> None:
        self.negative_slope = negative_slope

    def value(self, t: float) -> float:
        return t * self.slope(t)

    def slope(self, t: float) -> float:
        return 1.0 if t > 0 else self.negative_slope


class ELU(NumberByNumber):
    """y = x if x > 0, else alpha * (exp(x) - 1)."""

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = alpha

    def value(self, t: float) -> float:
        return t if t > 0 else self.alpha * math.expm1(t)

    def slope(self, t: float) -> float:
        return 1.0 if t > 0 else self.alpha * math.exp(t)


class Sigmoid(NumberByNumber):
    """y = 1 / (1 + exp(-x))."""

    def value(self, t: float) -> float:
        return sigmoid(t)

    def slope(self, t: float) -> float:
        return sigmoid(t) * sigmoid(-t)


class Tanh(NumberByNumber):
    """y = tanh(x)."""

    def value(self, t: float) -> float:
        return math.tanh(t)

    def slope(self, t: float) -> float:
        return 1 - math.tanh(t) ** 2


class Softplus(NumberByNumber):
    """y = log(1 + exp(beta * x)) / beta."""

    def __init__(self, beta: float = 1.0) -> None:
        if beta == 0:
            raise ValueError("Softplus needs a beta above 0, not 0")
        self.beta = beta

    def value(self, t: float) -> float:
        u = self.beta * t
        return (max(u, 0.0) + math.log1p(math.exp(-abs(u)))) / self.beta

    def slope(self, t: float) -> float:
        return sigmoid(self.beta * t)


class SiLU(NumberByNumber):
    """y = x * sigmoid(x)."""

    def value(self, t: float) -> float:
        return t * sigmoid(t)

    def slope(self, t: float) -> float:
        return sigmoid(t) + t * sigmoid(t) * sigmoid(-t)


class GELU(NumberByNumber):
    """y = x * Phi(x), or its approximation with a tanh."""

    def __init__(self, approximate: str = "none") -> None:
        if approximate not in ("none", "tanh"):
            raise ValueError(f"approximate has to be 'none' or 'tanh', not {approximate!r}")
        self.approximate = approximate

    def value(self, t: float) -> float:
        gate, _ = self._gate(t)
        return t * gate

    def slope(self, t: float) -> float:
        gate, its_slope = self._gate(t)
        return gate + t * its_slope

    def _gate(self, t: float) -> tuple[float, float]:
        """The share of t that passes, and the slope of that share."""
        if self.approximate == "none":
            return math.erfc(-t / math.sqrt(2)) / 2, math.exp(-t * t / 2) / math.sqrt(2 * math.pi)
        a, b = math.sqrt(2 / math.pi), 0.044715
        bend = math.tanh(a * (t + b * t**3))
        return (1 + bend) / 2, (1 - bend**2) / 2 * a * (1 + 3 * b * t**2)


def rows_along(shape: tuple[int, ...], dim: int) -> Iterator[tuple[int | slice, ...]]:
    """The index of every row of an array along dim; IndexError if there is no such dimension."""
    position = range(len(shape))[dim]
    for index in np.ndindex(shape[:position] + shape[position + 1 :]):
        yield (*index[:position], slice(None), *index[position:])


def log_of_sum(scores: list[float]) -> float:
    """log(sum_k exp(scores_k)) of one row."""
    largest = max(scores)
    if largest == -math.inf:
        return largest
    return largest + math.log(math.fsum(math.exp(score - largest) for score in scores))


def probabilities(scores: list[float]) -> list[float]:
    """The softmax of one row."""
    largest = max(scores)
    shares = [math.exp(score - largest) for score in scores]
    total = math.fsum(shares)
    return [share / total for share in shares]


class Softmax(Module):
    """y_i = exp(x_i) / sum_k exp(x_k) along dim."""

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return the probabilities of the scores x."""
        y = np.empty(x.shape, x.dtype)
        for row in rows_along(x.shape, self.dim):
            y[row] = probabilities(x[row].tolist())
        self.save_for_backward(x)
        return y

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Return dx."""
        (x,) = self.saved_values
        check_shape("dy", dy.shape, x.shape)
        dx = np.empty(x.shape, x.dtype)
        for row in rows_along(x.shape, self.dim):
            shares, wishes = probabilities(x[row].tolist()), dy[row].tolist()
            average = math.fsum(p * d for p, d in zip(shares, wishes, strict=True))
            dx[row] = [p * (d - average) for p, d in zip(shares, wishes, strict=True)]
        return dx


class LogSoftmax(Module):
    """y_i = x_i - log(sum_k exp(x_k)) along dim."""

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return the log-probabilities of the scores x."""
        y = np.empty(x.shape, x.dtype)
        for row in rows_along(x.shape, self.dim):
            largest = max(x[row].tolist())
            moved = [score - largest for score in x[row].tolist()]
            total = log_of_sum(moved)
            y[row] = [score - total for score in moved]
        self.save_for_backward(x)
        return y

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Return dx."""
        (x,) = self.saved_values
        check_shape("dy", dy.shape, x.shape)
        dx = np.empty(x.shape, x.dtype)
        for row in rows_along(x.shape, self.dim):
            total = math.fsum(dy[row].tolist())
            shares = probabilities(x[row].tolist())
            dx[row] = [d - p * total for p, d in zip(shares, dy[row].tolist(), strict=True)]
        return dx


def logsumexp(x: np.ndarray, dim: int = -1, keepdim: bool = False) -> np.ndarray:
    """log(sum_k exp(x_k)) along dim."""
    position = range(x.ndim)[dim]
    sums = np.empty((*x.shape[:position], 1, *x.shape[position + 1 :]), x.dtype)
    for row in rows_along(x.shape, dim):
        sums[row] = log_of_sum(x[row].tolist())
    return sums if keepdim else sums.reshape(x.shape[:position] + x.shape[position + 1 :])
