"""Clipping, number by number."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from ..parameter import Parameter


def gradients(params: Iterable[Parameter] | Parameter) -> list[np.ndarray]:
    found = []
    for p in [params] if isinstance(params, Parameter) else params:
        if p.grad is not None:
            found.append(p.grad)
    return found


def clip_grad_norm_(params: Iterable[Parameter] | Parameter, max_norm: float, norm_type: float = 2.0) -> float:
    grads = gradients(params)
    largest = 0.0
    for grad in grads:
        for g in grad.flat:
            largest = max(largest, abs(float(g)))
    norm = largest
    if norm_type != math.inf and largest > 0:
        total = 0.0
        for grad in grads:
            for g in grad.flat:
                total += (abs(float(g)) / largest) ** norm_type  # scaled, so that no power overflows
        norm = largest * total ** (1 / norm_type)
    factor = max_norm / (norm + 1e-6)
    if factor < 1:
        for grad in grads:
            for index in np.ndindex(grad.shape):
                grad[index] = float(grad[index]) * factor
    return norm


def clip_grad_value_(params: Iterable[Parameter] | Parameter, clip_value: float) -> None:
    for grad in gradients(params):
        for index in np.ndindex(grad.shape):
            if grad[index] > clip_value:
                grad[index] = clip_value
            elif grad[index] < -clip_value:
                grad[index] = -clip_value
