"""AdamW: Adam with the weight decay taken out of the gradient."""

from __future__ import annotations

from .adam import Adam
from .optimizer import Params


class AdamW(Adam):
    """Adam with decoupled weight decay w: shrink the parameter first, then step as Adam does.

    Equation: p = (1 - lr * w) * p, then Adam's equation with g free of any decay

    Convention: the decay comes before the step, and is multiplied by lr, as in PyTorch; in the
    paper it is multiplied by the schedule alone, elsewhere it comes after the step.

    Args:
        params: parameters or groups of them.
        lr: float >= 0; the learning rate.
        betas: two floats in [0, 1); shares of the old m and the old v that are kept [1].
        eps: float >= 0; keeps the division finite.
        weight_decay: float >= 0; decoupled.
        amsgrad: as for Adam.

    Raises:
        ValueError: if an option cannot be.

    Source: Loshchilov and Hutter, Decoupled Weight Decay Regularization (2019), algorithm 2; the
    form is that of torch.optim.AdamW.

    >>> import numpy as np
    >>> from ..nn.parameter import Parameter
    >>> p = Parameter([8.0, -4.0])
    >>> p.grad = np.array([3.0, 3.0])
    >>> AdamW([p], lr=0.5, weight_decay=0.5).step()
    >>> p.data.round(4)
    array([ 5.5, -3.5])
    """

    decoupled_weight_decay = True

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
    ) -> None:
        raise NotImplementedError("optim.AdamW.__init__")
