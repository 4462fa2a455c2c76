"""NAdam in float64 and in place; the product of mu is kept as a Python float."""

from __future__ import annotations

import math

import numpy as np

from .optimizer import Group, Optimizer, Params, State, buffer, move_average, share


class NAdam(Optimizer):
    def __init__(
        self,
        params: Params,
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum_decay: float = 4e-3,
    ) -> None:
        super().__init__(
            params, dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, momentum_decay=momentum_decay)
        )

    def move(self, data: np.ndarray, grad: np.ndarray, group: Group, state: State, like: np.ndarray) -> None:
        beta1, beta2 = map(float, group["betas"])
        t = state["step"]
        m = move_average(buffer(state, "exp_avg", like), beta1, grad)
        v = move_average(buffer(state, "exp_avg_sq", like), beta2, grad * grad)
        mu, mu_next = (beta1 * (1.0 - 0.5 * self.fade(k, group)) for k in (t, t + 1))
        state["mu_product"] = float(state.get("mu_product", 1.0)) * mu
        m *= mu_next / (1.0 - state["mu_product"] * mu_next)
        m += (1.0 - mu) / (1.0 - state["mu_product"]) * grad
        divisor = np.asarray(np.sqrt(v / share(beta2, t)))
        divisor += group["eps"]
        m /= divisor
        m *= group["lr"]
        data -= m

    @staticmethod
    def fade(t: int, group: Group) -> float:
        """Return 0.96^(t * momentum_decay)."""
        return math.exp(t * group["momentum_decay"] * math.log(0.96))
