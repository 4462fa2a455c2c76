"""Clipping; the norm is summed in float64 with ``math.fsum``, and scaled so that no power overflows."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from ..parameter import Parameter


def own_gradients(params: Iterable[Parameter] | Parameter) -> list[np.ndarray]:
    params = [params] if isinstance(params, Parameter) else list(params)
    return [p.grad for p in params if p.grad is not None]


def clip_grad_norm_(params: Iterable[Parameter] | Parameter, max_norm: float, norm_type: float = 2.0) -> float:
    grads = own_gradients(params)
    sizes = [np.abs(grad.astype(np.float64)) for grad in grads]
    norm = max((float(size.max(initial=0.0)) for size in sizes), default=0.0)
    if 0.0 < norm < math.inf and norm_type != math.inf:
        powers = (float(np.power(size / norm, norm_type).sum()) for size in sizes)
        norm *= math.fsum(powers) ** (1.0 / norm_type)
    factor = max_norm / (norm + 1e-6)
    if factor < 1.0:
        for grad in grads:
            np.copyto(grad, grad.astype(np.float64) * factor, casting="same_kind")
    return norm


def clip_grad_value_(params: Iterable[Parameter] | Parameter, clip_value: float) -> None:
    for grad in own_gradients(params):
        np.minimum(grad, clip_value, out=grad)
        np.maximum(grad, -clip_value, out=grad)
