"""Adamax as a rule for one number."""

from __future__ import annotations

from .optimizer import Group, Memory, Optimizer, Params


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

    def rule(self, g: float, group: Group, memory: Memory, index: tuple[int, ...], t: int) -> float:
        beta1, beta2 = group["betas"]
        m = memory.average("exp_avg", index, beta1, g)
        u = memory.put("exp_inf", index, max(beta2 * memory.at("exp_inf", index), abs(g) + group["eps"]))
        return group["lr"] / (1 - beta1**t) * m / u
