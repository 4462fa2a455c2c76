"""RMSprop as a rule for one number."""

from __future__ import annotations

import math

from .optimizer import Group, Memory, Optimizer, Params


class RMSprop(Optimizer):
    def __init__(
        self,
        params: Params,
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum: float = 0,
        centered: bool = False,
    ) -> None:
        super().__init__(
            params, dict(lr=lr, alpha=alpha, eps=eps, weight_decay=weight_decay, momentum=momentum, centered=centered)
        )

    def rule(self, g: float, group: Group, memory: Memory, index: tuple[int, ...], t: int) -> float:
        r = memory.average("square_avg", index, group["alpha"], g * g)
        if group["centered"]:
            mean = memory.average("grad_avg", index, group["alpha"], g)
            r = max(r - mean * mean, 0.0)
        d = g / (math.sqrt(r) + group["eps"])
        if group["momentum"] > 0:
            d = memory.put("momentum_buffer", index, group["momentum"] * memory.at("momentum_buffer", index) + d)
        return group["lr"] * d
