"""Schedules as NumPy expressions: the rates of all groups are one array."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from ..optimizer import Optimizer
from .plateau import ReduceLROnPlateau
from .scheduler import LRScheduler, one_per_group


class ArrayLR(LRScheduler):
    """A schedule that computes an array of rates from an array of rates."""

    def get_lr(self) -> list[float]:
        found = np.array([group["lr"] for group in self.optimizer.param_groups], dtype=float)
        return list(self.rates(self.last_epoch, found, np.array(self.base_lrs, dtype=float)))

    def rates(self, t: int, found: np.ndarray, base: np.ndarray) -> np.ndarray:
        raise NotImplementedError(f"{type(self).__name__}.rates")


class StepLR(ArrayLR):
    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1) -> None:
        self.step_size = step_size
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def rates(self, t: int, found: np.ndarray, base: np.ndarray) -> np.ndarray:
        return found * self.gamma ** (t // self.step_size - max(t - 1, 0) // self.step_size)


class MultiStepLR(ArrayLR):
    def __init__(
        self, optimizer: Optimizer, milestones: Iterable[int], gamma: float = 0.1, last_epoch: int = -1
    ) -> None:
        self.milestones = np.array(list(milestones), dtype=int)
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def rates(self, t: int, found: np.ndarray, base: np.ndarray) -> np.ndarray:
        return found * self.gamma ** int(np.equal(self.milestones, t).sum())


class ExponentialLR(ArrayLR):
    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1) -> None:
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def rates(self, t: int, found: np.ndarray, base: np.ndarray) -> np.ndarray:
        return np.where(self.is_initial, found, self.gamma * found)


class LinearLR(ArrayLR):
    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        if not 0 < start_factor <= 1:
            raise ValueError(f"start_factor = {start_factor} is outside (0, 1]")
        if not 0 <= end_factor <= 1:
            raise ValueError(f"end_factor = {end_factor} is outside [0, 1]")
        self.factors = (start_factor, end_factor)
        self.total_iters = total_iters
        super().__init__(optimizer, last_epoch)

    def rates(self, t: int, found: np.ndarray, base: np.ndarray) -> np.ndarray:
        if t == 0:
            return found * self.factors[0]
        if self.is_initial or t > self.total_iters:
            return found
        after, before = np.interp([t, t - 1], [0, self.total_iters], self.factors)
        return found * (after / before)


class CosineAnnealingLR(ArrayLR):
    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0, last_epoch: int = -1) -> None:
        self.T_max = T_max
        self.eta_min = eta_min
        super().__init__(optimizer, last_epoch)

    def rates(self, t: int, found: np.ndarray, base: np.ndarray) -> np.ndarray:
        if self.is_initial:
            return found
        after, before = (1 + np.cos(np.pi * np.array([t, t - 1]) / self.T_max)) / 2
        if (t - 1 - self.T_max) % (2 * self.T_max) == 0:
            return found + (base - self.eta_min) * after
        return self.eta_min + (found - self.eta_min) * (after / before)


class LambdaLR(ArrayLR):
    unsaved = ("optimizer", "lr_lambdas")

    def __init__(
        self,
        optimizer: Optimizer,
        lr_lambda: Callable[[int], float] | Sequence[Callable[[int], float]],
        last_epoch: int = -1,
    ) -> None:
        self.lr_lambdas = one_per_group(optimizer, "lr_lambda", lr_lambda)
        super().__init__(optimizer, last_epoch)

    def rates(self, t: int, found: np.ndarray, base: np.ndarray) -> np.ndarray:
        return np.einsum("g,g->g", base, [float(f(t)) for f in self.lr_lambdas])


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
        self.starts = np.array([0, *milestones])  # the t at which each scheduler takes over
        if not self.schedulers or len(self.schedulers) != len(self.starts):
            raise ValueError(f"{len(self.schedulers)} schedulers and {len(self.starts) - 1} milestones do not match")
        if any(isinstance(s, ReduceLROnPlateau) or s.optimizer is not optimizer for s in self.schedulers):
            raise ValueError("a scheduler needs a metric (ReduceLROnPlateau), or belongs to another optimizer")
        super().__init__(optimizer, last_epoch)

    def step(self) -> None:
        self.last_epoch += 1
        turn = int(np.searchsorted(self.starts, self.last_epoch, side="right")) - 1
        scheduler = self.schedulers[turn]
        if self.starts[turn] == self.last_epoch:
            scheduler.set_lr(scheduler.base_lrs)
            scheduler.last_epoch = -1
            scheduler.initial_step()
        else:
            scheduler.step()
        self.last_lr = scheduler.get_last_lr()

    def state_dict(self) -> dict[str, Any]:
        return {**super().state_dict(), "schedulers": [s.state_dict() for s in self.schedulers]}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        super().load_state_dict({k: v for k, v in state_dict.items() if k != "schedulers"})
        for scheduler, state in zip(self.schedulers, state_dict["schedulers"]):
            scheduler.load_state_dict(state)
