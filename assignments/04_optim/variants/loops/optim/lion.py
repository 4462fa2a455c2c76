"""Lion as a rule for one number."""

from __future__ import annotations

from .optimizer import Group, Memory, Optimizer, Params


class Lion(Optimizer):
    decoupled_weight_decay = True

    def __init__(
        self,
        params: Params,
        lr: float = 1e-4,
        betas: tuple[float, float] = (0.9, 0.99),
        weight_decay: float = 0,
    ) -> None:
        super().__init__(params, dict(lr=lr, betas=betas, weight_decay=weight_decay))

    def rule(self, g: float, group: Group, memory: Memory, index: tuple[int, ...], t: int) -> float:
        beta1, beta2 = group["betas"]
        mixture = beta1 * memory.at("exp_avg", index) + (1 - beta1) * g
        memory.average("exp_avg", index, beta2, g)
        if mixture == 0:
            return 0.0
        return group["lr"] if mixture > 0 else -group["lr"]
