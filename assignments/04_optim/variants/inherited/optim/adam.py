"""Adam: both moments, both corrected."""

from __future__ import annotations

import numpy as np

from .optimizer import Corrected, Group, Params, State


class Adam(Corrected):
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

    def direction(self, grad: np.ndarray, group: Group, state: State) -> np.ndarray:
        return self.first(grad, group, state) / (self.root(grad, group, state) + group["eps"])

    def root(self, grad: np.ndarray, group: Group, state: State) -> np.ndarray:
        return np.sqrt(self.largest(self.second(grad, group, state), group, state)) / np.sqrt(
            self.correction(1, group, state)
        )

    def largest(self, v: np.ndarray, group: Group, state: State) -> np.ndarray:
        if not group["amsgrad"]:
            return v
        state["max_exp_avg_sq"] = np.maximum(state.get("max_exp_avg_sq", 0), v)
        return state["max_exp_avg_sq"]
