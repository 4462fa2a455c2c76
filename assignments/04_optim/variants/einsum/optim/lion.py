"""Lion as two mixtures of the same two arrays."""

from __future__ import annotations

import numpy as np

from ..nn.parameter import Parameter
from .optimizer import Group, Optimizer, Params, State, exponential_average, mix


class Lion(Optimizer):
    decoupled_weight_decay = True

    def __init__(
        self,
        params: Params,
        lr: float = 1e-4,
        betas: tuple[float, float] = (0.9, 0.99),
        weight_decay: float = 0,
    ) -> None:
        super().__init__(params, dict(lr=lr, betas=betas, weight_decay=weight_decay))

    def update(self, p: Parameter, grad: np.ndarray, group: Group, state: State) -> None:
        beta1, beta2 = group["betas"]
        m = state.get("exp_avg", np.zeros_like(grad))
        p.data[...] = mix((1, -group["lr"]), p.data, np.sign(mix((beta1, 1 - beta1), m, grad)))
        exponential_average(state, "exp_avg", beta2, grad)
