"""Schedules that are a formula in t."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ..optimizer import Optimizer
from .plateau import ReduceLROnPlateau
from .scheduler import LRScheduler, one_per_group


class StepLR(LRScheduler):
    """Multiply the rate by gamma every step_size epochs.

    Equation: lr_t = base * gamma ^ floor(t / step_size)

    Args:
        step_size: int >= 1; epochs between two changes.
        gamma: float; factor of each change.
    """

    def __init__(
        self, optimizer: Optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1
    ) -> None:
        if step_size < 1:
            raise ValueError(f"step_size must be at least 1, not {step_size}")
        self.step_size = step_size
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """Return the rate of each group at t = ``last_epoch``."""
        t = self.last_epoch
        if t > 0 and t % self.step_size == 0:
            return self.scaled_lr(self.gamma)
        return self.scaled_lr(1)


class MultiStepLR(LRScheduler):
    """Multiply the rate by gamma at each milestone.

    Equation: lr_t = base * gamma ^ (number of milestones <= t)

    Args:
        milestones: ints; epochs at which the rate changes, one named twice counting twice.
        gamma: float; factor of each change.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        milestones: Iterable[int],
        gamma: float = 0.1,
        last_epoch: int = -1,
    ) -> None:
        self.milestones = sorted(milestones)
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """Return the rate of each group at t = ``last_epoch``."""
        t = self.last_epoch
        if t == 0:
            n = sum(1 for m in self.milestones if m <= 0)
        else:
            n = self.milestones.count(t)
        return self.scaled_lr(self.gamma**n)


class ExponentialLR(LRScheduler):
    """Multiply the rate by gamma at every step.

    Equation: lr_t = base * gamma^t

    Args:
        gamma: float; factor of each step.
    """

    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1) -> None:
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """Return the rate of each group at t = ``last_epoch``."""
        return self.scaled_lr(1 if self.is_initial else self.gamma)


