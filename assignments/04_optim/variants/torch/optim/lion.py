"""Lion, which PyTorch does not have, as an optimizer of PyTorch's kind."""

from __future__ import annotations

import torch

from .optimizer import Optimizer, Params


class TorchLion(torch.optim.Optimizer):
    """Lion written with PyTorch's operations."""

    def __init__(self, params: list[torch.Tensor], **options: object) -> None:
        super().__init__(params, options)

    @torch.no_grad()
    def step(self) -> None:
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                m = self.state[p].setdefault("exp_avg", torch.zeros_like(p))
                p.mul_(1 - group["lr"] * group["weight_decay"])
                p.sub_(torch.lerp(p.grad, m, beta1).sign_(), alpha=group["lr"])
                m.lerp_(p.grad, 1 - beta2)


class Lion(Optimizer):
    twin = TorchLion

    def __init__(
        self,
        params: Params,
        lr: float = 1e-4,
        betas: tuple[float, float] = (0.9, 0.99),
        weight_decay: float = 0,
    ) -> None:
        super().__init__(params, dict(lr=lr, betas=betas, weight_decay=weight_decay))
