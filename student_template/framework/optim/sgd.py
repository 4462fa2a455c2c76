"""Stochastic gradient descent, with momentum if wanted."""

from __future__ import annotations

import numpy as np

from ..nn.parameter import Parameter
from .optimizer import Group, Optimizer, Params, State, velocity


class SGD(Optimizer):
    """Step against the gradient, or against a velocity that gradients have pushed.

    Equation: v = momentum * v + (1 - dampening) * g   (the first v is g itself)
              d = g             without momentum
              d = v             with momentum
              d = g + momentum * v   with Nesterov momentum
              p = p - lr * d

    Convention: lr stays outside v, as in PyTorch, so a changed lr acts at once on the whole
    velocity. Elsewhere v = momentum * v - lr * g with p = p + v, or a factor 1 - momentum before
    g. v is kept as "momentum_buffer".

    Args:
        params: parameters or groups of them.
        lr: float >= 0; the learning rate.
        momentum: float >= 0; share of the velocity that is kept at each step [1].
        dampening: float; share of the gradient that does not reach the velocity [1].
        weight_decay: float >= 0; coupled (L2).
        nesterov: whether to look ahead along the new velocity.

    Raises:
        ValueError: if an option cannot be, also Nesterov without momentum or with dampening.

    Source: Polyak (1964); Sutskever et al., On the Importance of Initialization and Momentum in
    Deep Learning (2013), sec. 2; the form is that of torch.optim.SGD.

    >>> p = Parameter([1.0, -2.0])
    >>> optimizer = SGD([p], lr=0.1, momentum=0.5)
    >>> for _ in range(2):
    ...     p.grad = np.array([1.0, 2.0])
    ...     optimizer.step()
    >>> p.data
    array([ 0.75, -2.5 ])
    """

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: float = 0,
        nesterov: bool = False,
    ) -> None:
        raise NotImplementedError("optim.SGD.__init__")

    def update(self, p: Parameter, grad: np.ndarray, group: Group, state: State) -> None:
        """Change ``p.data`` in place by one step of the equation above."""
        raise NotImplementedError("optim.SGD.update")
