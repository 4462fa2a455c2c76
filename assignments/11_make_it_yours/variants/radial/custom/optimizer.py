"""Resilient propagation: a step of its own for each number, longer while its gradient keeps its sign.

Riedmiller and Braun, A Direct Adaptive Method for Faster Backpropagation Learning: The RPROP Algorithm (1993); the
steps are bounded less, and shrink more gently, because gradients of batches are noisy.
"""

import numpy as np

from ..optim import Optimizer


class OwnOptimizer(Optimizer):
    def __init__(self, params, lr=0.03, factors=(0.6, 1.15)):
        super().__init__(params, dict(lr=lr, factors=factors))

    def update(self, p, grad, group, state):
        down, up = group["factors"]
        agree = np.sign(grad) * state.get("sign", 0.0)
        state["sign"] = np.sign(grad)
        sizes = state.get("sizes", np.ones_like(p.data)) * np.where(agree > 0, up, np.where(agree < 0, down, 1.0))
        state["sizes"] = np.clip(sizes, 1e-6, 30.0)
        p.data -= group["lr"] * state["sizes"] * state["sign"]
