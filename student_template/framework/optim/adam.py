"""Adam: momentum and a learning rate for each number, both corrected for their start at zero."""

from __future__ import annotations

import numpy as np

from ..nn.parameter import Parameter
from .optimizer import Group, Optimizer, Params, State, exponential_average


class Adam(Optimizer):
    """Step along an average of gradients, divided by the root of an average of their squares.

    Equation: m = beta1 * m + (1 - beta1) * g,    m_0 = 0
              v = beta2 * v + (1 - beta2) * g^2,  v_0 = 0
              u = v, or with amsgrad the largest v so far, each number by itself
              m_hat = m / (1 - beta1^t),  u_hat = u / (1 - beta2^t)
              p = p - lr * m_hat / (sqrt(u_hat) + eps)

    Convention: eps is added outside the root and after the correction; elsewhere inside, or
    before the correction, which makes it another eps. Weight decay is coupled here, decoupled in
    AdamW. amsgrad compares the uncorrected v, as PyTorch does. Kept are m as "exp_avg", v as
    "exp_avg_sq", u as "max_exp_avg_sq".

    Args:
        params: parameters or groups of them.
        lr: float >= 0; the learning rate, about the length of a step in each number.
        betas: two floats in [0, 1); shares of the old m and the old v that are kept [1].
        eps: float >= 0; keeps the division finite.
        weight_decay: float >= 0; coupled (L2).
        amsgrad: whether the divisor may never shrink (but for its correction).

    Raises:
        ValueError: if an option cannot be.

    Source: Kingma and Ba, Adam (2015), algorithm 1; amsgrad: Reddi, Kale and Kumar, On the
    Convergence of Adam and Beyond (2018), algorithm 2; the form is that of torch.optim.Adam.

    >>> p = Parameter([1.0, 1.0])
    >>> p.grad = np.array([0.01, -100.0])
    >>> Adam([p], lr=0.5).step()
    >>> p.data.round(4)
    array([0.5, 1.5])
    """

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        amsgrad: bool = False,
    ) -> None:
        raise NotImplementedError("optim.Adam.__init__")

    def update(self, p: Parameter, grad: np.ndarray, group: Group, state: State) -> None:
        """Change ``p.data`` in place by one step of the equation above."""
        raise NotImplementedError("optim.Adam.update")
