"""Which layer of the course a layer is, if it is one: with whatever parameters, before or after a Linear."""

from collections.abc import Callable

import numpy as np
from numpy.polynomial.polynomial import polyval

Rows = np.ndarray
Map = Callable[[Rows], Rows]
MapWithOption = Callable[[Rows, float], Rows]
# A copy agrees to rounding, but for its option, which is found to 1e-5. Other layers are off by 1e-2 and more.
SAME = 1e-4
# The rest of a copy with the nearest option of the first search is below 0.07.
NEAR = 0.2


def known(x: Rows, y: Rows) -> str:
    """What y is of x: "what Linear gives", say; nothing if it is none of what the course has.

    Each of these is y = W f(x) + b, or f^-1(y) = W x + b, with an f that has no parameters, or one option. So one asks
    whether W and b exist, and an option.
    """
    with np.errstate(all="ignore"):
        for name, features in AFTER.items():
            if _rest(features(x), y) <= SAME:
                return name
        for name, with_option in AFTER_WITH_OPTION.items():
            if _least(lambda option, f=with_option: _rest(f(x, option), y)) <= SAME:
                return name
        for name, inverse in BEFORE.items():
            if _rest_of_columns(x, inverse(y)) <= SAME:
                return name
        for name, with_option in BEFORE_WITH_OPTION.items():
            if _least(lambda option, f=with_option: _rest_of_columns(x, f(y, option))) <= SAME:
                return name
        for name, below in BELOW_0.items():
            if _rest_below_0(x, y, below) <= SAME:
                return name
    return ""


def _rest(features: Rows, y: Rows) -> float:
    """The share of y that is no affine map of the features."""
    columns = np.column_stack([features, np.ones(len(features))])
    if not np.isfinite(columns).all():
        return np.inf
    rest = y - columns @ np.linalg.lstsq(columns, y, rcond=None)[0]
    return float(np.linalg.norm(rest) / np.linalg.norm(y - y.mean(axis=0)))


def _rest_of_columns(x: Rows, y: Rows) -> float:
    """The same for each column of y by itself, in the rows where it is finite, if these are enough to tell."""
    rows = np.isfinite(y)
    enough = np.flatnonzero(rows.sum(axis=0) >= 3 * (x.shape[1] + 1))
    return max((_rest(x[rows[:, k]], y[rows[:, k], k][:, None]) for k in enough), default=np.inf)


def _rest_below_0(x: Rows, y: Rows, below: Map) -> float:
    """The rest of y = z where z > 0, and else a multiple of below(z), with z = W x + b: the largest of all columns.

    Where y > 0, it gives W and b.
    """
    columns, rests = np.column_stack([x, np.ones(len(x))]), []
    for values in y.T:
        above = values > 0
        if min(above.sum(), (~above).sum()) < 2 * columns.shape[1]:
            continue
        z = columns @ np.linalg.lstsq(columns[above], values[above], rcond=None)[0]
        shape = below(z[~above])
        fitted = np.where(above, z, 0.0)
        fitted[~above] = shape * (shape @ values[~above]) / (shape @ shape)
        rests.append(float(np.linalg.norm(values - fitted) / np.linalg.norm(values)))
    return max(rests, default=np.inf)


def _least(rest: Callable[[float], float]) -> float:
    """The least rest, over all values of an option: a search for the best one, and around it, ever closer."""
    logarithms = np.linspace(np.log(1e-6), np.log(20.0), 41)
    for _ in range(8):
        found = [rest(option) for option in np.exp(logarithms)]
        best = int(np.nanargmin(found))
        least = found[best]
        if least > NEAR:
            break
        ends = logarithms[max(best - 1, 0)], logarithms[min(best + 1, len(found) - 1)]
        logarithms = np.linspace(*ends, 9)
    return float(least)


def _within(y: Rows, low: float, high: float, values: Rows) -> Rows:
    """The values if all of y is in this range, but for rounding; else NaN, as no x gives such a y."""
    inside = (y >= low - 1e-12) & (y <= high + 1e-12)
    return np.where(inside.all(), values, np.nan)


