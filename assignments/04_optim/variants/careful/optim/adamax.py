"""Adamax in float64 and in place."""

from __future__ import annotations

import numpy as np

from .optimizer import WIDE, Group, Optimizer, Params, State, buffer, move_average, share


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

    def move(self, data: np.ndarray, grad: np.ndarray, group: Group, state: State, like: np.ndarray) -> None:
        beta1, beta2 = map(float, group["betas"])
        m = move_average(buffer(state, "exp_avg", like), beta1, grad)
        u = buffer(state, "exp_inf", like)
        wide = np.multiply(u, beta2, dtype=WIDE)
        wide = np.maximum(wide, np.fabs(grad) + group["eps"])
        np.copyto(u, wide, casting="same_kind")
        m /= wide
        m *= group["lr"] / share(beta1, state["step"])
        data -= m
