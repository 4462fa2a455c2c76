"""RMSprop as a function from gradient and averages to step and averages."""

from __future__ import annotations

import numpy as np

from .optimizer import Context, Optimizer, Params, State


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

    def rule(self, context: Context) -> tuple[np.ndarray, State]:
        options = context.options
        v = context.average("square_avg", options["alpha"], context.g**2)
        memory = {"square_avg": v}
        if options["centered"]:
            a = memory["grad_avg"] = context.average("grad_avg", options["alpha"], context.g)
            v = np.clip(v - a**2, 0, None)
        d = context.g / (v**0.5 + options["eps"])
        if options["momentum"]:
            d = memory["momentum_buffer"] = options["momentum"] * context.recall("momentum_buffer") + d
        return options["lr"] * d, memory
