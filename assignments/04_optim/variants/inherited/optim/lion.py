"""Lion: the direction is a sign."""

from __future__ import annotations

import numpy as np

from .optimizer import Decoupled, Group, Moments, Params, State


class Lion(Decoupled, Moments):
    def __init__(
        self,
        params: Params,
        lr: float = 1e-4,
        betas: tuple[float, float] = (0.9, 0.99),
        weight_decay: float = 0,
    ) -> None:
        super().__init__(params, dict(lr=lr, betas=betas, weight_decay=weight_decay))

    def direction(self, grad: np.ndarray, group: Group, state: State) -> np.ndarray:
        aside = {"mixture": state.get("exp_avg", 0.0 * grad)}
        mixture = self.average(aside, "mixture", group["betas"][0], grad)
        self.average(state, "exp_avg", group["betas"][1], grad)
        return np.sign(mixture)
