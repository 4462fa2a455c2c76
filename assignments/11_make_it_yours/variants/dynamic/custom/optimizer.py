"""Yogi with Nesterov's look ahead: the average of squares changes by a bounded amount.

Zaheer et al., Adaptive Methods for Nonconvex Optimization (2018), algorithm 2.
"""

import numpy as np

from ..optim.optimizer import Optimizer


class OwnOptimizer(Optimizer):
    def __init__(self, params, lr=0.05, betas=(0.9, 0.99), eps=1e-6):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    def step(self):
        for group in self.param_groups:
            b1, b2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                g, s = p.grad, self.state[p]
                square = g * g
                if not s:
                    s.update(m=np.zeros_like(g), v=square.copy(), t=0)
                s["t"] += 1
                s["m"] = b1 * s["m"] + (1 - b1) * g
                s["v"] = s["v"] - (1 - b2) * np.sign(s["v"] - square) * square
                ahead = (b1 * s["m"] + (1 - b1) * g) / (1 - b1 ** (s["t"] + 1))
                p.data -= group["lr"] * ahead / (np.sqrt(s["v"]) + group["eps"])
