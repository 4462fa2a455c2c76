"""A learning rate that falls when learning stalls; what counts as better is a class of its own."""

from __future__ import annotations

from collections.abc import Sequence

from ..optimizer import Optimizer
from .scheduler import LRScheduler, one_per_group


class Record:
    """The best metric so far, and when it is broken."""

    def __init__(self, threshold: float) -> None:
        self.threshold = threshold
        self.best: float | None = None

    def is_broken_by(self, metric: float) -> bool:
        broken = self.best is None or self.beats(metric, self.best)
        if broken:
            self.best = metric
        return broken


class MinRel(Record):
    def beats(self, metric: float, best: float) -> bool:
        return metric < best * (1 - self.threshold)


class MinAbs(Record):
    def beats(self, metric: float, best: float) -> bool:
        return metric < best - self.threshold


class MaxRel(Record):
    def beats(self, metric: float, best: float) -> bool:
        return metric > best * (1 + self.threshold)


class MaxAbs(Record):
    def beats(self, metric: float, best: float) -> bool:
        return metric > best + self.threshold


RECORDS = {("min", "rel"): MinRel, ("min", "abs"): MinAbs, ("max", "rel"): MaxRel, ("max", "abs"): MaxAbs}


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
            raise ValueError(f"a factor of {factor} reduces nothing")
        if (mode, threshold_mode) not in RECORDS:
            raise ValueError(f"there is no mode {mode!r} with a threshold mode {threshold_mode!r}")
        self.min_lrs = one_per_group(optimizer, "min_lr", min_lr)
        self.optimizer = optimizer
        self.record = RECORDS[mode, threshold_mode](threshold)
        self.factor, self.patience, self.cooldown, self.eps = factor, patience, cooldown, eps
        self.bad_epochs = self.cooling = self.last_epoch = 0
        self.last_lr = self.scaled_lr(1)

    def step(self, metrics: float) -> None:
        self.last_epoch += 1
        better = self.record.is_broken_by(metrics)
        self.bad_epochs = 0 if better or self.cooling else self.bad_epochs + 1
        self.cooling = max(self.cooling - 1, 0)
        stalled = self.bad_epochs > self.patience
        if stalled:
            self.bad_epochs, self.cooling = 0, self.cooldown
        self.set_lr(self.get_lr() if stalled else self.scaled_lr(1))

    def get_lr(self) -> list[float]:
        """Return the rates after a reduction."""
        lower = [max(lr, lowest) for lr, lowest in zip(self.scaled_lr(self.factor), self.min_lrs)]
        return [new if old - new > self.eps else old for old, new in zip(self.scaled_lr(1), lower)]
