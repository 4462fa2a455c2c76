"""Adagrad: a rate that falls, and a direction that is scaled."""

from __future__ import annotations

import numpy as np

from .optimizer import Group, Optimizer, Params, State


class Adagrad(Optimizer):
    def __init__(
        self,
        params: Params,
        lr: float = 1e-2,
        lr_decay: float = 0,
        weight_decay: float = 0,
        eps: float = 1e-10,
    ) -> None:
        super().__init__(params, dict(lr=lr, lr_decay=lr_decay, weight_decay=weight_decay, eps=eps))

    def rate(self, group: Group, state: State) -> float:
        return group["lr"] / (1 + (state["step"] - 1) * group["lr_decay"])

    def direction(self, grad: np.ndarray, group: Group, state: State) -> np.ndarray:
        state["sum"] = state.get("sum", 0.0 * grad) + grad * grad
        return grad / (np.sqrt(state["sum"]) + group["eps"])
