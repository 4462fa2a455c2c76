"""NAdam with the products of mu in a cache instead of in the state alone."""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from .optimizer import Context, Optimizer, Params, State, correction


def strength(t: int, beta: float, decay: float) -> float:
    """Return mu_t."""
    return beta - beta / 2 * 0.96 ** (t * decay)


@cache
def product(t: int, beta: float, decay: float) -> float:
    """Return M_t."""
    return math.prod(strength(k, beta, decay) for k in range(1, t + 1))


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

    def rule(self, context: Context) -> tuple[np.ndarray, State]:
        (beta1, beta2), t, options = context.options["betas"], context.t, context.options
        m = context.average("exp_avg", beta1, context.g)
        v = context.average("exp_avg_sq", beta2, context.g**2)
        schedule = (beta1, options["momentum_decay"])
        of_m = strength(t + 1, *schedule) / (1 - product(t + 1, *schedule))
        of_g = (1 - strength(t, *schedule)) / (1 - product(t, *schedule))
        n = of_m * m + of_g * context.g
        step = options["lr"] * n / ((v / correction(beta2, t)) ** 0.5 + options["eps"])
        return step, {"exp_avg": m, "exp_avg_sq": v, "mu_product": product(t, *schedule)}
