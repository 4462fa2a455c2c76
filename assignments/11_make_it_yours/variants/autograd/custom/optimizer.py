"""Distance over gradients, with momentum: the farther from the start, the longer the steps.

Ivgi, Hinder and Carmon, DoG is SGD's Best Friend: A Parameter-Free Dynamic Step Size Schedule (2023), for each
parameter by itself.
"""

import numpy as np

from ..optim import Optimizer


class OwnOptimizer(Optimizer):
    def __init__(self, params, lr=1.0, momentum=0.8, first=0.05):
        super().__init__(params, {"lr": lr, "momentum": momentum, "first": first})

    def update(self, p, grad, group, state):
        start = state.setdefault("start", p.data.copy())
        far = np.linalg.norm(p.data - start)
        state["far"] = max(state.get("far", group["first"] * (1 + np.linalg.norm(start))), far)
        state["sum"] = state.get("sum", 1e-12) + float(np.sum(np.square(grad, dtype=float)))
        state["push"] = group["momentum"] * state.get("push", 0.0) + (1 - group["momentum"]) * grad
        p.data -= group["lr"] * state["far"] / np.sqrt(state["sum"]) * state["push"]
