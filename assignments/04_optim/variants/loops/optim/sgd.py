"""Stochastic gradient descent as a rule for one number."""

from __future__ import annotations

from .optimizer import Group, Memory, Optimizer, Params


class SGD(Optimizer):
    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: float = 0,
        nesterov: bool = False,
    ) -> None:
        if nesterov and (momentum == 0 or dampening != 0):
            raise ValueError("Nesterov momentum requires a momentum and zero dampening")
        super().__init__(
            params, dict(lr=lr, momentum=momentum, dampening=dampening, weight_decay=weight_decay, nesterov=nesterov)
        )

    def rule(self, g: float, group: Group, memory: Memory, index: tuple[int, ...], t: int) -> float:
        momentum = group["momentum"]
        if momentum == 0:
            return group["lr"] * g
        v = g
        if "momentum_buffer" in memory.known:
            v = momentum * memory.at("momentum_buffer", index) + (1 - group["dampening"]) * g
        memory.put("momentum_buffer", index, v)
        return group["lr"] * (g + momentum * v if group["nesterov"] else v)
