"""Schedules as leaves of the family tree: hardly more than their factors."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ..optimizer import Optimizer
from .plateau import ReduceLROnPlateau
from .scheduler import ChainableLR, LRScheduler, one_per_group


class MultiStepLR(ChainableLR):
    def __init__(
        self, optimizer: Optimizer, milestones: Iterable[int], gamma: float = 0.1, last_epoch: int = -1
    ) -> None:
        self.milestones = sorted(milestones)
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def factor(self, t: int) -> float:
        return self.gamma ** self.changes(t)

    def changes(self, t: int) -> int:
        return self.milestones.count(t)


class StepLR(MultiStepLR):
    """A MultiStepLR whose milestones are the multiples of a number."""

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1) -> None:
        self.step_size = step_size
        super().__init__(optimizer, (), gamma, last_epoch)

    def changes(self, t: int) -> int:
        return int(t > 0 and t % self.step_size == 0)


class ExponentialLR(StepLR):
    """A StepLR that changes at every step."""

    resumes_as_found = True

    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1) -> None:
        super().__init__(optimizer, 1, gamma, last_epoch)


class LinearLR(ChainableLR):
    resumes_as_found = True

    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        for name, value, possible in (
            ("start_factor", start_factor, 0 < start_factor <= 1),
            ("end_factor", end_factor, 0 <= end_factor <= 1),
        ):
            if not possible:
                raise ValueError(f"{name} cannot be {value}")
        self.start_factor, self.end_factor, self.total_iters = start_factor, end_factor, total_iters
        super().__init__(optimizer, last_epoch)

    def factor(self, t: int) -> float:
        if t > self.total_iters:
            return 1.0
        return self.line(t) / self.line(t - 1) if t else self.line(0)

    def line(self, t: int) -> float:
        return self.start_factor + t / self.total_iters * (self.end_factor - self.start_factor)


class CosineAnnealingLR(LRScheduler):
    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0, last_epoch: int = -1) -> None:
        self.T_max, self.eta_min = T_max, eta_min
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        if self.is_initial:
            return self.scaled_lr(1)
        before, now = self.height(self.last_epoch - 1), self.height(self.last_epoch)
        lowest = (self.last_epoch - 1) % (2 * self.T_max) == self.T_max
        return [
            group["lr"] + (base - self.eta_min) * now
            if lowest
            else self.eta_min + (group["lr"] - self.eta_min) * now / before
            for group, base in zip(self.groups, self.base_lrs)
        ]

    def height(self, t: int) -> float:
        return math.cos(math.pi * t / self.T_max / 2) ** 2  # (1 + cos(2 u)) / 2 = cos(u)^2


class LambdaLR(LRScheduler):
    unsaved = (*LRScheduler.unsaved, "lr_lambdas")

    def __init__(
        self,
        optimizer: Optimizer,
        lr_lambda: Callable[[int], float] | Sequence[Callable[[int], float]],
        last_epoch: int = -1,
    ) -> None:
        self.lr_lambdas = one_per_group(optimizer, "lr_lambda", lr_lambda)
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        return [base * self.lr_lambdas[i](self.last_epoch) for i, base in enumerate(self.base_lrs)]


class SequentialLR(LRScheduler):
    unsaved = (*LRScheduler.unsaved, "schedulers")

    def __init__(
        self,
        optimizer: Optimizer,
        schedulers: Sequence[LRScheduler],
        milestones: Sequence[int],
        last_epoch: int = -1,
    ) -> None:
        self.schedulers, self.milestones = [*schedulers], [*milestones]
        if not self.schedulers or len(self.schedulers) - len(self.milestones) != 1:
            raise ValueError("a sequence needs schedulers, and one milestone between each two of them")
        for scheduler in self.schedulers:
            self.check(scheduler, optimizer)
        super().__init__(optimizer, last_epoch)

    @staticmethod
    def check(scheduler: LRScheduler, optimizer: Optimizer) -> None:
        if isinstance(scheduler, ReduceLROnPlateau):
            raise ValueError("ReduceLROnPlateau cannot take part in a sequence")
        if scheduler.optimizer is not optimizer:
            raise ValueError(f"a {type(scheduler).__name__} of the sequence belongs to another optimizer")

    @property
    def acting(self) -> LRScheduler:
        """The scheduler whose turn it is at t."""
        return self.schedulers[sum(m <= self.last_epoch for m in self.milestones)]

    def step(self) -> None:
        self.last_epoch += 1
        if self.is_initial or self.last_epoch in self.milestones:
            self.acting.set_lr(list(self.acting.base_lrs))
            self.acting.last_epoch = -1
            self.acting.initial_step()
        else:
            self.acting.step()
        self.last_lr = self.acting.get_last_lr()

    def state_dict(self) -> dict[str, Any]:
        return super().state_dict() | {"schedulers": [s.state_dict() for s in self.schedulers]}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        state_dict = dict(state_dict)
        for scheduler, state in zip(self.schedulers, state_dict.pop("schedulers")):
            scheduler.load_state_dict(state)
        super().load_state_dict(state_dict)