def _of_tanh(y: Rows) -> Rows:
    """artanh; NaN near -1 and 1, where rounding has left little of x."""
    return np.where(np.abs(y) < 1 - 1e-9, np.arctanh(y), np.nan)


def _inverted(f: Map, low: float) -> Map:
    """The inverse of a function that is at least `low`, and rises for x > 0: where its value is above 0."""
    x = np.linspace(0.0, 12.0, 12_001)  # so that linear interpolation is right to 1e-6
    values = f(x)
    return lambda y: _within(y, low, np.inf, np.where(y > 0, np.interp(y, values, x, right=np.nan), np.nan))


def _sigmoid(x: Rows) -> Rows:
    return 1 / (1 + np.exp(-x))


def _gelu(x: Rows) -> Rows:
    """GELU by its tanh; the exact one is looked for by its own name."""
    return x * (1 + np.tanh(np.sqrt(2 / np.pi) * polyval(x, [0, 1, 0, 0.044715]))) / 2


def _exact_gelu(x: Rows) -> Rows:
    """By the integral of the normal density, with Gauss and Legendre's 40 nodes."""
    nodes, weights = np.polynomial.legendre.leggauss(40)
    at = x[..., None] * (nodes + 1) / 2
    return x * (0.5 + x * (np.exp(-at * at / 2) @ weights) / 2 / np.sqrt(2 * np.pi))


def _normalised(x: Rows, eps: float, groups: int = 1, centred: bool = True) -> Rows:
    parts = x.reshape(len(x), groups, -1)
    parts = parts - parts.mean(axis=2, keepdims=True) if centred else parts
    return (parts / np.sqrt((parts * parts).mean(axis=2, keepdims=True) + eps)).reshape(x.shape)


def _softmax(x: Rows) -> Rows:
    powers = np.exp(x - x.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


AFTER: dict[str, Map] = {
    "what Linear gives": lambda x: x,
    "piecewise linear with one kink at 0, as ReLU and PReLU are": lambda x: np.column_stack([x, np.maximum(x, 0)]),
    "what ELU gives": lambda x: np.column_stack([np.maximum(x, 0), np.expm1(np.minimum(x, 0))]),
    "what Sigmoid gives": _sigmoid,
    "what Tanh gives": np.tanh,
    "what SiLU gives": lambda x: x * _sigmoid(x),
    "what GELU gives, by its tanh": _gelu,
    "what GELU gives": _exact_gelu,
    "what Softmax gives": _softmax,
    "what LogSoftmax gives": lambda x: np.column_stack([x, np.log(np.exp(x).sum(axis=1))]),
}
# The option is an eps, or a beta.
AFTER_WITH_OPTION: dict[str, MapWithOption] = {
    "what LayerNorm gives": _normalised,
    "what GroupNorm gives": lambda x, eps: _normalised(x, eps, 2),
    "what RMSNorm gives": lambda x, eps: _normalised(x, eps, centred=False),
    "what Softplus gives": lambda x, beta: np.logaddexp(beta * x, 0),
}
BEFORE: dict[str, Map] = {
    "a Linear and a ReLU": lambda y: _within(y, 0, np.inf, np.where(y > 0, y, np.nan)),
    "a Linear and a Sigmoid": lambda y: _within(y, 0, 1, _of_tanh(2 * y - 1)),
    "a Linear and a Tanh": lambda y: _within(y, -1, 1, _of_tanh(y)),
    "a Linear and a SiLU": _inverted(lambda x: x * _sigmoid(x), -0.2785),  # the least value
    "a Linear and a GELU": _inverted(_exact_gelu, -0.17),
    "a Linear and a GELU, by its tanh": _inverted(_gelu, -0.1701),
    "a Linear and a LogSoftmax": lambda y: _within(y, -np.inf, 0, y - y.mean(axis=1, keepdims=True)),
}
BEFORE_WITH_OPTION: dict[str, MapWithOption] = {
    "a Linear and a Softplus": lambda y, beta: _within(y, 0, np.inf, np.log(np.expm1(beta * y))),
}
# Where y > 0 they change nothing; elsewhere they are a multiple of this.
BELOW_0: dict[str, Map] = {
    "a Linear and an ELU": np.expm1,
    "a Linear and a LeakyReLU": lambda z: z,
}
