"""Full-matrix Adagrad for what is small, with forgetting: gradients are whitened by all that they were before.

Duchi, Hazan and Singer, Adaptive Subgradient Methods (2011), the matrix form, on the rows of each parameter; large
parameters have a diagonal instead.
"""

import numpy as np

from ..optim.optimizer import Optimizer

LARGEST = 24


class OwnOptimizer(Optimizer):
    def __init__(self, params, lr=0.2, forgetting=0.99, eps=1e-6):
        super().__init__(params, {"lr": lr, "forgetting": forgetting, "eps": eps})

    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None and p.grad.size:
                    rows = p.grad.reshape(p.grad.shape[0] if p.grad.ndim else 1, -1).astype(float)
                    step = self._whitened(self.state[p], rows, group)
                    p.data -= (group["lr"] * step).reshape(p.grad.shape).astype(p.data.dtype)

    def _whitened(self, state, rows, group):
        keep = group["forgetting"]
        state["seen"] = keep * state.get("seen", 0) + 1
        if len(rows) > LARGEST or len(rows) == 1:
            state["sum"] = keep * state.get("sum", 0) + rows**2
            return rows / np.sqrt(state["sum"] / state["seen"] + group["eps"])
        state["sum"] = keep * state.get("sum", 0) + rows @ rows.T / rows.shape[1]
        values, vectors = np.linalg.eigh(state["sum"] / state["seen"])
        return vectors / np.sqrt(np.maximum(values, 0) + group["eps"]) @ (vectors.T @ rows)
