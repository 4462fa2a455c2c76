"""Adam in float64 and in place; the corrections are gathered in the rate and in eps.

With c = sqrt(1 - beta2^t), m_hat / (sqrt(u / c^2) + eps) is m_hat * c / (sqrt(u) + eps * c).
"""

from __future__ import annotations

import math

import numpy as np

from .optimizer import Group, Optimizer, Params, State, buffer, move_average, share


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

    def move(self, data: np.ndarray, grad: np.ndarray, group: Group, state: State, like: np.ndarray) -> None:
        beta1, beta2 = map(float, group["betas"])
        t = state["step"]
        m = move_average(buffer(state, "exp_avg", like), beta1, grad)
        u = move_average(buffer(state, "exp_avg_sq", like), beta2, grad * grad)
        if group["amsgrad"]:
            largest = buffer(state, "max_exp_avg_sq", like)
            u = np.maximum(largest, u)
            np.copyto(largest, u, casting="same_kind")
        c = math.sqrt(share(beta2, t))
        m *= group["lr"] * c / share(beta1, t)
        m /= np.sqrt(u) + group["eps"] * c
        data -= m
