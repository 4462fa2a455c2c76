"""Adagrad in float64 and in place."""

from __future__ import annotations

import numpy as np

from .optimizer import WIDE, Group, Optimizer, Params, State, buffer


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

    def move(self, data: np.ndarray, grad: np.ndarray, group: Group, state: State, like: np.ndarray) -> None:
        s = buffer(state, "sum", like)
        wide = s + np.square(grad, dtype=WIDE)
        np.copyto(s, wide, casting="same_kind")
        divisor = np.asarray(np.sqrt(wide) + group["eps"])
        divisor *= 1.0 + (state["step"] - 1.0) * group["lr_decay"]
        data -= group["lr"] * grad / divisor
