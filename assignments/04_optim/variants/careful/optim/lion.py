"""Lion in float64 and in place."""

from __future__ import annotations

import numpy as np

from .optimizer import WIDE, Group, Optimizer, Params, State, buffer, move_average


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

    def move(self, data: np.ndarray, grad: np.ndarray, group: Group, state: State, like: np.ndarray) -> None:
        beta1, beta2 = map(float, group["betas"])
        m = buffer(state, "exp_avg", like)
        mixture = np.asarray(beta1 * m.astype(WIDE) + (1.0 - beta1) * grad)
        np.sign(mixture, out=mixture)
        mixture *= group["lr"]
        data -= mixture
        move_average(m, beta2, grad)
