"""NAdam with the whole product of mu computed anew at every step, as ``np.prod``."""

from __future__ import annotations

import numpy as np

from ..nn.parameter import Parameter
from .optimizer import Group, Optimizer, Params, State, exponential_average, mix


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

    def update(self, p: Parameter, grad: np.ndarray, group: Group, state: State) -> None:
        (beta1, beta2), t = group["betas"], state["step"]
        m = exponential_average(state, "exp_avg", beta1, grad)
        v = exponential_average(state, "exp_avg_sq", beta2, np.einsum("...,...->...", grad, grad))
        mu = beta1 * (1 - 0.96 ** (np.arange(1, t + 2) * group["momentum_decay"]) / 2)
        products = np.cumprod(mu)
        state["mu_product"] = float(products[t - 1])
        n = mix((mu[t] / (1 - products[t]), (1 - mu[t - 1]) / (1 - products[t - 1])), m, grad)
        p.data[...] = mix((1, -group["lr"]), p.data, n / (np.sqrt(v / (1 - beta2**t)) + group["eps"]))
