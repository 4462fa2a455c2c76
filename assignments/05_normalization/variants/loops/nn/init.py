"""Explicit loops: numbers are drawn at once, as the order matters, and put in their places one by one.

`orthogonal_` orthogonalises by Householder's reflections, applied to the columns of the identity.
"""

from __future__ import annotations

import math

import numpy as np

from .parameter import Parameter

GAINS = {"linear": 1.0, "sigmoid": 1.0, "tanh": 5 / 3, "relu": 2**0.5, "selu": 0.75}


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """The factor of the weights before a nonlinearity."""
    if nonlinearity == "leaky_relu":
        slope = param if param is not None else 0.01
        return (2 / (1 + slope * slope)) ** 0.5
    for transposed in ("", "_transpose"):
        for dimensions in "123":
            if nonlinearity == f"conv{transposed}{dimensions}d":
                return 1.0
    if nonlinearity in GAINS:
        return GAINS[nonlinearity]
    raise ValueError(f"no gain is known for {nonlinearity!r}")


def _put(p: Parameter, values: list[float]) -> Parameter:
    for place, value in zip(np.ndindex(p.shape), values, strict=True):
        p.data[place] = value
    return p


def _source(rng: np.random.Generator | None) -> np.random.Generator:
    return rng if rng is not None else np.random.default_rng()


def zeros_(p: Parameter) -> Parameter:
    """Set every value to 0."""
    return _put(p, [0.0] * p.data.size)


def ones_(p: Parameter) -> Parameter:
    """Set every value to 1."""
    return _put(p, [1.0] * p.data.size)


def uniform_(p: Parameter, a: float = 0.0, b: float = 1.0, *, rng: np.random.Generator | None = None) -> Parameter:
    """Draw uniformly from [a, b)."""
    return _put(p, _source(rng).uniform(a, b, p.data.size).tolist())


def normal_(p: Parameter, mean: float = 0.0, std: float = 1.0, *, rng: np.random.Generator | None = None) -> Parameter:
    """Draw from the normal distribution."""
    return _put(p, _source(rng).normal(mean, std, p.data.size).tolist())


def _count(p: Parameter) -> tuple[int, int]:
    """fan_in and fan_out."""
    if p.data.ndim < 2:
        raise ValueError(f"shape {p.shape} has fewer than two dimensions")
    kernel = 1
    for size in p.shape[2:]:
        kernel *= size
    return p.shape[1] * kernel, p.shape[0] * kernel


def xavier_uniform_(p: Parameter, gain: float = 1.0, *, rng: np.random.Generator | None = None) -> Parameter:
    """Glorot's values, uniform."""
    bound = gain * (6 / sum(_count(p))) ** 0.5
    return uniform_(p, -bound, bound, rng=rng)


def xavier_normal_(p: Parameter, gain: float = 1.0, *, rng: np.random.Generator | None = None) -> Parameter:
    """Glorot's values, normal."""
    return normal_(p, 0, gain * (2 / sum(_count(p))) ** 0.5, rng=rng)


def _spread(p: Parameter, a: float, mode: str, nonlinearity: str) -> float:
    fan_in, fan_out = _count(p)
    if mode == "fan_in":
        fan = fan_in
    elif mode == "fan_out":
        fan = fan_out
    else:
        raise ValueError(f"there is no mode {mode!r}")
    return calculate_gain(nonlinearity, a) / fan**0.5


def kaiming_uniform_(
    p: Parameter,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    *,
    rng: np.random.Generator | None = None,
) -> Parameter:
    """He's values, uniform."""
    bound = 3**0.5 * _spread(p, a, mode, nonlinearity)
    return uniform_(p, -bound, bound, rng=rng)


def kaiming_normal_(
    p: Parameter,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    *,
    rng: np.random.Generator | None = None,
) -> Parameter:
    """He's values, normal."""
    return normal_(p, 0, _spread(p, a, mode, nonlinearity), rng=rng)


def orthogonal_(p: Parameter, gain: float = 1.0, *, rng: np.random.Generator | None = None) -> Parameter:
    """Orthogonal rows or columns."""
    _count(p)
    rows, columns = p.shape[0], math.prod(p.shape[1:])
    drawn = _source(rng).normal(0, 1, (rows, columns))
    tall = _orthonormal(drawn if rows >= columns else drawn.T)
    return _put(p, (gain * (tall if rows >= columns else tall.T)).ravel().tolist())


def _orthonormal(matrix: np.ndarray) -> np.ndarray:
    """The Q of Q R with a positive diagonal of R: each reflection takes a column to a multiple of a unit vector."""
    rows, columns = matrix.shape
    left, normals, signs = matrix.copy(), [], []
    for k in range(columns):
        column = left[k:, k]
        sign = -1.0 if column[0] > 0 else 1.0
        normal = np.zeros(rows)
        normal[k:] = column
        normal[k] -= sign * math.sqrt(math.fsum(column**2))
        length = math.sqrt(math.fsum(normal**2))
        normal = normal / length if length else normal
        left = left - 2 * np.outer(normal, normal @ left)
        normals.append(normal)
        signs.append(sign)
    q = np.eye(rows)[:, :columns] * np.array(signs)
    for normal in reversed(normals):
        q = q - 2 * np.outer(normal, normal @ q)
    return q
