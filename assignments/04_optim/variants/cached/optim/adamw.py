"""AdamW: Adam's rule from a start that has been shrunk."""

from __future__ import annotations

from .adam import Adam
from .optimizer import Params


class AdamW(Adam):
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
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad)
