"""RMSprop: a scaled direction, with a velocity if wanted."""

from __future__ import annotations

import numpy as np

from .optimizer import Group, Params, Remembering, State


class RMSprop(Remembering):
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

    def direction(self, grad: np.ndarray, group: Group, state: State) -> np.ndarray:
        d = grad / (self.spread(grad, group, state) + group["eps"])
        return self.velocity(state, group["momentum"], d) if group["momentum"] else d

    def spread(self, grad: np.ndarray, group: Group, state: State) -> np.ndarray:
        """Return the root mean square or the standard deviation of the gradients of late."""
        v = self.average(state, "square_avg", group["alpha"], grad * grad)
        if group["centered"]:
            a = self.average(state, "grad_avg", group["alpha"], grad)
            v = np.maximum(v - a * a, 0)
        return np.sqrt(v)
