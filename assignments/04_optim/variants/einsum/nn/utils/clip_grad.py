"""Clipping with the norm of norms."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ..parameter import Parameter


def clip_grad_norm_(params: Iterable[Parameter] | Parameter, max_norm: float, norm_type: float = 2.0) -> float:
    params = [params] if isinstance(params, Parameter) else params
    grads = [p.grad for p in params if p.grad is not None]
    flat = np.concatenate([np.zeros(1), *[np.ravel(grad) for grad in grads]])
    norm = float(np.linalg.norm(flat, norm_type))
    for grad in grads:
        np.einsum("...,->...", grad, grad.dtype.type(min(1.0, max_norm / (norm + 1e-6))), out=grad)
    return norm


def clip_grad_value_(params: Iterable[Parameter] | Parameter, clip_value: float) -> None:
    for p in [params] if isinstance(params, Parameter) else params:
        if p.grad is not None:
            p.grad[...] = np.sign(p.grad) * np.minimum(np.abs(p.grad), clip_value)
