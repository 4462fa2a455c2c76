"""A learning rate that falls when learning stalls; the limit that a metric has to pass is kept, not the best metric."""

from __future__ import annotations

from collections.abc import Sequence

from ..optimizer import Optimizer
from .scheduler import LRScheduler, one_per_group


class ReduceLROnPlateau(LRScheduler):
    def __init__(
        self,
        optimizer: Optimizer,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: float | Sequence[float] = 0,
        eps: float = 1e-8,
    ) -> None:
        if not factor < 1:
            raise ValueError(f"with a factor of {factor} the rate would not fall")
        if (mode, threshold_mode) not in [(m, t) for m in ("min", "max") for t in ("rel", "abs")]:
            raise ValueError(f"mode={mode!r} and threshold_mode={threshold_mode!r} are not both known")
        self.min_lrs = one_per_group(optimizer, "min_lr", min_lr)
        self.optimizer = optimizer
        self.smaller_is_better = mode == "min"
        margin = -threshold if mode == "min" else threshold
        # limit = scale * best + offset
        self.scale, self.offset = (1 + margin, 0.0) if threshold_mode == "rel" else (1.0, margin)
        self.factor, self.eps, self.patience, self.cooldown = factor, eps, patience, cooldown
        self.limit: float | None = None
        self.bad = 0
        self.last_epoch = 0
        self.cool_until = 0  # the last t at which a bad epoch is not counted
        self.last_lr = self.scaled_lr(1)

    def step(self, metrics: float) -> None:
        self.last_epoch += 1
        if self.limit is None or (metrics < self.limit if self.smaller_is_better else metrics > self.limit):
            self.limit = self.scale * metrics + self.offset
            self.bad = 0
        elif self.last_epoch > self.cool_until:
            self.bad += 1
        lrs = self.scaled_lr(1)
        if self.bad > self.patience:
            reduced = [max(self.factor * lr, lowest) for lr, lowest in zip(lrs, self.min_lrs)]
            lrs = [new if lr - new > self.eps else lr for lr, new in zip(lrs, reduced)]
            self.bad = 0
            self.cool_until = self.last_epoch + self.cooldown
        self.set_lr(lrs)
