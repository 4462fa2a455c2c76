"""An adapter to ``torch.optim.RMSprop``."""

from __future__ import annotations

import torch

from .optimizer import Optimizer, Params


class RMSprop(Optimizer):
    twin = torch.optim.RMSprop

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
        super().__init__(
            params, dict(lr=lr, alpha=alpha, eps=eps, weight_decay=weight_decay, momentum=momentum, centered=centered)
        )
