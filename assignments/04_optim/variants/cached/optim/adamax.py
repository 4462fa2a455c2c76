"""Adamax as a function from gradient, average and maximum to step, average and maximum."""

from __future__ import annotations

import numpy as np

from .optimizer import Context, Optimizer, Params, State, correction


class Adamax(Optimizer):
    def __init__(
        self,
        params: Params,
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
    ) -> None:
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay))

    def rule(self, context: Context) -> tuple[np.ndarray, State]:
        beta1, beta2 = context.options["betas"]
        m = context.average("exp_avg", beta1, context.g)
        faded, newest = beta2 * context.recall("exp_inf"), np.abs(context.g) + context.options["eps"]
        u = np.where(faded > newest, faded, newest)
        return context.options["lr"] * m / (correction(beta1, context.t) * u), {"exp_avg": m, "exp_inf": u}
