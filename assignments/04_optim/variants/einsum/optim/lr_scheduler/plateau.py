"""A learning rate that falls when learning stalls; maximizing is minimizing with the sign turned."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..optimizer import Optimizer
from .scheduler import LRScheduler, one_per_group

SIGNS = {"min": 1.0, "max": -1.0}


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
        if factor >= 1 or mode not in SIGNS or threshold_mode not in ("rel", "abs"):
            raise ValueError(f"impossible: factor={factor}, mode={mode!r} or threshold_mode={threshold_mode!r}")
        self.min_lrs = np.array(one_per_group(optimizer, "min_lr", min_lr), dtype=float)
        self.optimizer = optimizer
        self.sign = SIGNS[mode]
        self.threshold_mode, self.threshold = threshold_mode, threshold
        self.factor, self.eps = factor, eps
        self.patience, self.cooldown = patience, cooldown
        self.best = None
        self.num_bad_epochs = 0
        self.cooldown_counter = 0
        self.last_epoch = 0
        self.last_lr = [group["lr"] for group in optimizer.param_groups]

    def step(self, metrics: float) -> None:
        self.last_epoch += 1
        metric = self.sign * np.float64(metrics)
        better = self.best is None or metric < self.limit()
        self.best = metric if better else self.best
        cooling = self.cooldown_counter > 0
        self.cooldown_counter -= cooling
        self.num_bad_epochs = 0 if better or cooling else self.num_bad_epochs + 1
        found = np.array([group["lr"] for group in self.optimizer.param_groups], dtype=float)
        if self.num_bad_epochs > self.patience:
            lower = np.maximum(found * self.factor, self.min_lrs)
            found = np.where(found - lower > self.eps, lower, found)
            self.num_bad_epochs, self.cooldown_counter = 0, self.cooldown
        self.set_lr(list(found))

    def limit(self) -> float:
        """Return what a metric, its sign turned to minimizing, has to be below."""
        if self.threshold_mode == "abs":
            return self.best - self.threshold
        return self.best - self.sign * self.best * self.threshold
