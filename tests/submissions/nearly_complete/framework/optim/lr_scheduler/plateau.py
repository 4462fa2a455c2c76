"""A learning rate that falls when learning stalls."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..optimizer import Optimizer
from .scheduler import LRScheduler, one_per_group


class ReduceLROnPlateau(LRScheduler):
    """Multiply the rate by factor once a metric has stopped getting better.

    An epoch is bad if its metric is not better than the best so far by the threshold:
        min, rel: metric < best * (1 - threshold)    min, abs: metric < best - threshold
        max, rel: metric > best * (1 + threshold)    max, abs: metric > best + threshold
    After more than ``patience`` bad epochs in a row the rate of each group becomes
    max(lr * factor, min_lr), unless that is lower by no more than eps; the count starts again,
    and for ``cooldown`` epochs bad ones are not counted. The first metric is always better.

    Args:
        mode: "min" if a lower metric is better, "max" if a higher.
        factor: float < 1.
        patience: int >= 0; bad epochs that are borne.
        threshold: float >= 0; how much better counts as better.
        threshold_mode: "rel" or "abs".
        cooldown: int >= 0; epochs after a reduction in which bad ones do not count.
        min_lr: float, or a list with one for each group; the lowest rate.
        eps: float >= 0; the smallest reduction that is made.

    Raises:
        ValueError: if factor >= 1, a mode is unknown, or min_lr has not one for each group.

    Source: PyTorch, torch.optim.lr_scheduler.ReduceLROnPlateau.
    """

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
            raise ValueError(f"factor must be below 1, not {factor}")
        if mode not in ("min", "max"):
            raise ValueError(f"mode must be 'min' or 'max', not {mode!r}")
        if threshold_mode not in ("rel", "abs"):
            raise ValueError(f"threshold_mode must be 'rel' or 'abs', not {threshold_mode!r}")
        super().__init__(optimizer)
        self.min_lrs = one_per_group(optimizer, "min_lr", min_lr)
        self.mode = mode
        self.factor = factor
        self.patience = patience
        self.threshold = threshold
        self.threshold_mode = threshold_mode
        self.cooldown = cooldown
        self.eps = eps
        self.best = None
        self.num_bad_epochs = 0
        self.cooldown_left = 0

    def initial_step(self):
        # there is no metric yet
        self.is_initial = False
        self.last_epoch = 0
        self.set_lr([group["lr"] for group in self.optimizer.param_groups])

    def _better(self, metric):
        if math.isnan(metric):
            return False
        if self.best is None:
            return True
        if self.threshold_mode == "rel":
            border = self.best * (1 - self.threshold if self.mode == "min" else 1 + self.threshold)
        else:
            border = self.best + (-self.threshold if self.mode == "min" else self.threshold)
        return metric < border if self.mode == "min" else metric > border

    def step(self, metrics: float) -> None:
        """Judge one epoch by its metric, and reduce the rates if it was one too many.

        Args:
            metrics: float; the metric of the epoch that has ended, such as a validation loss.
        """
        metrics = float(metrics)
        self.last_epoch += 1
        if self._better(metrics):
            self.best = metrics
            self.num_bad_epochs = 0
        else:
            self.num_bad_epochs += 1
        if self.cooldown_left > 0:
            self.cooldown_left -= 1
            self.num_bad_epochs = 0
        lrs = [group["lr"] for group in self.optimizer.param_groups]
        if self.num_bad_epochs > self.patience:
            for i, lr in enumerate(lrs):
                new = max(lr * self.factor, self.min_lrs[i])
                if lr - new > self.eps:
                    lrs[i] = new
            self.num_bad_epochs = 0
            self.cooldown_left = self.cooldown
        self.set_lr(lrs)