class LinearLR(LRScheduler):
    """Move the rate along a straight line, then keep it; mostly to warm up.

    Equation: lr_t = base * f_t,
              f_t = start_factor + (end_factor - start_factor) * min(t, total_iters) / total_iters

    The first rate is base * start_factor, not 0.

    Args:
        start_factor: float in (0, 1]; f_0.
        end_factor: float in [0, 1]; f_t from t = total_iters on.
        total_iters: int; steps from one to the other.

    Raises:
        ValueError: if a factor is outside its range.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        if not 0 < start_factor <= 1:
            raise ValueError(f"start_factor must be in (0, 1], not {start_factor}")
        if not 0 <= end_factor <= 1:
            raise ValueError(f"end_factor must be in [0, 1], not {end_factor}")
        self.start_factor = start_factor
        self.end_factor = end_factor
        self.total_iters = total_iters
        super().__init__(optimizer, last_epoch)

    def _f(self, t):
        if t >= self.total_iters:
            return self.end_factor
        return self.start_factor + (self.end_factor - self.start_factor) * t / self.total_iters

    def get_lr(self) -> list[float]:
        """Return the rate of each group at t = ``last_epoch``."""
        t = self.last_epoch
        if t == 0:
            return self.scaled_lr(self._f(0))
        if self.is_initial or t > self.total_iters:
            return self.scaled_lr(1)
        return self.scaled_lr(self._f(t) / self._f(t - 1))


class CosineAnnealingLR(LRScheduler):
    """Move the rate from base to eta_min along half a cosine wave.

    Equation: lr_t = eta_min + (base - eta_min) * (1 + cos(pi * t / T_max)) / 2

    There is no restart: past T_max the rate climbs back to base, until t = 2 * T_max, and so on.

    Args:
        T_max: int >= 1; steps from base to eta_min.
        eta_min: float >= 0; the lowest rate.

    Source: Loshchilov and Hutter, SGDR (2017), eq. 5, without the restarts.
    """

    def __init__(
        self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0, last_epoch: int = -1
    ) -> None:
        if T_max < 1:
            raise ValueError(f"T_max must be at least 1, not {T_max}")
        self.T_max = T_max
        self.eta_min = eta_min
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """Return the rate of each group at t = ``last_epoch``."""
        if self.is_initial:
            return self.scaled_lr(1)
        t, T, e = self.last_epoch, self.T_max, self.eta_min
        H = (1 + math.cos(math.pi * t / T)) / 2
        lrs = []
        for group, base in zip(self.optimizer.param_groups, self.base_lrs):
            if (t - 1) % (2 * T) == T:
                lrs.append(group["lr"] + (base - e) * H)
            else:
                H_before = (1 + math.cos(math.pi * (t - 1) / T)) / 2
                lrs.append(e + (group["lr"] - e) * H / H_before)
        return lrs


class LambdaLR(LRScheduler):
    """Multiply base by any function of t.

    Equation: lr_t = base * f(t)

    The functions are not saved: to resume, build the scheduler with the same ones again.

    Args:
        lr_lambda: f, a function of the int t that returns a float; or a list with one for each
            group.

    Raises:
        ValueError: if there are not as many functions as groups.
    """

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
        """Return the rate of each group at t = ``last_epoch``."""
        return [base * f(self.last_epoch) for base, f in zip(self.base_lrs, self.lr_lambdas)]


class SequentialLR(LRScheduler):
    """Let one scheduler after another have the rate, each until its milestone.

    Equation: for milestones m_1 < m_2 < ..., scheduler k acts for m_k <= t < m_(k+1), as if it
    had been started at t = m_k: its own t is then 0, and the rate its base.

    Args:
        schedulers: the schedulers, all built on this optimizer.
        milestones: ascending ints, one fewer than schedulers; the t at which the next one takes
            over.

    Raises:
        ValueError: if there is no scheduler, the numbers do not match, one is a ReduceLROnPlateau
            or belongs to another optimizer.

    Source: PyTorch, torch.optim.lr_scheduler.SequentialLR.
    """

    unsaved = ("optimizer", "schedulers")

    def __init__(
        self,
        optimizer: Optimizer,
        schedulers: Sequence[LRScheduler],
        milestones: Sequence[int],
        last_epoch: int = -1,
    ) -> None:
        schedulers = list(schedulers)
        milestones = list(milestones)
        if not schedulers:
            raise ValueError("SequentialLR needs a scheduler")
        if len(milestones) != len(schedulers) - 1:
            raise ValueError(f"{len(schedulers)} schedulers need {len(schedulers) - 1} milestones, not {len(milestones)}")
        for s in schedulers:
            if isinstance(s, ReduceLROnPlateau):
                raise ValueError("ReduceLROnPlateau cannot be part of a SequentialLR")
            if s.optimizer is not optimizer:
                raise ValueError("all schedulers must have this optimizer")
        self.schedulers = schedulers
        self.milestones = milestones
        super().__init__(optimizer, last_epoch)

    def step(self) -> None:
        """Advance t by one, and with it the scheduler whose turn it is."""
        self.last_epoch += 1
        t = self.last_epoch
        k = bisect_right(self.milestones, t)
        current = self.schedulers[k]
        if t == 0 or (k > 0 and t == self.milestones[k - 1]):
            current.set_lr(current.base_lrs)
            current.last_epoch = -1
            current.initial_step()
        else:
            current.step()
        self.last_lr = current.get_last_lr()

    def state_dict(self) -> dict[str, Any]:
        """Return a copy of what is to be saved, also of each scheduler."""
        saved = super().state_dict()
        saved["schedulers"] = [s.state_dict() for s in self.schedulers]
        return saved

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over a copy of what ``state_dict`` returned; the optimizer is not changed."""
        own = dict(state_dict)
        parts = own.pop("schedulers")
        super().load_state_dict(own)
        for s, part in zip(self.schedulers, parts):
            s.load_state_dict(part)
