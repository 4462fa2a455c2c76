"""An adapter to ``torch.optim.Adam``."""

from __future__ import annotations

import torch

from .optimizer import Optimizer, Params


class Adam(Optimizer):
    twin = torch.optim.Adam

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        amsgrad: bool = False,
    ) -> None:
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, amsgrad=amsgrad))
