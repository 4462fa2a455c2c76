"""SGD in float64 and in place."""

from __future__ import annotations

import numpy as np

from .optimizer import WIDE, Group, Optimizer, Params, State


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

    def move(self, data: np.ndarray, grad: np.ndarray, group: Group, state: State, like: np.ndarray) -> None:
        momentum = float(group["momentum"])
        if momentum == 0.0:
            data -= group["lr"] * grad
            return
        if "momentum_buffer" not in state:
            state["momentum_buffer"] = np.empty_like(like)
            v = grad.copy()
        else:
            v = state["momentum_buffer"].astype(WIDE)
            np.multiply(v, momentum, out=v)
            v += (1.0 - group["dampening"]) * grad
        np.copyto(state["momentum_buffer"], v, casting="same_kind")
        if group["nesterov"]:
            v *= momentum
            v += grad
        v *= group["lr"]
        data -= v
