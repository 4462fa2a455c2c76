"""Schedules with attention to rounding: ratios are 1 plus a difference, cosines are squares of sines."""

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
        self.step_size = int(step_size)
        self.gamma = float(gamma)
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        changes, rest = divmod(self.last_epoch, self.step_size)
        return self.scaled_lr(self.gamma if rest == 0 and changes > 0 else 1.0)


class MultiStepLR(LRScheduler):
    def __init__(
        self, optimizer: Optimizer, milestones: Iterable[int], gamma: float = 0.1, last_epoch: int = -1
    ) -> None:
        self.milestones = tuple(int(m) for m in milestones)
        self.gamma = float(gamma)
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        return self.scaled_lr(math.prod(self.gamma for m in self.milestones if m == self.last_epoch))


class ExponentialLR(LRScheduler):
    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1) -> None:
        self.gamma = float(gamma)
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        return self.scaled_lr(1.0) if self.is_initial else self.scaled_lr(self.gamma)


class LinearLR(LRScheduler):
    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        if not 0.0 < start_factor <= 1.0:
            raise ValueError(f"start_factor must be in (0, 1], but is {start_factor}")
        if not 0.0 <= end_factor <= 1.0:
            raise ValueError(f"end_factor must be in [0, 1], but is {end_factor}")
        self.start_factor = float(start_factor)
        self.end_factor = float(end_factor)
        self.total_iters = int(total_iters)
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        t = self.last_epoch
        if t == 0:
            return self.scaled_lr(self.start_factor)
        if self.is_initial or t > self.total_iters:
            return self.scaled_lr(1.0)
        # f_t / f_(t-1) = 1 + (f_t - f_(t-1)) / f_(t-1), whose numerator is the slope
        slope = self.end_factor - self.start_factor
        return self.scaled_lr(1.0 + slope / (self.start_factor * self.total_iters + (t - 1) * slope))


class CosineAnnealingLR(LRScheduler):
    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0, last_epoch: int = -1) -> None:
        self.T_max = int(T_max)
        self.eta_min = float(eta_min)
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        if self.is_initial:
            return self.scaled_lr(1.0)
        at_lowest = (self.last_epoch - 1) % (2 * self.T_max) == self.T_max
        now, before = self.height(self.last_epoch), self.height(self.last_epoch - 1)
        lrs = []
        for group, base in zip(self.optimizer.param_groups, self.base_lrs, strict=True):
            if at_lowest:
                lrs.append(group["lr"] + (base - self.eta_min) * now)
            else:
                lrs.append(self.eta_min + (group["lr"] - self.eta_min) * (now / before))
        return lrs

    def height(self, t: int) -> float:
        """Return (1 + cos(pi t / T)) / 2 as the square of a sine that is exactly 0 where it should be."""
        distance = self.T_max - t % (2 * self.T_max)  # to the lowest point
        return math.sin(0.5 * math.pi * distance / self.T_max) ** 2


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
        pairs = zip(self.base_lrs, self.lr_lambdas, strict=True)
        return [float(base) * float(f(self.last_epoch)) for base, f in pairs]


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
        self.milestones = [int(m) for m in milestones]
        if len(self.schedulers) == 0:
            raise ValueError("schedulers must not be empty")
        if len(self.milestones) != len(self.schedulers) - 1:
            raise ValueError(f"milestones must be {len(self.schedulers) - 1}, but are {len(self.milestones)}")
        for scheduler in self.schedulers:
            if isinstance(scheduler, ReduceLROnPlateau):
                raise ValueError("schedulers must not contain a ReduceLROnPlateau")
            if scheduler.optimizer is not optimizer:
                raise ValueError("schedulers must be built on the optimizer that is given")
        super().__init__(optimizer, last_epoch)

    def step(self) -> None:
        self.last_epoch += 1
        turn = sum(1 for m in self.milestones if m <= self.last_epoch)
        scheduler = self.schedulers[turn]
        begin = self.milestones[turn - 1] if turn > 0 else 0
        if self.last_epoch == begin:
            self.set_lr(scheduler.base_lrs)
            scheduler.last_epoch = -1
            scheduler.initial_step()
        else:
            scheduler.step()
        self.last_lr = scheduler.get_last_lr()

    def state_dict(self) -> dict[str, Any]:
        state = super().state_dict()
        state["states"] = [scheduler.state_dict() for scheduler in self.schedulers]
        return state

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        own = copy.copy(state_dict)
        states = own.pop("states")
        super().load_state_dict(own)
        for scheduler, state in zip(self.schedulers, states, strict=True):
            scheduler.load_state_dict(state)
