"""Every dtype said aloud, other but equal formulas: the sigmoid is a tanh, the tanh an expm1, powers go by Horner.

Elementwise modules compute in the dtype of x, in place on arrays of their own; sums are formed in double precision.
"""

from __future__ import annotations

import math

import numpy as np

from .module import Module, check_shape

ROOT_2, TWO_OVER_ROOT_TAU = math.sqrt(2.0), math.sqrt(2.0 / math.pi)


class _Elementwise(Module):
    """y = f(x) for every number; `_value` and `_slope` get a copy of x, which they may overwrite."""

    def _value(self, x: np.ndarray) -> np.ndarray:
        raise NotImplementedError

    def _slope(self, x: np.ndarray) -> np.ndarray:
        raise NotImplementedError

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return f(x) for every number in x."""
        self.save_for_backward(x.copy())
        return self._value(_own(x)).astype(x.dtype, copy=False)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Return dx."""
        (x,) = self.saved_values
        check_shape("dy", dy.shape, x.shape)
        dx = self._slope(_own(x))
        np.multiply(dx, dy, out=dx, casting="same_kind")
        return dx.astype(x.dtype, copy=False)


def _own(x: np.ndarray) -> np.ndarray:
    return np.array(x, dtype=x.dtype.newbyteorder("="), copy=True, order="C")


def _sigmoid(x: np.ndarray) -> np.ndarray:
    """(1 + tanh(x / 2)) / 2, in place."""
    np.multiply(x, x.dtype.type(0.5), out=x)
    np.tanh(x, out=x)
    np.add(x, x.dtype.type(1.0), out=x)
    return np.multiply(x, x.dtype.type(0.5), out=x)


class ReLU(_Elementwise):
    """y = (x + |x|) / 2."""

    def _value(self, x: np.ndarray) -> np.ndarray:
        np.add(x, np.abs(x), out=x)
        return np.multiply(x, x.dtype.type(0.5), out=x)

    def _slope(self, x: np.ndarray) -> np.ndarray:
        return np.greater(x, 0).astype(x.dtype)


class LeakyReLU(_Elementwise):
    """y = x if x > 0, else negative_slope * x."""

    def __init__(self, negative_slope: float = 0.01) -> None:
        self.negative_slope = float(negative_slope)

    def _value(self, x: np.ndarray) -> np.ndarray:
        np.multiply(x, x.dtype.type(self.negative_slope), out=x, where=x <= 0)
        return x

    def _slope(self, x: np.ndarray) -> np.ndarray:
        slope = np.ones(x.shape, dtype=x.dtype)
        np.copyto(slope, x.dtype.type(self.negative_slope), where=x <= 0)
        return slope


class ELU(_Elementwise):
    """y = x if x > 0, else alpha * expm1(x)."""

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = float(alpha)

    def _value(self, x: np.ndarray) -> np.ndarray:
        left = x <= 0
        np.expm1(x, out=x, where=left)
        np.multiply(x, x.dtype.type(self.alpha), out=x, where=left)
        return x

    def _slope(self, x: np.ndarray) -> np.ndarray:
        slope = np.ones(x.shape, dtype=x.dtype)
        left = x <= 0
        np.exp(x, out=slope, where=left)
        np.multiply(slope, x.dtype.type(self.alpha), out=slope, where=left)
        return slope


class Sigmoid(_Elementwise):
    """y = (1 + tanh(x / 2)) / 2, whose slope is y - y^2."""

    def _value(self, x: np.ndarray) -> np.ndarray:
        return _sigmoid(x)

    def _slope(self, x: np.ndarray) -> np.ndarray:
        y = _sigmoid(x)
        return np.subtract(y, np.square(y), out=y)


class Tanh(_Elementwise):
    """y = -expm1(-2 |x|) / (2 + expm1(-2 |x|)), with the sign of x."""

    def _value(self, x: np.ndarray) -> np.ndarray:
        e = np.abs(x)
        np.multiply(e, x.dtype.type(-2.0), out=e)
        np.expm1(e, out=e)
        np.divide(-e, e + x.dtype.type(2.0), out=e)
        return np.copysign(e, x, out=e)

    def _slope(self, x: np.ndarray) -> np.ndarray:
        y = self._value(x)
        np.square(y, out=y)
        return np.subtract(x.dtype.type(1.0), y, out=y)


class Softplus(_Elementwise):
    """y = log(1 + exp(beta * x)) / beta = x - log(sigmoid(beta * x)) / beta, right of zero in the second form."""

    def __init__(self, beta: float = 1.0) -> None:
        self.beta = float(beta)
        if self.beta == 0.0:
            raise ValueError("beta = 0 would divide by zero")

    def _value(self, x: np.ndarray) -> np.ndarray:
        y = np.abs(x)
        np.multiply(y, x.dtype.type(-self.beta), out=y)
        np.exp(y, out=y)
        np.log1p(y, out=y)
        np.divide(y, x.dtype.type(self.beta), out=y)
        return np.add(y, x, out=y, where=x > 0)

    def _slope(self, x: np.ndarray) -> np.ndarray:
        np.multiply(x, x.dtype.type(self.beta), out=x)
        return _sigmoid(x)


