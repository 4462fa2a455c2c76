"""Schedules from tables: what a schedule does at each t is written down when it is built.

What is other here: a chainable schedule is a list of factors, one for each t, which is continued when it comes to its
end. The list is an attribute, so it is saved and loaded like any other.
"""

from __future__ import annotations

import math
from bisect import bisect
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ..optimizer import Optimizer
from .plateau import ReduceLROnPlateau
from .scheduler import LRScheduler, one_per_group


class TableLR(LRScheduler):
    """A schedule whose step from t - 1 to t is a factor from a table."""

    resumes_unchanged = True  # whether building it in the middle of a training leaves the rate as it is

    def __init__(self, optimizer: Optimizer, last_epoch: int) -> None:
        self.table: list[float] = []
        super().__init__(optimizer, last_epoch)

    def factor(self, t: int) -> float:
        """Return what the rate is multiplied by at t."""
        raise NotImplementedError(f"{type(self).__name__}.factor")

    def get_lr(self) -> list[float]:
        while len(self.table) <= self.last_epoch:
            self.table.append(self.factor(len(self.table)))
        resumes = self.is_initial and self.last_epoch > 0
        return self.scaled_lr(1.0 if resumes and self.resumes_unchanged else self.table[self.last_epoch])


class StepLR(TableLR):
    resumes_unchanged = False

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1) -> None:
        self.step_size = step_size
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def factor(self, t: int) -> float:
        return self.gamma if t and not t % self.step_size else 1.0


class MultiStepLR(TableLR):
    resumes_unchanged = False

    def __init__(
        self, optimizer: Optimizer, milestones: Iterable[int], gamma: float = 0.1, last_epoch: int = -1
    ) -> None:
        self.milestones = Counter(milestones)
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def factor(self, t: int) -> float:
        return self.gamma ** self.milestones[t]


class ExponentialLR(TableLR):
    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1) -> None:
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def factor(self, t: int) -> float:
        return self.gamma if t else 1.0


class LinearLR(TableLR):
    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        if not 0.0 < start_factor <= 1.0 or not 0.0 <= end_factor <= 1.0:
            raise ValueError(f"start_factor={start_factor} must be in (0, 1], end_factor={end_factor} in [0, 1]")
        self.start_factor, self.end_factor, self.total_iters = start_factor, end_factor, total_iters
        super().__init__(optimizer, last_epoch)

    def factor(self, t: int) -> float:
        if t == 0:
            return self.start_factor
        # both points times total_iters, which cancels
        points = [self.start_factor * (self.total_iters - k) + self.end_factor * k for k in (t - 1, t)]
        return points[1] / points[0] if t <= self.total_iters else 1.0


class CosineAnnealingLR(LRScheduler):
    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0, last_epoch: int = -1) -> None:
        self.T_max = T_max
        self.eta_min = eta_min
        self.heights = [(1 + math.cos(math.pi * t / T_max)) / 2 for t in range(2 * T_max)]
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        if self.is_initial:
            return self.scaled_lr(1.0)
        t = self.last_epoch % (2 * self.T_max)
        if t == (self.T_max + 1) % (2 * self.T_max):
            pairs = zip(self.scaled_lr(1.0), self.base_lrs)
            return [lr + (base - self.eta_min) * self.heights[t] for lr, base in pairs]
        ratio = self.heights[t] / self.heights[t - 1]
        return [lr * ratio + self.eta_min * (1 - ratio) for lr in self.scaled_lr(1.0)]


class LambdaLR(LRScheduler):
    unsaved = ("optimizer", "lr_lambdas")

    def __init__(
        self,
        optimizer: Optimizer,
        lr_lambda: Callable[[int], float] | Sequence[Callable[[int], float]],
        last_epoch: int = -1,
    ) -> None:
        self.lr_lambdas = one_per_group(optimizer, "lr_lambda", lr_lambda)
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        return [f(self.last_epoch) * base for f, base in zip(self.lr_lambdas, self.base_lrs)]


class SequentialLR(LRScheduler):
    unsaved = ("optimizer", "schedulers")

    def __init__(
        self,
        optimizer: Optimizer,
        schedulers: Sequence[LRScheduler],
        milestones: Sequence[int],
        last_epoch: int = -1,
    ) -> None:
        if len(schedulers) < 1:
            raise ValueError("a sequence needs a scheduler")
        if len(milestones) + 1 != len(schedulers):
            raise ValueError(f"{len(schedulers)} schedulers need {len(schedulers) - 1} milestones")
        for scheduler in schedulers:
            if isinstance(scheduler, ReduceLROnPlateau) or scheduler.optimizer != optimizer:
                raise ValueError(f"{type(scheduler).__name__} needs a metric, or is built on another optimizer")
        self.schedulers = tuple(schedulers)
        self.milestones = tuple(milestones)
        super().__init__(optimizer, last_epoch)

    def step(self) -> None:
        self.last_epoch += 1
        acting = self.schedulers[bisect(self.milestones, self.last_epoch)]
        if self.last_epoch in (0, *self.milestones):
            acting.last_epoch = -1
            self.set_lr(acting.base_lrs)
            acting.initial_step()
        else:
            acting.step()
        self.last_lr = acting.get_last_lr()

    def state_dict(self) -> dict[str, Any]:
        parts = {str(i): scheduler.state_dict() for i, scheduler in enumerate(self.schedulers)}
        return {"own": super().state_dict(), "parts": parts}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        super().load_state_dict(state_dict["own"])
        for i, scheduler in enumerate(self.schedulers):
            scheduler.load_state_dict(state_dict["parts"][str(i)])
