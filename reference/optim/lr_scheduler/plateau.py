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
    and for ``cooldown`` epochs bad ones are not counted. The first metric is always better,
    but NaN never is. The constructor takes no step, as there is no metric yet: t = 0, the rates
    are as they were and ``get_last_lr`` gives them, and no "initial_lr" is set.

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

    >>> from ...nn.parameter import Parameter
    >>> optimizer = Optimizer([Parameter([0.0])], {"lr": 8.0})
    >>> scheduler = ReduceLROnPlateau(optimizer, factor=0.5, patience=1)
    >>> for loss in [3.0, 2.0, 2.0, 2.0, 1.0]:
    ...     scheduler.step(loss)
    ...     print(loss, *scheduler.get_last_lr())
    3.0 8.0
    2.0 8.0
    2.0 8.0
    2.0 4.0
    1.0 4.0
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
        if factor >= 1:
            raise ValueError(f"factor must be below 1, not {factor}")
        if mode not in ("min", "max") or threshold_mode not in ("rel", "abs"):
            raise ValueError(f"unknown mode {mode!r} or threshold_mode {threshold_mode!r}")
        self.optimizer = optimizer
        self.mode = mode
        self.factor = factor
        self.patience = patience
        self.threshold = threshold
        self.threshold_mode = threshold_mode
        self.cooldown = cooldown
        self.min_lrs = one_per_group(optimizer, "min_lr", min_lr)
        self.eps = eps
        self.last_epoch = 0
        self.best = math.inf if mode == "min" else -math.inf
        self.num_bad_epochs = 0
        self.cooldown_counter = 0
        self.last_lr = self.scaled_lr(1)

    def step(self, metrics: float) -> None:
        """Judge one epoch by its metric, and reduce the rates if it was one too many.

        Args:
            metrics: float; the metric of the epoch that has ended, such as a validation loss.
        """
        self.last_epoch += 1
        self._count(float(metrics))
        lrs = self.scaled_lr(1)
        if self.num_bad_epochs > self.patience:
            lrs = [self._reduced(lr, lowest) for lr, lowest in zip(lrs, self.min_lrs)]
            self.num_bad_epochs = 0
            self.cooldown_counter = self.cooldown
        self.set_lr(lrs)

    def _count(self, metric: float) -> None:
        """Bring the best metric, the bad epochs and the cooldown up to date."""
        if self._is_better(metric):
            self.best = metric
            self.num_bad_epochs = 0
        else:
            self.num_bad_epochs += 1
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0

    def _is_better(self, metric: float) -> bool:
        """Tell whether a metric beats the best so far by the threshold."""
        sign = 1 if self.mode == "max" else -1
        margin = sign * self.threshold
        bar = self.best * (1 + margin) if self.threshold_mode == "rel" else self.best + margin
        return sign * metric > sign * bar

    def _reduced(self, lr: float, lowest: float) -> float:
        """Return the rate after a reduction that is worth making, or the old one."""
        new_lr = max(lr * self.factor, lowest)
        return new_lr if lr - new_lr > self.eps else lr
