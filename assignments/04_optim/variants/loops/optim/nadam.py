"""NAdam as a rule for one number; the products of mu belong to the parameter."""

from __future__ import annotations

import math

from .optimizer import Group, Memory, Optimizer, Params, State


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

    def rule(self, g: float, group: Group, memory: Memory, index: tuple[int, ...], t: int) -> float:
        beta1, beta2 = group["betas"]
        m = memory.average("exp_avg", index, beta1, g)
        v = memory.average("exp_avg_sq", index, beta2, g * g)
        now, following = self.mu(t, group), self.mu(t + 1, group)
        product = memory.state.get("mu_product", 1.0) * now
        n = following * m / (1 - product * following) + (1 - now) * g / (1 - product)
        return group["lr"] * n / (math.sqrt(v / (1 - beta2**t)) + group["eps"])

    def after(self, group: Group, state: State) -> None:
        state["mu_product"] = state.get("mu_product", 1.0) * self.mu(state["step"], group)

    def mu(self, t: int, group: Group) -> float:
        return group["betas"][0] * (1 - 0.5 * 0.96 ** (t * group["momentum_decay"]))
