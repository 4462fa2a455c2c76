"""Lion as a function from gradient and average to step and average."""

from __future__ import annotations

import numpy as np

from .optimizer import Context, Optimizer, Params, State


class Lion(Optimizer):
    decoupled_weight_decay = True

    def __init__(
        self,
        params: Params,
        lr: float = 1e-4,
        betas: tuple[float, float] = (0.9, 0.99),
        weight_decay: float = 0,
    ) -> None:
        super().__init__(params, dict(lr=lr, betas=betas, weight_decay=weight_decay))

    def rule(self, context: Context) -> tuple[np.ndarray, State]:
        mixture, m = (context.average("exp_avg", beta, context.g) for beta in context.options["betas"])
        return context.options["lr"] * np.sign(mixture), {"exp_avg": m}
