"""An adapter to ``torch.optim.NAdam``."""

from __future__ import annotations

import torch

from .optimizer import Optimizer, Params


class NAdam(Optimizer):
    twin = torch.optim.NAdam

    def __init__(
        self,
        params: Params,
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum_decay: float = 4e-3,
    ) -> None:
        super().__init__(
            params, dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, momentum_decay=momentum_decay)
        )
