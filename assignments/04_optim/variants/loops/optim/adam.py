"""Adam as a rule for one number."""

from __future__ import annotations

import math

from .optimizer import Group, Memory, Optimizer, Params


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

    def rule(self, g: float, group: Group, memory: Memory, index: tuple[int, ...], t: int) -> float:
        beta1, beta2 = group["betas"]
        m = memory.average("exp_avg", index, beta1, g)
        u = memory.average("exp_avg_sq", index, beta2, g * g)
        if group["amsgrad"]:
            u = memory.put("max_exp_avg_sq", index, max(u, memory.at("max_exp_avg_sq", index)))
        m_hat, u_hat = m / (1 - beta1**t), u / (1 - beta2**t)
        return group["lr"] * m_hat / (math.sqrt(u_hat) + group["eps"])
