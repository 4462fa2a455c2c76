"""SGD: the step is a mixture of gradient and velocity, written as two coefficients."""

from __future__ import annotations

import numpy as np

from ..nn.parameter import Parameter
from .optimizer import Group, Optimizer, Params, State, mix, velocity


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

    def update(self, p: Parameter, grad: np.ndarray, group: Group, state: State) -> None:
        momentum = group["momentum"]
        v = velocity(state, momentum, grad, group["dampening"]) if momentum else grad
        of_gradient, of_velocity = (1, momentum) if group["nesterov"] else (0, 1)
        p.data[...] = mix((1, -group["lr"] * of_gradient, -group["lr"] * of_velocity), p.data, grad, v)
