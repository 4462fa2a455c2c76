"""RMSprop; momentum is the velocity of the scaled gradient, whose first value is taken whole either way."""

from __future__ import annotations

import numpy as np

from ..nn.parameter import Parameter
from .optimizer import Group, Optimizer, Params, State, exponential_average, mix, velocity


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

    def update(self, p: Parameter, grad: np.ndarray, group: Group, state: State) -> None:
        square = np.einsum("...,...->...", grad, grad)
        r = exponential_average(state, "square_avg", group["alpha"], square)
        if group["centered"]:
            a = exponential_average(state, "grad_avg", group["alpha"], grad)
            r = np.maximum(mix((1, -1), r, np.einsum("...,...->...", a, a)), 0)
        d = grad / (np.sqrt(r) + group["eps"])
        if group["momentum"]:
            d = velocity(state, group["momentum"], d)
        p.data[...] = mix((1, -group["lr"]), p.data, d)
