"""Adagrad: a learning rate for each number, that shrinks with all the gradients it has seen."""

from __future__ import annotations

import numpy as np

from ..nn.parameter import Parameter
from .optimizer import Group, Optimizer, Params, State


class Adagrad(Optimizer):
    """Divide each step by the root of the sum of all squared gradients so far.

    Equation: s = s + g^2,  s_0 = 0
              p = p - lr / (1 + (t - 1) * lr_decay) * g / (sqrt(s) + eps)

    Convention: eps is added outside the root; elsewhere sqrt(s + eps). s is kept as "sum".

    Args:
        params: parameters or groups of them.
        lr: float >= 0; the learning rate.
        lr_decay: float >= 0; how fast lr itself falls with t.
        weight_decay: float >= 0; coupled (L2).
        eps: float >= 0; keeps the division finite.

    Raises:
        ValueError: if an option cannot be.

    Source: Duchi, Hazan and Singer, Adaptive Subgradient Methods (2011); the form is that of
    torch.optim.Adagrad.

    >>> p = Parameter([1.0, 1.0])
    >>> p.grad = np.array([0.01, -100.0])
    >>> Adagrad([p], lr=0.5).step()
    >>> p.data.round(6)
    array([0.5, 1.5])
    """

    def __init__(
        self,
        params: Params,
        lr: float = 1e-2,
        lr_decay: float = 0,
        weight_decay: float = 0,
        eps: float = 1e-10,
    ) -> None:
        raise NotImplementedError("optim.Adagrad.__init__")

    def update(self, p: Parameter, grad: np.ndarray, group: Group, state: State) -> None:
        """Change ``p.data`` in place by one step of the equation above."""
        raise NotImplementedError("optim.Adagrad.update")
