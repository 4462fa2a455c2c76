"""Lion: steps of one length, in the direction of a sign."""

from __future__ import annotations

import numpy as np

from ..nn.parameter import Parameter
from .optimizer import Group, Optimizer, Params, State, exponential_average


class Lion(Optimizer):
    """Move each number by lr, up or down, as the sign of a mixture of average and gradient says.

    Equation: p = (1 - lr * weight_decay) * p
              p = p - lr * sign(beta1 * m + (1 - beta1) * g),  sign(0) = 0
              m = beta2 * m + (1 - beta2) * g,  m_0 = 0

    Convention: the sign uses the m of before this step and beta1; only then m moves, by beta2.
    Weight decay is decoupled and comes first. m is kept as "exp_avg".

    Args:
        params: parameters or groups of them.
        lr: float >= 0; the learning rate, and the length of each step.
        betas: two floats in [0, 1); shares of m in the mixture and in the new m [1].
        weight_decay: float >= 0; decoupled.

    Raises:
        ValueError: if an option cannot be.

    Source: Chen et al., Symbolic Discovery of Optimization Algorithms (2023), algorithm 2.

    >>> p = Parameter([1.0, 1.0, 1.0])
    >>> p.grad = np.array([0.01, -100.0, 0.0])
    >>> Lion([p], lr=0.5).step()
    >>> p.data
    array([0.5, 1.5, 1. ])
    """

    decoupled_weight_decay = True

    def __init__(
        self,
        params: Params,
        lr: float = 1e-4,
        betas: tuple[float, float] = (0.9, 0.99),
        weight_decay: float = 0,
    ) -> None:
        raise NotImplementedError("optim.Lion.__init__")

    def update(self, p: Parameter, grad: np.ndarray, group: Group, state: State) -> None:
        """Change ``p.data`` in place by one step of the equation above."""
        raise NotImplementedError("optim.Lion.update")
