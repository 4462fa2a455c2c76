"""Adamax: Adam's rate with another root."""

from __future__ import annotations

import numpy as np

from .optimizer import Corrected, Group, Params, State


class Adamax(Corrected):
    def __init__(
        self,
        params: Params,
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
    ) -> None:
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay))

    def direction(self, grad: np.ndarray, group: Group, state: State) -> np.ndarray:
        u = group["betas"][1] * state.get("exp_inf", 0.0 * grad)
        state["exp_inf"] = np.maximum(u, np.abs(grad) + group["eps"])
        return self.first(grad, group, state) / state["exp_inf"]
