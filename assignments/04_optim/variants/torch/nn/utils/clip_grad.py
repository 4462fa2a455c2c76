"""Adapters to ``torch.nn.utils``."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import torch

from ..parameter import Parameter


def on_tensors(params: Iterable[Parameter] | Parameter, function: Callable[[list[torch.Tensor]], object]) -> object:
    """Call a function that changes gradients of tensors, and take them over."""
    params = [params] if isinstance(params, Parameter) else list(params)
    params = [p for p in params if p.grad is not None]
    if not params:
        return 0.0  # clip_grad_value_ of PyTorch does not take an empty list
    leaves = [torch.zeros(p.grad.shape, dtype=torch.float64) for p in params]
    for p, leaf in zip(params, leaves):
        leaf.grad = torch.from_numpy(p.grad.astype(np.float64, order="C"))
    result = function(leaves)
    for p, leaf in zip(params, leaves):
        p.grad[...] = leaf.grad.numpy()
    return result


def clip_grad_norm_(params: Iterable[Parameter] | Parameter, max_norm: float, norm_type: float = 2.0) -> float:
    return float(on_tensors(params, lambda leaves: torch.nn.utils.clip_grad_norm_(leaves, max_norm, norm_type)))


def clip_grad_value_(params: Iterable[Parameter] | Parameter, clip_value: float) -> None:
    on_tensors(params, lambda leaves: torch.nn.utils.clip_grad_value_(leaves, clip_value))
