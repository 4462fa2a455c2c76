"""Adan: averages of the gradient, of its change, and of the square of both together.

Xie et al., Adan: Adaptive Nesterov Momentum Algorithm for Faster Optimizing Deep Models (2022), algorithm 1.
"""

import numpy as np

from ..optim import Optimizer


class OwnOptimizer(Optimizer):
    def __init__(self, params, lr=0.1, keeping=(0.98, 0.92, 0.99), eps=1e-8):
        super().__init__(params, {"lr": lr, "keeping": keeping, "eps": eps})

    def update(self, p, grad, group, state):
        b1, b2, b3 = group["keeping"]
        t = state["step"]
        change = grad - state.get("before", grad)
        state["before"] = grad.copy()
        state["m"] = b1 * state.get("m", 0) + (1 - b1) * grad
        state["v"] = b2 * state.get("v", 0) + (1 - b2) * change
        state["n"] = b3 * state.get("n", 0) + (1 - b3) * (grad + b2 * change) ** 2
        step = state["m"] / (1 - b1**t) + b2 * state["v"] / (1 - b2**t)
        p.data -= group["lr"] * step / (np.sqrt(state["n"] / (1 - b3**t)) + group["eps"])
