"""NAdam: Adam's roots under a numerator that looks ahead."""

from __future__ import annotations

import numpy as np

from .optimizer import Group, Moments, Params, State


class NAdam(Moments):
    def __init__(
        self,
        params: Params,
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum_decay: float = 4e-3,
    ) -> None:
        super().__init__(
            params, dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, momentum_decay=momentum_decay)
        )

    def direction(self, grad: np.ndarray, group: Group, state: State) -> np.ndarray:
        m, v = self.first(grad, group, state), self.second(grad, group, state)
        now, after = (self.mu(state["step"] + ahead, group) for ahead in (0, 1))
        state["mu_product"] = state.get("mu_product", 1.0) * now
        n = after / (1 - state["mu_product"] * after) * m + (1 - now) / (1 - state["mu_product"]) * grad
        return n / (np.sqrt(v / self.correction(1, group, state)) + group["eps"])

    @staticmethod
    def mu(t: int, group: Group) -> float:
        return group["betas"][0] * (1 - 0.96 ** (group["momentum_decay"] * t) / 2)
