"""RMSprop: a learning rate for each number, from the gradients that it has seen of late."""

from __future__ import annotations

import numpy as np

from ..nn.parameter import Parameter
from .optimizer import Group, Optimizer, Params, State, exponential_average, velocity


class RMSprop(Optimizer):
    """Divide each step by the root of an exponential average of squared gradients.

    Equation: v = alpha * v + (1 - alpha) * g^2,  v_0 = 0
              a = alpha * a + (1 - alpha) * g,    a_0 = 0    (centered only)
              r = v, or the variance v - a^2 if centered
              d = g / (sqrt(r) + eps)
              b = momentum * b + d,  b_0 = 0
              p = p - lr * b, or p - lr * d without momentum

    Convention: eps is added outside the root (TensorFlow: inside); v is not corrected for its
    start at 0; lr stays outside b. A variance that rounding makes negative counts as 0. Kept are
    v as "square_avg", a as "grad_avg" and b as "momentum_buffer".

    Args:
        params: parameters or groups of them.
        lr: float >= 0; the learning rate.
        alpha: float in [0, 1); share of the old average that is kept at each step [1].
        eps: float >= 0; keeps the division finite.
        weight_decay: float >= 0; coupled (L2).
        momentum: float >= 0; share of b that is kept at each step [1].
        centered: whether to divide by the standard deviation rather than the root mean square.

    Raises:
        ValueError: if an option cannot be.

    Source: Tieleman and Hinton, Lecture 6.5 (2012); centered: Graves, Generating Sequences with
    Recurrent Neural Networks (2013), sec. 4.2; the form is that of torch.optim.RMSprop.

    >>> p = Parameter([1.0, 1.0])
    >>> p.grad = np.array([0.01, -100.0])
    >>> RMSprop([p], lr=0.5, alpha=0.75).step()
    >>> p.data.round(4)
    array([0., 2.])
    """

    def __init__(
        self,
        params: Params,
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum: float = 0,
        centered: bool = False,
    ) -> None:
        raise NotImplementedError("optim.RMSprop.__init__")

    def update(self, p: Parameter, grad: np.ndarray, group: Group, state: State) -> None:
        """Change ``p.data`` in place by one step of the equation above."""
        raise NotImplementedError("optim.RMSprop.update")
