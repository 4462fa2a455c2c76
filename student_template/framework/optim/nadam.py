"""NAdam: Adam that looks ahead along its momentum, as Nesterov's method does."""

from __future__ import annotations

import numpy as np

from ..nn.parameter import Parameter
from .optimizer import Group, Optimizer, Params, State, exponential_average


class NAdam(Optimizer):
    """Adam with Nesterov momentum whose strength mu_t grows from about beta1 / 2 to beta1.

    Equation: mu_t = beta1 * (1 - 0.96^(t * momentum_decay) / 2),  M_t = mu_1 * mu_2 * ... * mu_t
              m = beta1 * m + (1 - beta1) * g,    m_0 = 0
              v = beta2 * v + (1 - beta2) * g^2,  v_0 = 0
              n = mu_(t+1) * m / (1 - M_(t+1)) + (1 - mu_t) * g / (1 - M_t)
              p = p - lr * n / (sqrt(v / (1 - beta2^t)) + eps)

    Convention: m averages with beta1 itself and mu_t enters only n, as in PyTorch; elsewhere
    there is no schedule and mu_t = beta1. eps is added outside the root. Kept are m as "exp_avg",
    v as "exp_avg_sq" and M_t as "mu_product".

    Args:
        params: parameters or groups of them.
        lr: float >= 0; the learning rate.
        betas: two floats in [0, 1); shares of the old m and the old v that are kept [1].
        eps: float >= 0; keeps the division finite.
        weight_decay: float >= 0; coupled (L2).
        momentum_decay: float >= 0; how fast mu_t approaches beta1 [1 / step].

    Raises:
        ValueError: if an option cannot be.

    Source: Dozat, Incorporating Nesterov Momentum into Adam (2016); the form and the schedule are
    those of torch.optim.NAdam.

    >>> p = Parameter([1.0, 1.0])
    >>> p.grad = np.array([0.01, -100.0])
    >>> NAdam([p], lr=0.5).step()
    >>> p.data.round(4)
    array([0.4718, 1.5282])
    """

    def __init__(
        self,
        params: Params,
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum_decay: float = 4e-3,
    ) -> None:
        raise NotImplementedError("optim.NAdam.__init__")

    def update(self, p: Parameter, grad: np.ndarray, group: Group, state: State) -> None:
        """Change ``p.data`` in place by one step of the equation above."""
        raise NotImplementedError("optim.NAdam.update")
