"""Schedules that count: what could be looked up or searched for is found in a loop."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ..optimizer import Optimizer
from .plateau import ReduceLROnPlateau
from .scheduler import LRScheduler, one_per_group


class StepLR(LRScheduler):
    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1) -> None:
        self.step_size = step_size
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        changes = self.last_epoch > 0 and self.last_epoch % self.step_size == 0
        return self.scaled_lr(self.gamma if changes else 1)


class MultiStepLR(LRScheduler):
    def __init__(
        self, optimizer: Optimizer, milestones: Iterable[int], gamma: float = 0.1, last_epoch: int = -1
    ) -> None:
        self.milestones = [m for m in milestones]  # noqa: C416 - it may be an iterator
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        factor = 1.0
        for milestone in self.milestones:
            if milestone == self.last_epoch:
                factor *= self.gamma
        return self.scaled_lr(factor)


class ExponentialLR(LRScheduler):
    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1) -> None:
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        return self.scaled_lr(1 if self.is_initial else self.gamma)


class LinearLR(LRScheduler):
    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        if start_factor <= 0 or start_factor > 1:
            raise ValueError(f"start_factor is {start_factor}, which is not in (0, 1]")
        if end_factor < 0 or end_factor > 1:
            raise ValueError(f"end_factor is {end_factor}, which is not in [0, 1]")
        self.start_factor = start_factor
        self.end_factor = end_factor
        self.total_iters = total_iters
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        t = self.last_epoch
        if t == 0:
            return self.scaled_lr(self.start_factor)
        if self.is_initial or t > self.total_iters:
            return self.scaled_lr(1)
        return self.scaled_lr(self.point(t) / self.point(t - 1))

    def point(self, t: int) -> float:
        return self.start_factor + (self.end_factor - self.start_factor) * t / self.total_iters


class CosineAnnealingLR(LRScheduler):
    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0, last_epoch: int = -1) -> None:
        self.T_max = T_max
        self.eta_min = eta_min
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        if self.is_initial:
            return self.scaled_lr(1)
        lrs = []
        for group, base in zip(self.optimizer.param_groups, self.base_lrs):
            if self.last_epoch % (2 * self.T_max) == (self.T_max + 1) % (2 * self.T_max):
                lrs.append(group["lr"] + (base - self.eta_min) * self.height(self.last_epoch))
            else:
                ratio = self.height(self.last_epoch) / self.height(self.last_epoch - 1)
                lrs.append(self.eta_min + (group["lr"] - self.eta_min) * ratio)
        return lrs

    def height(self, t: int) -> float:
        return (1 + math.cos(math.pi * t / self.T_max)) / 2


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
        return [base * f(self.last_epoch) for base, f in zip(self.base_lrs, self.lr_lambdas)]


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
            raise ValueError("there has to be at least one scheduler")
        if len(self.milestones) != len(self.schedulers) - 1:
            raise ValueError(f"{len(self.schedulers)} schedulers do not fit {len(self.milestones)} milestones")
        for scheduler in self.schedulers:
            if isinstance(scheduler, ReduceLROnPlateau):
                raise ValueError("ReduceLROnPlateau needs a metric and cannot be part of a sequence")
            if scheduler.optimizer is not optimizer:
                raise ValueError("all schedulers have to be built on the optimizer of the sequence")
        super().__init__(optimizer, last_epoch)

    def step(self) -> None:
        self.last_epoch += 1
        turn = 0
        for milestone in self.milestones:
            if self.last_epoch >= milestone:
                turn += 1
        scheduler = self.schedulers[turn]
        if self.last_epoch == 0 or self.last_epoch in self.milestones:
            for group, base in zip(self.optimizer.param_groups, scheduler.base_lrs):
                group["lr"] = base
            scheduler.last_epoch = -1
            scheduler.initial_step()
        else:
            scheduler.step()
        self.last_lr = scheduler.get_last_lr()

    def state_dict(self) -> dict[str, Any]:
        state = super().state_dict()
        state["schedulers"] = [scheduler.state_dict() for scheduler in self.schedulers]
        return state

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        state = copy.copy(state_dict)
        for scheduler, saved in zip(self.schedulers, state.pop("schedulers")):
            scheduler.load_state_dict(saved)
        super().load_state_dict(state)
