"""Adamax: Adam with a decaying maximum in place of the average of squares."""

from __future__ import annotations

import numpy as np

from ..nn.parameter import Parameter
from .optimizer import Group, Optimizer, Params, State, exponential_average


class Adamax(Optimizer):
    """Step along an average of gradients, divided by the largest of them, which fades.

    Equation: m = beta1 * m + (1 - beta1) * g,       m_0 = 0
              u = max(beta2 * u, |g| + eps),         u_0 = 0
              p = p - lr * m / ((1 - beta1^t) * u)

    Convention: eps is added to |g| inside the maximum, as in PyTorch; elsewhere to u, or nowhere.
    u needs no correction. Kept are m as "exp_avg" and u as "exp_inf".

    Args:
        params: parameters or groups of them.
        lr: float >= 0; the learning rate.
        betas: two floats in [0, 1); shares of the old m and the old u that are kept [1].
        eps: float >= 0; keeps the division finite.
        weight_decay: float >= 0; coupled (L2).

    Raises:
        ValueError: if an option cannot be.

    Source: Kingma and Ba, Adam (2015), sec. 7.1, algorithm 2; the form is that of
    torch.optim.Adamax.

    >>> p = Parameter([1.0, 1.0])
    >>> p.grad = np.array([0.01, -100.0])
    >>> Adamax([p], lr=0.5).step()
    >>> p.data.round(4)
    array([0.5, 1.5])
    """

    def __init__(
        self,
        params: Params,
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
    ) -> None:
        raise NotImplementedError("optim.Adamax.__init__")

    def update(self, p: Parameter, grad: np.ndarray, group: Group, state: State) -> None:
        """Change ``p.data`` in place by one step of the equation above."""
        raise NotImplementedError("optim.Adamax.update")
