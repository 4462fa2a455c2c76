"""An adapter to ``torch.optim.Adamax``."""

from __future__ import annotations

import torch

from .optimizer import Optimizer, Params


class Adamax(Optimizer):
    twin = torch.optim.Adamax

    def __init__(
        self,
        params: Params,
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
    ) -> None:
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay))
