"""Adam with both averages moved by contractions."""

from __future__ import annotations

import numpy as np

from ..nn.parameter import Parameter
from .optimizer import Group, Optimizer, Params, State, exponential_average, mix


class Adam(Optimizer):
    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        amsgrad: bool = False,
    ) -> None:
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, amsgrad=amsgrad))

    def update(self, p: Parameter, grad: np.ndarray, group: Group, state: State) -> None:
        corrections = 1 - np.array(group["betas"]) ** state["step"]
        m = exponential_average(state, "exp_avg", group["betas"][0], grad)
        u = exponential_average(state, "exp_avg_sq", group["betas"][1], np.einsum("...,...->...", grad, grad))
        if group["amsgrad"]:
            u = np.stack([u, state.get("max_exp_avg_sq", u)]).max(axis=0)
            state["max_exp_avg_sq"] = np.array(u)
        root = np.sqrt(u / corrections[1]) + group["eps"]
        p.data[...] = mix((1, -group["lr"] / corrections[0]), p.data, m / root)
