"""Adagrad as a rule for one number."""

from __future__ import annotations

import math

from .optimizer import Group, Memory, Optimizer, Params


class Adagrad(Optimizer):
    def __init__(
        self,
        params: Params,
        lr: float = 1e-2,
        lr_decay: float = 0,
        weight_decay: float = 0,
        eps: float = 1e-10,
    ) -> None:
        super().__init__(params, dict(lr=lr, lr_decay=lr_decay, weight_decay=weight_decay, eps=eps))

    def rule(self, g: float, group: Group, memory: Memory, index: tuple[int, ...], t: int) -> float:
        s = memory.put("sum", index, memory.at("sum", index) + g * g)
        lr = group["lr"] / (1 + (t - 1) * group["lr_decay"])
        return lr * g / (math.sqrt(s) + group["eps"])
