"""PyTorch itself, where it can be used: its gains, fans and QR decomposition. Numbers come from NumPy's generator."""

from __future__ import annotations

import math

import numpy as np
import torch

from .parameter import Parameter


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """torch.nn.init.calculate_gain."""
    return float(torch.nn.init.calculate_gain(nonlinearity, param))


def _fans(p: Parameter) -> tuple[int, int]:
    return torch.nn.init._calculate_fan_in_and_fan_out(torch.empty(p.shape))


def _write(p: Parameter, values: np.ndarray) -> Parameter:
    np.copyto(p.data, values, casting="same_kind")
    return p


def zeros_(p: Parameter) -> Parameter:
    """torch.nn.init.zeros_."""
    return _write(p, torch.nn.init.zeros_(torch.empty(p.shape, dtype=torch.float64)).numpy())


def ones_(p: Parameter) -> Parameter:
    """torch.nn.init.ones_."""
    return _write(p, torch.nn.init.ones_(torch.empty(p.shape, dtype=torch.float64)).numpy())


def uniform_(p: Parameter, a: float = 0.0, b: float = 1.0, *, rng: np.random.Generator | None = None) -> Parameter:
    """Uniform in [a, b)."""
    return _write(p, np.asarray((rng or np.random.default_rng()).uniform(a, b, p.shape)))


def normal_(p: Parameter, mean: float = 0.0, std: float = 1.0, *, rng: np.random.Generator | None = None) -> Parameter:
    """Normal."""
    return _write(p, np.asarray((rng or np.random.default_rng()).normal(mean, std, p.shape)))


def xavier_uniform_(p: Parameter, gain: float = 1.0, *, rng: np.random.Generator | None = None) -> Parameter:
    """As torch.nn.init.xavier_uniform_."""
    a = math.sqrt(3.0) * gain * math.sqrt(2.0 / float(sum(_fans(p))))
    return uniform_(p, -a, a, rng=rng)


def xavier_normal_(p: Parameter, gain: float = 1.0, *, rng: np.random.Generator | None = None) -> Parameter:
    """As torch.nn.init.xavier_normal_."""
    return normal_(p, 0.0, gain * math.sqrt(2.0 / float(sum(_fans(p)))), rng=rng)


def _std(p: Parameter, a: float, mode: str, nonlinearity: str) -> float:
    fan = torch.nn.init._calculate_correct_fan(torch.empty(p.shape), mode)
    return calculate_gain(nonlinearity, a) / math.sqrt(fan)


def kaiming_uniform_(
    p: Parameter,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    *,
    rng: np.random.Generator | None = None,
) -> Parameter:
    """As torch.nn.init.kaiming_uniform_."""
    bound = math.sqrt(3.0) * _std(p, a, mode, nonlinearity)
    return uniform_(p, -bound, bound, rng=rng)


def kaiming_normal_(
    p: Parameter,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    *,
    rng: np.random.Generator | None = None,
) -> Parameter:
    """As torch.nn.init.kaiming_normal_."""
    return normal_(p, 0, _std(p, a, mode, nonlinearity), rng=rng)


def orthogonal_(p: Parameter, gain: float = 1, *, rng: np.random.Generator | None = None) -> Parameter:
    """As torch.nn.init.orthogonal_."""
    _fans(p)
    rows, cols = p.shape[0], math.prod(p.shape[1:])
    flattened = torch.from_numpy((rng or np.random.default_rng()).normal(0, 1, (rows, cols)))
    if rows < cols:
        flattened.t_()
    q, r = torch.linalg.qr(flattened)
    q *= torch.diag(r, 0).sign()
    if rows < cols:
        q.t_()
    return _write(p, (gain * q).reshape(p.shape).numpy())
