"""Adagrad with the sum of squares as a contraction of the gradient with itself."""

from __future__ import annotations

import numpy as np

from ..nn.parameter import Parameter
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

    def update(self, p: Parameter, grad: np.ndarray, group: Group, state: State) -> None:
        square = np.einsum("...,...->...", grad, grad)
        state["sum"] = np.asarray(state.get("sum", 0) + square, dtype=grad.dtype)
        lr = group["lr"] / (1 + group["lr_decay"] * (state["step"] - 1))
        p.data -= lr * np.einsum("...,...->...", grad, 1 / (np.sqrt(state["sum"]) + group["eps"]))
