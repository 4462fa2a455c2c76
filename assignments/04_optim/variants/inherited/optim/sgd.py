"""SGD: the direction is the gradient, a velocity, or both."""

from __future__ import annotations

import numpy as np

from .optimizer import Group, Params, Remembering, State


class SGD(Remembering):
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

    def direction(self, grad: np.ndarray, group: Group, state: State) -> np.ndarray:
        if not group["momentum"]:
            return grad
        v = self.velocity(state, group["momentum"], grad, group["dampening"])
        return grad + group["momentum"] * v if group["nesterov"] else v