class SiLU(_Elementwise):
    """y = x * sigmoid(x)."""

    def _value(self, x: np.ndarray) -> np.ndarray:
        return np.multiply(x, _sigmoid(x.copy()), out=x)

    def _slope(self, x: np.ndarray) -> np.ndarray:
        share = _sigmoid(x.copy())
        rest = np.subtract(x.dtype.type(1.0), share)
        np.multiply(x, rest, out=x)
        np.add(x, x.dtype.type(1.0), out=x)
        return np.multiply(share, x, out=x)


class GELU(_Elementwise):
    """y = x * Phi(x), or its approximation; both are computed in double precision and rounded at the end."""

    def __init__(self, approximate: str = "none") -> None:
        if approximate == "none":
            self._gate = _normal
        elif approximate == "tanh":
            self._gate = _nearly_normal
        else:
            raise ValueError(f'approximate={approximate!r} is neither "none" nor "tanh"')

    def _value(self, x: np.ndarray) -> np.ndarray:
        wide = x.astype(np.float64)
        np.multiply(wide, self._gate(wide)[0], out=wide)
        return wide.astype(x.dtype)

    def _slope(self, x: np.ndarray) -> np.ndarray:
        wide = x.astype(np.float64)
        gate, slope = self._gate(wide)
        np.multiply(wide, slope, out=wide)
        return np.add(wide, gate, out=wide).astype(x.dtype)


def _normal(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Phi(x) and its slope."""
    gate = np.array([0.5 * math.erfc(t) for t in np.divide(x, -ROOT_2).ravel().tolist()], dtype=np.float64)
    return gate.reshape(x.shape), 0.5 * TWO_OVER_ROOT_TAU * np.exp(np.square(x) * -0.5)


def _nearly_normal(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(1 + tanh(u)) / 2 and its slope; both polynomials by Horner's rule in x^2."""
    square = np.square(x)
    t = np.tanh((0.044715 * square + 1.0) * x * TWO_OVER_ROOT_TAU)
    return 0.5 + 0.5 * t, (0.5 - 0.5 * np.square(t)) * (3.0 * 0.044715 * square + 1.0) * TWO_OVER_ROOT_TAU


class Softmax(Module):
    """y_i = exp(x_i) / sum_k exp(x_k) along dim; what is kept is the output, in double precision."""

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return the probabilities of the scores x."""
        shares, _ = _exponentials(x, self.dim)
        np.divide(shares, np.sum(shares, axis=self.dim, dtype=np.float64, keepdims=True), out=shares)
        self.save_for_backward(shares, x.dtype)
        return np.array(shares, dtype=x.dtype)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Return dx."""
        shares, dtype = self.saved_values
        check_shape("dy", dy.shape, shares.shape)
        dx = dy.astype(np.float64)
        np.subtract(dx, np.sum(shares * dx, axis=self.dim, dtype=np.float64, keepdims=True), out=dx)
        return np.multiply(dx, shares, out=dx).astype(dtype)


class LogSoftmax(Module):
    """y_i = x_i - log(sum_k exp(x_k)) along dim; what is kept are the probabilities, in double precision."""

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return the log-probabilities of the scores x."""
        shares, top = _exponentials(x, self.dim)
        total = np.sum(shares, axis=self.dim, dtype=np.float64, keepdims=True)
        self.save_for_backward(np.divide(shares, total, out=shares), x.dtype)
        y = np.subtract(x, top, dtype=np.float64)
        return np.subtract(y, np.log(total), out=y).astype(x.dtype)

    def backward(self, dy: np.ndarray) -> np.ndarray:
        """Return dx."""
        shares, dtype = self.saved_values
        check_shape("dy", dy.shape, shares.shape)
        dx = np.multiply(shares, np.sum(dy, axis=self.dim, dtype=np.float64, keepdims=True))
        return np.subtract(dy, dx, out=dx).astype(dtype)


def _exponentials(x: np.ndarray, dim: int) -> tuple[np.ndarray, np.ndarray]:
    """exp(x - top) and top in double precision, with top the largest along dim, or 0 where all is -inf."""
    wide = x.astype(np.float64)
    top = np.amax(wide, axis=dim, keepdims=True)
    np.copyto(top, 0.0, where=np.isneginf(top))
    np.subtract(wide, top, out=wide)
    return np.exp(wide, out=wide), top


def logsumexp(x: np.ndarray, dim: int = -1, keepdim: bool = False) -> np.ndarray:
    """log(sum_k exp(x_k)) along dim."""
    shares, top = _exponentials(x, dim)
    sums = np.sum(shares, axis=dim, dtype=np.float64, keepdims=True)
    logs = np.full(sums.shape, -np.inf, dtype=np.float64)
    np.log(sums, out=logs, where=sums > 0.0)
    np.add(logs, top, out=logs)
    return np.array(logs if keepdim else np.squeeze(logs, axis=dim), dtype=x.dtype)
