"""RMSprop in float64 and in place; the variance as a product."""

from __future__ import annotations

import numpy as np

from .optimizer import WIDE, Group, Optimizer, Params, State, buffer, move_average


class RMSprop(Optimizer):
    def __init__(
        self,
        params: Params,
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum: float = 0,
        centered: bool = False,
    ) -> None:
        super().__init__(
            params, dict(lr=lr, alpha=alpha, eps=eps, weight_decay=weight_decay, momentum=momentum, centered=centered)
        )

    def move(self, data: np.ndarray, grad: np.ndarray, group: Group, state: State, like: np.ndarray) -> None:
        alpha = float(group["alpha"])
        r = move_average(buffer(state, "square_avg", like), alpha, grad * grad)
        if group["centered"]:
            a = move_average(buffer(state, "grad_avg", like), alpha, grad)
            root = np.sqrt(r)
            r = np.asarray((root - a) * (root + a))
            np.maximum(r, 0.0, out=r)
        d = np.asarray(grad / (np.sqrt(r, dtype=WIDE) + group["eps"]))
        if group["momentum"] > 0:
            b = buffer(state, "momentum_buffer", like)
            d += group["momentum"] * b.astype(WIDE)
            np.copyto(b, d, casting="same_kind")
        d *= group["lr"]
        data -= d
