"""SGD as a function from gradient and old velocity to step and new velocity."""

from __future__ import annotations

import numpy as np

from .optimizer import Context, Optimizer, Params, State


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

    def rule(self, context: Context) -> tuple[np.ndarray, State]:
        lr, momentum = context.options["lr"], context.options["momentum"]
        if not momentum:
            return lr * context.g, {}
        if "momentum_buffer" in context.memory:
            push = context.g - context.options["dampening"] * context.g
            v = momentum * context.recall("momentum_buffer") + push
        else:
            v = context.g.copy()
        d = context.g + momentum * v if context.options["nesterov"] else v
        return lr * d, {"momentum_buffer": v}
