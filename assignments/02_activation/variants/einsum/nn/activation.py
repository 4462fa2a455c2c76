"""Array tricks: masks are 0-1 factors, minima and maxima clip, `logaddexp` adds inside logarithms, `einsum` multiplies.

There is no `where`, no boolean index and no fancy index. x is kept, and `backward` computes everything again, for
Softmax and LogSoftmax with the whole Jacobian of every row.
"""

from __future__ import annotations

import math

import numpy as np

from .module import Module, check_shape

_erfc = np.vectorize(math.erfc, otypes=[np.float64])


def sigmoid(x: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-x)), as the exponential of a logarithm that is never above 0."""
    return np.exp(-np.logaddexp(0, -x))


class _Kept(Module):
    """Keeps x, and multiplies dy with a diagonal Jacobian."""

    def _keep(self, x: np.ndarray) -> np.ndarray:
        self.save_for_backward(x)
        return x

    def _kept(self, dy: np.ndarray) -> np.ndarray:
        (x,) = self.saved_values
        check_shape("dy", dy.shape, x.shape)
        return x

    @staticmethod
    def _product(dy: np.ndarray, slope: np.ndarray) -> np.ndarray:
        return np.einsum("...,...->...", dy, slope).astype(slope.dtype)


class ReLU(_Kept):
    """y = max(x, 0)."""

    def forward(self, x: np.ndarray) -> np.ndarray:
        return np.maximum(self._keep(x), 0)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        x = self._kept(dy)
        return self._product(dy, np.greater(x, 0).astype(x.dtype))


class LeakyReLU(_Kept):
    """y = max(x, 0) + negative_slope * min(x, 0)."""

    def __init__(self, negative_slope: float = 0.01) -> None:
        self.negative_slope = negative_slope

    def forward(self, x: np.ndarray) -> np.ndarray:
        self._keep(x)
        return np.maximum(x, 0) + self.negative_slope * np.minimum(x, 0)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        right = np.heaviside(self._kept(dy), 0)
        return self._product(dy, right + self.negative_slope * (1 - right))


class ELU(_Kept):
    """y = max(x, 0) + alpha * expm1(min(x, 0))."""

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = alpha

    def forward(self, x: np.ndarray) -> np.ndarray:
        self._keep(x)
        return np.maximum(x, 0) + self.alpha * np.expm1(np.minimum(x, 0))

    def backward(self, dy: np.ndarray) -> np.ndarray:
        x = self._kept(dy)
        right = np.heaviside(x, 0)
        return self._product(dy, right + (1 - right) * (self.alpha * np.exp(np.minimum(x, 0))))


class Sigmoid(_Kept):
    """y = 1 / (1 + exp(-x))."""

    def forward(self, x: np.ndarray) -> np.ndarray:
        return sigmoid(self._keep(x))

    def backward(self, dy: np.ndarray) -> np.ndarray:
        x = self._kept(dy)
        return self._product(dy, sigmoid(x) * sigmoid(-x))


class Tanh(_Kept):
    """y = 2 sigmoid(2 x) - 1 in theory, and `np.tanh` in practice; its slope is 1 / cosh(x)^2."""

    def forward(self, x: np.ndarray) -> np.ndarray:
        return np.tanh(self._keep(x))

    def backward(self, dy: np.ndarray) -> np.ndarray:
        x = self._kept(dy)
        # 2 / (exp(x) + exp(-x)) is exp(log 2 - log(exp(x) + exp(-x))), which cannot overflow.
        return self._product(dy, np.exp(2 * (math.log(2) - np.logaddexp(x, -x))))


class Softplus(_Kept):
    """y = log(exp(0) + exp(beta * x)) / beta."""

    def __init__(self, beta: float = 1.0) -> None:
        if not beta:
            raise ValueError("beta must not be 0")
        self.beta = beta

    def forward(self, x: np.ndarray) -> np.ndarray:
        return np.logaddexp(0, self.beta * self._keep(x)) / self.beta

    def backward(self, dy: np.ndarray) -> np.ndarray:
        return self._product(dy, sigmoid(self.beta * self._kept(dy)))


class SiLU(_Kept):
    """y = x * sigmoid(x)."""

    def forward(self, x: np.ndarray) -> np.ndarray:
        return np.einsum("...,...->...", self._keep(x), sigmoid(x))

    def backward(self, dy: np.ndarray) -> np.ndarray:
        x = self._kept(dy)
        return self._product(dy, sigmoid(x) * (1 + x * sigmoid(-x)))


class GELU(_Kept):
    """y = x * Phi(x), or its approximation with a tanh."""

    def __init__(self, approximate: str = "none") -> None:
        gates = {"none": self._exact, "tanh": self._approximation}
        if approximate not in gates:
            raise ValueError(f"approximate is {approximate!r}, but should be one of {list(gates)}")
        self._gate = gates[approximate]

    def forward(self, x: np.ndarray) -> np.ndarray:
        gate, _ = self._gate(self._keep(x))
        return x * gate

    def backward(self, dy: np.ndarray) -> np.ndarray:
        x = self._kept(dy)
        gate, slope = self._gate(x)
        return self._product(dy, gate + x * slope)

    @staticmethod
    def _exact(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Phi(x) and the density."""
        gate = 0.5 * _erfc(x * -math.sqrt(0.5)).astype(x.dtype)
        return gate, np.exp(-0.5 * np.square(x)) * (1 / math.sqrt(math.tau))

    @staticmethod
    def _approximation(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The gate is sigmoid(2 u), as (1 + tanh(u)) / 2 is the same."""
        a, b = math.sqrt(2 / math.pi), 0.044715
        twice_u = 2 * a * (x + b * x**3)
        return sigmoid(twice_u), sigmoid(twice_u) * sigmoid(-twice_u) * (2 * a * (1 + 3 * b * x**2))


class _Rows(_Kept):
    """Multiplies dy with the Jacobian of every row, built in full: J[..., i, k] is the derivative of y_i by x_k."""

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def _jacobian(self, p: np.ndarray, one_hot: np.ndarray) -> np.ndarray:
        """For probabilities p along the last dimension."""
        raise NotImplementedError

    def backward(self, dy: np.ndarray) -> np.ndarray:
        x = np.moveaxis(self._kept(dy), self.dim, -1)
        jacobian = self._jacobian(np.exp(log_probabilities(x, -1)), np.eye(x.shape[-1], dtype=x.dtype))
        dx = np.einsum("...i,...ik->...k", np.moveaxis(dy, self.dim, -1), jacobian)
        return np.moveaxis(dx, -1, self.dim).astype(x.dtype)


class Softmax(_Rows):
    """y_i = exp(x_i) / sum_k exp(x_k) along dim."""

    def forward(self, x: np.ndarray) -> np.ndarray:
        return np.exp(log_probabilities(self._keep(x), self.dim))

    def _jacobian(self, p: np.ndarray, one_hot: np.ndarray) -> np.ndarray:
        return np.einsum("...i,ik->...ik", p, one_hot) - np.einsum("...i,...k->...ik", p, p)


class LogSoftmax(_Rows):
    """y_i = x_i - log(sum_k exp(x_k)) along dim."""

    def forward(self, x: np.ndarray) -> np.ndarray:
        return log_probabilities(self._keep(x), self.dim)

    def _jacobian(self, p: np.ndarray, one_hot: np.ndarray) -> np.ndarray:
        return one_hot - p[..., np.newaxis, :]


def log_probabilities(x: np.ndarray, dim: int) -> np.ndarray:
    """The scores minus their logsumexp; the largest is taken off first, so that rounding stays small."""
    moved = x - np.maximum.reduce(x, axis=dim, keepdims=True)
    return moved - np.logaddexp.reduce(moved, axis=dim, keepdims=True)


def logsumexp(x: np.ndarray, dim: int = -1, keepdim: bool = False) -> np.ndarray:
    """log(sum_k exp(x_k)) along dim: a chain of `logaddexp`."""
    return np.logaddexp.reduce(x, axis=dim, keepdims=keepdim)
