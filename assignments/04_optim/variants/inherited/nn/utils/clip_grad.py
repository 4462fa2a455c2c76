"""Clipping with a class for all gradients together, seen as one long vector."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cached_property

import numpy as np

from ..parameter import Parameter


class Gradients:
    """The gradients of some parameters."""

    def __init__(self, params: Iterable[Parameter] | Parameter) -> None:
        params = (params,) if isinstance(params, Parameter) else params
        self.arrays = [p.grad for p in params if p.grad is not None]

    @cached_property
    def sizes(self) -> np.ndarray:
        """The absolute values of all numbers."""
        return np.array([abs(float(g)) for array in self.arrays for g in array.flat])

    def norm(self, q: float) -> float:
        if not self.sizes.size:
            return 0.0
        return float(self.sizes.max() if q == math.inf else np.sum(self.sizes**q) ** (1 / q))

    def scale(self, factor: float) -> None:
        for array in self.arrays:
            np.multiply(array, factor, out=array)

    def limit(self, size: float) -> None:
        for array in self.arrays:
            array.clip(-size, size, out=array)


def clip_grad_norm_(params: Iterable[Parameter] | Parameter, max_norm: float, norm_type: float = 2.0) -> float:
    gradients = Gradients(params)
    norm = gradients.norm(norm_type)
    gradients.scale(min(1.0, max_norm / (norm + 1e-6)))
    return norm


def clip_grad_value_(params: Iterable[Parameter] | Parameter, clip_value: float) -> None:
    Gradients(params).limit(clip_value)
