"""Adagrad as a function from gradient and sum to step and sum."""

from __future__ import annotations

import numpy as np

from .optimizer import Context, Optimizer, Params, State


class Adagrad(Optimizer):
    def __init__(
        self,
        params: Params,
        lr: float = 1e-2,
        lr_decay: float = 0,
        weight_decay: float = 0,
        eps: float = 1e-10,
    ) -> None:
        super().__init__(params, dict(lr=lr, lr_decay=lr_decay, weight_decay=weight_decay, eps=eps))

    def rule(self, context: Context) -> tuple[np.ndarray, State]:
        s = context.recall("sum") + context.g**2
        decayed = 1 + context.options["lr_decay"] * (context.t - 1)
        return context.options["lr"] / decayed * (context.g / (s**0.5 + context.options["eps"])), {"sum": s}
