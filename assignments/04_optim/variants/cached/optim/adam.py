"""Adam as a function from gradient and averages to step and averages."""

from __future__ import annotations

import numpy as np

from .optimizer import Context, Optimizer, Params, State, correction


class Adam(Optimizer):
    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        amsgrad: bool = False,
    ) -> None:
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, amsgrad=amsgrad))

    def rule(self, context: Context) -> tuple[np.ndarray, State]:
        beta1, beta2 = context.options["betas"]
        m = context.average("exp_avg", beta1, context.g)
        u = v = context.average("exp_avg_sq", beta2, context.g**2)
        memory = {"exp_avg": m, "exp_avg_sq": v}
        if context.options["amsgrad"]:
            u = memory["max_exp_avg_sq"] = np.fmax(v, context.recall("max_exp_avg_sq"))
        root = (u / correction(beta2, context.t)) ** 0.5 + context.options["eps"]
        return context.options["lr"] * (m / correction(beta1, context.t)) / root, memory
