"""A learning rate that falls when learning stalls, with every option converted on arrival."""

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
        if factor >= 1.0:
            raise ValueError(f"factor must be below 1, but is {factor}")
        if mode not in ("min", "max"):
            raise ValueError(f"mode must be 'min' or 'max', but is {mode!r}")
        if threshold_mode not in ("rel", "abs"):
            raise ValueError(f"threshold_mode must be 'rel' or 'abs', but is {threshold_mode!r}")
        self.min_lrs = [float(m) for m in one_per_group(optimizer, "min_lr", min_lr)]
        self.optimizer = optimizer
        self.mode, self.threshold_mode = mode, threshold_mode
        self.factor, self.threshold, self.eps = float(factor), float(threshold), float(eps)
        self.patience, self.cooldown = int(patience), int(cooldown)
        self.best = 0.0
        self.last_epoch, self.bad_epochs, self.cooling = 0, 0, 0
        self.last_lr = [group["lr"] for group in optimizer.param_groups]

    def step(self, metrics: float) -> None:
        metric = float(metrics)
        self.last_epoch += 1
        if self.last_epoch == 1 or self.is_better(metric):
            self.best = metric
            self.bad_epochs = 0
        else:
            self.bad_epochs += 1
        if self.cooling > 0:
            self.cooling -= 1
            self.bad_epochs = 0
        lrs = [group["lr"] for group in self.optimizer.param_groups]
        if self.bad_epochs > self.patience:
            self.bad_epochs, self.cooling = 0, self.cooldown
            for i, lr in enumerate(lrs):
                lower = max(lr * self.factor, self.min_lrs[i])
                lrs[i] = lower if lr - lower > self.eps else lr
        self.set_lr(lrs)

    def is_better(self, metric: float) -> bool:
        sign = 1.0 if self.mode == "min" else -1.0
        margin = self.threshold * (self.best if self.threshold_mode == "rel" else 1.0)
        return sign * metric < sign * self.best - margin
