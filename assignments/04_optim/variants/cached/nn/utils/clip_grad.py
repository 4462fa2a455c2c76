"""Clipping; a norm is computed from the norms of the single gradients, which are computed once."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from ..parameter import Parameter


def with_gradient(params: Iterable[Parameter] | Parameter) -> list[Parameter]:
    params = [params] if isinstance(params, Parameter) else list(params)
    return [p for p in params if p.grad is not None]


def norm_of(numbers: np.ndarray, q: float) -> float:
    numbers = np.abs(numbers, dtype=np.float64)
    if math.isinf(q):
        return float(numbers.max(initial=0.0))
    return float((numbers**q).sum() ** (1 / q))


def clip_grad_norm_(params: Iterable[Parameter] | Parameter, max_norm: float, norm_type: float = 2.0) -> float:
    params = with_gradient(params)
    norm = norm_of(np.array([norm_of(p.grad, norm_type) for p in params]), norm_type)
    if norm + 1e-6 > max_norm:
        for p in params:
            p.grad *= max_norm / (norm + 1e-6)
    return norm


def clip_grad_value_(params: Iterable[Parameter] | Parameter, clip_value: float) -> None:
    for p in with_gradient(params):
        p.grad[p.grad > clip_value] = clip_value
        p.grad[p.grad < -clip_value] = -clip_value
