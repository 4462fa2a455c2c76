"""Adamax with the maximum taken over a stack."""

from __future__ import annotations

import numpy as np

from ..nn.parameter import Parameter
from .optimizer import Group, Optimizer, Params, State, exponential_average, mix


class Adamax(Optimizer):
    def __init__(
        self,
        params: Params,
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
    ) -> None:
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay))

    def update(self, p: Parameter, grad: np.ndarray, group: Group, state: State) -> None:
        beta1, beta2 = group["betas"]
        m = exponential_average(state, "exp_avg", beta1, grad)
        candidates = np.stack([beta2 * state.get("exp_inf", np.zeros_like(grad)), abs(grad) + group["eps"]])
        state["exp_inf"] = np.array(candidates.max(axis=0))
        p.data[...] = mix((1, -group["lr"] / (1 - beta1 ** state["step"])), p.data, m / state["exp_inf"])
