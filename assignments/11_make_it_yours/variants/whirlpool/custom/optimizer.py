"""Momentum whose singular values are drawn towards 1, so that all directions of a matrix count alike.

Jordan and others, Muon: An optimizer for hidden layers in neural networks (2024). The length of a step is another one
here: it falls when gradients begin to contradict each other.
"""

import numpy as np

from ..optim.optimizer import Optimizer


def even(matrix):
    """Five steps of Newton and Schulz."""
    x = matrix / max(np.linalg.norm(matrix), 1e-300)
    for _ in range(5):
        gram = x @ x.T
        x = 3.4445 * x + (2.0315 * gram @ gram - 4.775 * gram) @ x
    return x


class OwnOptimizer(Optimizer):
    """O = m with even singular values, q averages <O, g>^2; p -= lr * O * sqrt(size / rank) * <O, m> / sqrt(q)."""

    def __init__(self, params, lr=0.06, *, keep=0.9, remember=0.95):
        super().__init__(params, {"lr": lr, "keep": keep, "remember": remember})

    def update(self, p, grad, group, state):
        if grad.size == 0:
            return
        g = grad.astype(np.float64).reshape(len(grad) if grad.ndim > 1 else 1, -1)
        m = state["m"] = group["keep"] * state.get("m", 0.0) + (1 - group["keep"]) * g
        direction = even(m)
        along = float(np.sum(direction * g))
        state["q"] = group["remember"] * state.get("q", 0.0) + (1 - group["remember"]) * along**2
        usual = np.sqrt(state["q"] / (1 - group["remember"] ** state["step"])) + 1e-300
        expected = float(np.sum(direction * m)) / (1 - group["keep"] ** state["step"])
        step = group["lr"] * expected / usual * np.sqrt(g.size / min(g.shape)) * direction
        p.data[...] -= step.reshape(p.shape).astype(p.data.dtype)
