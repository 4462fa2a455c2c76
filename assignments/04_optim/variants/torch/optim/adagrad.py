"""An adapter to ``torch.optim.Adagrad``."""

from __future__ import annotations

import torch

from .optimizer import Optimizer, Params


class Adagrad(Optimizer):
    twin = torch.optim.Adagrad

    def __init__(
        self,
        params: Params,
        lr: float = 1e-2,
        lr_decay: float = 0,
        weight_decay: float = 0,
        eps: float = 1e-10,
    ) -> None:
        super().__init__(params, dict(lr=lr, lr_decay=lr_decay, weight_decay=weight_decay, eps=eps))
