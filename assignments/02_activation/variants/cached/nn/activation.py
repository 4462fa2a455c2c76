"""Another layout of what is kept: outputs instead of inputs, wherever the slope can be told from y alone.

Each forward ends with `_keep(y, pull)`, where pull is the way back, a closure over a copy of the output. ELU and
Softplus do without expm1 and log1p forward: an error of one rounding of 1 is within what the course calls exact.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from .module import Module, check_shape


class _KeepsOutput(Module):
    """Saves the shape and dtype of y and a function from (y, dy) to dx, with a y that nobody else can change."""

    def _keep(self, y: np.ndarray, pull: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> np.ndarray:
        kept = y.copy()
        self.save_for_backward(y.shape, y.dtype, lambda dy: pull(kept, dy))
        return y

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Return dx."""
        shape, dtype, pull = self.saved_values
        check_shape("dy", dy.shape, shape)
        return pull(dy).astype(dtype)


class ReLU(_KeepsOutput):
    """y = max(x, 0); y is positive exactly where x is."""

    def forward(self, x: np.ndarray) -> np.ndarray:
        return self._keep(np.where(x > 0, x, 0), lambda y, dy: np.where(y > 0, dy, 0))


class LeakyReLU(_KeepsOutput):
    """y = x if x > 0, else negative_slope * x; y alone does not tell the side, as the slope may have any sign."""

    def __init__(self, negative_slope: float = 0.01) -> None:
        self.negative_slope = negative_slope

    def forward(self, x: np.ndarray) -> np.ndarray:
        factors = np.full(x.shape, self.negative_slope, x.dtype)
        factors[x > 0] = 1
        return self._keep(x * factors, lambda _, dy: dy * factors)


class ELU(_KeepsOutput):
    """y = x if x > 0, else alpha * (exp(x) - 1), whose slope is y + alpha."""

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = alpha

    def forward(self, x: np.ndarray) -> np.ndarray:
        right = x > 0
        left_half = self.alpha * (np.exp(np.where(right, 0, x)) - 1)
        return self._keep(np.where(right, x, left_half), lambda y, dy: np.where(right, dy, dy * (y + self.alpha)))


class Sigmoid(_KeepsOutput):
    """y = 1 / (1 + exp(-x)), whose slope is y (1 - y)."""

    def forward(self, x: np.ndarray) -> np.ndarray:
        return self._keep(logistic(x), lambda y, dy: dy * y * (1 - y))


class Tanh(_KeepsOutput):
    """y = tanh(x), whose slope is (1 - y) (1 + y)."""

    def forward(self, x: np.ndarray) -> np.ndarray:
        return self._keep(np.tanh(x), lambda y, dy: dy * (1 - y) * (1 + y))


class Softplus(_KeepsOutput):
    """y = log(1 + exp(beta * x)) / beta, whose slope is 1 - exp(-beta * y)."""

    def __init__(self, beta: float = 1.0) -> None:
        if beta == 0:
            raise ValueError(f"beta has to be positive, but is {beta}")
        self.beta = beta

    def forward(self, x: np.ndarray) -> np.ndarray:
        correction = np.log(1 + np.exp(-self.beta * np.abs(x))) / self.beta
        return self._keep(np.maximum(x, 0) + correction, lambda y, dy: dy * -np.expm1(-self.beta * y))


class SiLU(_KeepsOutput):
    """y = x * gate with the gate sigmoid(x), whose slope is gate + y (1 - gate)."""

    def forward(self, x: np.ndarray) -> np.ndarray:
        gate = logistic(x)
        return self._keep(x * gate, lambda y, dy: dy * (gate + y * (1 - gate)))


class GELU(_KeepsOutput):
    """y = x * Phi(x), or its approximation with a tanh; the whole slope is computed on the way forward."""

    def __init__(self, approximate: str = "none") -> None:
        if approximate not in {"none", "tanh"}:
            raise ValueError(f"there is no approximation {approximate!r}, only 'none' and 'tanh'")
        self.approximate = approximate

    def forward(self, x: np.ndarray) -> np.ndarray:
        gate, its_slope = _tanh_gate(x) if self.approximate == "tanh" else _normal_gate(x)
        slope = gate + x * its_slope
        return self._keep(x * gate, lambda _, dy: dy * slope)


def logistic(x: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-x)): both halves of the axis with the exponential of -|x|."""
    e = np.exp(-np.abs(x))
    return np.where(x < 0, e, 1) / (1 + e)


def _normal_gate(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Phi(x) and its slope."""
    erf = np.fromiter(map(math.erf, (x * math.sqrt(0.5)).flat), np.float64, x.size).reshape(x.shape)
    return (erf.astype(x.dtype) + 1) / 2, np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)


def _tanh_gate(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(1 + tanh(u)) / 2 and its slope."""
    c = math.sqrt(2 / math.pi)
    t = np.tanh(c * x + c * 0.044715 * x**3)
    return (1 + t) / 2, (1 - t) * (1 + t) * (c + 3 * c * 0.044715 * x**2) / 2


class Softmax(_KeepsOutput):
    """y_i = exp(x_i) / sum_k exp(x_k) along dim."""

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, x: np.ndarray) -> np.ndarray:
        return self._keep(np.exp(_log_softmax(x, self.dim)), self._pull)

    def _pull(self, y: np.ndarray, dy: np.ndarray) -> np.ndarray:
        weighted = y * dy
        return weighted - y * weighted.sum(axis=self.dim, keepdims=True)


class LogSoftmax(_KeepsOutput):
    """y_i = x_i - log(sum_k exp(x_k)) along dim."""

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, x: np.ndarray) -> np.ndarray:
        return self._keep(_log_softmax(x, self.dim), self._pull)

    def _pull(self, y: np.ndarray, dy: np.ndarray) -> np.ndarray:
        return dy - np.exp(y) * dy.sum(axis=self.dim, keepdims=True)


def _log_softmax(x: np.ndarray, dim: int) -> np.ndarray:
    centred = x - x.max(axis=dim, keepdims=True)
    return centred - np.log(np.exp(centred).sum(axis=dim, keepdims=True))


def logsumexp(x: np.ndarray, dim: int = -1, keepdim: bool = False) -> np.ndarray:
    """log(sum_k exp(x_k)) along dim."""
    top = x.max(axis=dim, keepdims=True)
    safe = np.where(np.isneginf(top), 0, top)  # -inf minus -inf would be NaN
    with np.errstate(divide="ignore"):  # the logarithm of 0 is meant
        sums = top + np.log(np.exp(x - safe).sum(axis=dim, keepdims=True))
    return sums if keepdim else sums.squeeze(axis=dim)
