"""Adapters to PyTorch's schedules.

SequentialLR is written out: PyTorch's wants schedules of its own kind.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch
from torch.optim import lr_scheduler

from ..optimizer import Optimizer
from .plateau import ReduceLROnPlateau
from .scheduler import LRScheduler, one_per_group


class Adapter(LRScheduler):
    """A schedule of PyTorch's with the options it was built with."""

    kind: type[lr_scheduler.LRScheduler]

    def __init__(self, optimizer: Optimizer, last_epoch: int, **options: Any) -> None:
        self.options = options
        super().__init__(optimizer, last_epoch)

    def twin(self, optimizer: torch.optim.Optimizer) -> lr_scheduler.LRScheduler:
        return self.kind(optimizer, **self.options)


class StepLR(Adapter):
    kind = lr_scheduler.StepLR

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1) -> None:
        super().__init__(optimizer, last_epoch, step_size=step_size, gamma=gamma)


class MultiStepLR(Adapter):
    kind = lr_scheduler.MultiStepLR

    def __init__(
        self, optimizer: Optimizer, milestones: Iterable[int], gamma: float = 0.1, last_epoch: int = -1
    ) -> None:
        super().__init__(optimizer, last_epoch, milestones=list(milestones), gamma=gamma)


class ExponentialLR(Adapter):
    kind = lr_scheduler.ExponentialLR

    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1) -> None:
        super().__init__(optimizer, last_epoch, gamma=gamma)


class LinearLR(Adapter):
    kind = lr_scheduler.LinearLR

    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        options = dict(start_factor=start_factor, end_factor=end_factor, total_iters=total_iters)
        super().__init__(optimizer, last_epoch, **options)


class CosineAnnealingLR(Adapter):
    kind = lr_scheduler.CosineAnnealingLR

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0, last_epoch: int = -1) -> None:
        super().__init__(optimizer, last_epoch, T_max=T_max, eta_min=eta_min)


class LambdaLR(Adapter):
    kind = lr_scheduler.LambdaLR
    unsaved = ("optimizer", "options")

    def __init__(
        self,
        optimizer: Optimizer,
        lr_lambda: Callable[[int], float] | Sequence[Callable[[int], float]],
        last_epoch: int = -1,
    ) -> None:
        super().__init__(optimizer, last_epoch, lr_lambda=one_per_group(optimizer, "lr_lambda", lr_lambda))


class SequentialLR(LRScheduler):
    unsaved = ("optimizer", "schedulers")

    def __init__(
        self,
        optimizer: Optimizer,
        schedulers: Sequence[LRScheduler],
        milestones: Sequence[int],
        last_epoch: int = -1,
    ) -> None:
        self.schedulers = list(schedulers)
        self.milestones = list(milestones)
        if not self.schedulers:
            raise ValueError("SequentialLR expects at least one scheduler")
        if len(self.milestones) != len(self.schedulers) - 1:
            raise ValueError(f"SequentialLR expects {len(self.schedulers) - 1} milestones")
        if any(isinstance(scheduler, ReduceLROnPlateau) for scheduler in self.schedulers):
            raise ValueError("SequentialLR does not support ReduceLROnPlateau")
        if any(scheduler.optimizer is not optimizer for scheduler in self.schedulers):
            raise ValueError("SequentialLR expects all schedulers to belong to one optimizer")
        super().__init__(optimizer, last_epoch)

    def step(self) -> None:
        self.last_epoch += 1
        scheduler = self.schedulers[bisect_right(self.milestones, self.last_epoch)]
        if self.last_epoch == 0 or self.last_epoch in self.milestones:
            self.set_lr(scheduler.base_lrs)
            scheduler.last_epoch = -1
            scheduler.initial_step()
        else:
            scheduler.step()
        self.last_lr = scheduler.get_last_lr()

    def state_dict(self) -> dict[str, Any]:
        return super().state_dict() | {"_schedulers": [scheduler.state_dict() for scheduler in self.schedulers]}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        super().load_state_dict({k: v for k, v in state_dict.items() if k != "_schedulers"})
        for scheduler, state in zip(self.schedulers, state_dict["_schedulers"]):
            scheduler.load_state_dict(state)
