"""A learning rate that falls when learning stalls, told as a list of cases."""

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
        if factor >= 1:
            raise ValueError(f"factor is {factor}, but has to be below 1")
        if mode != "min" and mode != "max":
            raise ValueError(f"mode is {mode!r}, but has to be 'min' or 'max'")
        if threshold_mode != "rel" and threshold_mode != "abs":
            raise ValueError(f"threshold_mode is {threshold_mode!r}, but has to be 'rel' or 'abs'")
        self.min_lrs = one_per_group(optimizer, "min_lr", min_lr)
        self.optimizer = optimizer
        self.mode, self.threshold_mode, self.threshold = mode, threshold_mode, threshold
        self.factor, self.patience, self.cooldown, self.eps = factor, patience, cooldown, eps
        self.best: float | None = None
        self.bad_epochs = 0
        self.rest = 0  # epochs of the cooldown that are left
        self.last_epoch = 0
        self.last_lr = [group["lr"] for group in optimizer.param_groups]

    def step(self, metrics: float) -> None:
        self.last_epoch += 1
        if self.is_better(float(metrics)):
            self.best = float(metrics)
            self.bad_epochs = 0
        else:
            self.bad_epochs += 1
        if self.rest > 0:
            self.rest -= 1
            self.bad_epochs = 0
        if self.bad_epochs > self.patience:
            self.reduce()
            self.bad_epochs = 0
            self.rest = self.cooldown
        self.last_lr = [group["lr"] for group in self.optimizer.param_groups]

    def is_better(self, metric: float) -> bool:
        if self.best is None:
            return True
        if self.mode == "min":
            if self.threshold_mode == "rel":
                return metric < self.best * (1 - self.threshold)
            return metric < self.best - self.threshold
        if self.threshold_mode == "rel":
            return metric > self.best * (1 + self.threshold)
        return metric > self.best + self.threshold

    def reduce(self) -> None:
        for group, min_lr in zip(self.optimizer.param_groups, self.min_lrs):
            lower = max(group["lr"] * self.factor, min_lr)
            if group["lr"] - lower > self.eps:
                group["lr"] = lower
