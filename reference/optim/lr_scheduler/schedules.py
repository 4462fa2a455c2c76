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

    >>> from ...nn.parameter import Parameter
    >>> optimizer = Optimizer([Parameter([0.0])], {"lr": 8.0})
    >>> scheduler = StepLR(optimizer, step_size=2, gamma=0.5)
    >>> for _ in range(5):
    ...     print(*scheduler.get_last_lr())
    ...     scheduler.step()
    8.0
    8.0
    4.0
    4.0
    2.0
    """

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1) -> None:
        self.step_size = step_size
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """Return the rate of each group at t = ``last_epoch``."""
        is_due = self.last_epoch > 0 and self.last_epoch % self.step_size == 0
        return self.scaled_lr(self.gamma if is_due else 1)


class MultiStepLR(LRScheduler):
    """Multiply the rate by gamma at each milestone.

    Equation: lr_t = base * gamma ^ (number of milestones <= t)

    Args:
        milestones: ints; epochs at which the rate changes, one named twice counting twice.
        gamma: float; factor of each change.

    >>> from ...nn.parameter import Parameter
    >>> optimizer = Optimizer([Parameter([0.0])], {"lr": 8.0})
    >>> scheduler = MultiStepLR(optimizer, milestones=[1, 3], gamma=0.5)
    >>> for _ in range(4):
    ...     print(*scheduler.get_last_lr())
    ...     scheduler.step()
    8.0
    4.0
    4.0
    2.0
    """

    def __init__(
        self,
        optimizer: Optimizer,
        milestones: Iterable[int],
        gamma: float = 0.1,
        last_epoch: int = -1,
    ) -> None:
        self.milestones = list(milestones)
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """Return the rate of each group at t = ``last_epoch``."""
        return self.scaled_lr(self.gamma ** self.milestones.count(self.last_epoch))


class ExponentialLR(LRScheduler):
    """Multiply the rate by gamma at every step.

    Equation: lr_t = base * gamma^t

    Args:
        gamma: float; factor of each step.

    >>> from ...nn.parameter import Parameter
    >>> optimizer = Optimizer([Parameter([0.0])], {"lr": 8.0})
    >>> scheduler = ExponentialLR(optimizer, gamma=0.5)
    >>> for _ in range(4):
    ...     print(*scheduler.get_last_lr())
    ...     scheduler.step()
    8.0
    4.0
    2.0
    1.0
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
        total_iters: int >= 1; steps from one to the other.

    Raises:
        ValueError: if a factor is outside its range.

    >>> from ...nn.parameter import Parameter
    >>> optimizer = Optimizer([Parameter([0.0])], {"lr": 8.0})
    >>> scheduler = LinearLR(optimizer, start_factor=0.25, total_iters=3)
    >>> for _ in range(5):
    ...     print(*scheduler.get_last_lr())
    ...     scheduler.step()
    2.0
    4.0
    6.0
    8.0
    8.0
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

    def get_lr(self) -> list[float]:
        """Return the rate of each group at t = ``last_epoch``."""
        t = self.last_epoch
        if t == 0:
            return self.scaled_lr(self.start_factor)
        if self.is_initial or t > self.total_iters:
            return self.scaled_lr(1)
        return self.scaled_lr(self._factor(t) / self._factor(t - 1))

    def _factor(self, t: int) -> float:
        """Return f_t for t <= total_iters."""
        return self.start_factor + (self.end_factor - self.start_factor) * t / self.total_iters


class CosineAnnealingLR(LRScheduler):
    """Move the rate from base to eta_min along half a cosine wave.

    Equation: lr_t = eta_min + (base - eta_min) * (1 + cos(pi * t / T_max)) / 2

    There is no restart: past T_max the rate climbs back to base, until t = 2 * T_max, and so on.

    Args:
        T_max: int >= 1; steps from base to eta_min.
        eta_min: float >= 0; the lowest rate.

    Source: Loshchilov and Hutter, SGDR (2017), eq. 5, without the restarts.

    >>> from ...nn.parameter import Parameter
    >>> optimizer = Optimizer([Parameter([0.0])], {"lr": 8.0})
    >>> scheduler = CosineAnnealingLR(optimizer, T_max=4)
    >>> for _ in range(5):
    ...     print(round(scheduler.get_last_lr()[0], 3))
    ...     scheduler.step()
    8.0
    6.828
    4.0
    1.172
    0.0
    """

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0, last_epoch: int = -1) -> None:
        self.T_max = T_max
        self.eta_min = eta_min
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """Return the rate of each group at t = ``last_epoch``."""
        t, lrs = self.last_epoch, self.scaled_lr(1)
        if self.is_initial:
            return lrs
        if (t - 1 - self.T_max) % (2 * self.T_max) == 0:
            # The last rate was the lowest, and there was nothing left to multiply.
            rise = self._height(t)
            return [lr + (base - self.eta_min) * rise for lr, base in zip(lrs, self.base_lrs)]
        ratio = self._height(t) / self._height(t - 1)
        return [self.eta_min + (lr - self.eta_min) * ratio for lr in lrs]

    def _height(self, t: int) -> float:
        """Return how high between eta_min (0) and base (1) the rate is at t."""
        return (1 + math.cos(math.pi * t / self.T_max)) / 2


class LambdaLR(LRScheduler):
    """Multiply base by any function of t.

    Equation: lr_t = base * f(t)

    The functions are not saved: to resume, build the scheduler with the same ones again.

    Args:
        lr_lambda: f, a function of the int t that returns a float; or a list with one for each
            group.

    Raises:
        ValueError: if there are not as many functions as groups.

    >>> from ...nn.parameter import Parameter
    >>> optimizer = Optimizer([Parameter([0.0])], {"lr": 8.0})
    >>> scheduler = LambdaLR(optimizer, lambda t: 1 / (1 + t))
    >>> for _ in range(2):
    ...     print(*scheduler.get_last_lr())
    ...     scheduler.step()
    8.0
    4.0
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
        last_epoch: -1; to resume, load a state instead.

    Raises:
        ValueError: if there is no scheduler, the numbers do not match, one is a ReduceLROnPlateau
            or belongs to another optimizer.

    Source: PyTorch, torch.optim.lr_scheduler.SequentialLR.

    >>> from ...nn.parameter import Parameter
    >>> optimizer = Optimizer([Parameter([0.0])], {"lr": 8.0})
    >>> parts = [LinearLR(optimizer, start_factor=0.5, total_iters=1), ExponentialLR(optimizer, gamma=0.5)]
    >>> scheduler = SequentialLR(optimizer, parts, milestones=[2])
    >>> for _ in range(5):
    ...     print(*scheduler.get_last_lr())
    ...     scheduler.step()
    4.0
    8.0
    8.0
    4.0
    2.0
    """

    unsaved = ("optimizer", "schedulers")

    def __init__(
        self,
        optimizer: Optimizer,
        schedulers: Sequence[LRScheduler],
        milestones: Sequence[int],
        last_epoch: int = -1,
    ) -> None:
        if not schedulers or len(milestones) != len(schedulers) - 1:
            counts = f"{len(schedulers)} schedulers, {len(milestones)} milestones"
            raise ValueError(f"there must be one scheduler more than milestones, not {counts}")
        for scheduler in schedulers:
            if isinstance(scheduler, ReduceLROnPlateau) or scheduler.optimizer is not optimizer:
                name = type(scheduler).__name__
                raise ValueError(f"{name} needs a metric or belongs to another optimizer")
        self.optimizer = optimizer
        self.schedulers = list(schedulers)
        self.milestones = list(milestones)
        self.last_epoch = last_epoch + 1
        self._start([group["initial_lr"] for group in optimizer.param_groups])

    def step(self) -> None:
        """Advance t by one, and with it the scheduler whose turn it is."""
        self.last_epoch += 1
        scheduler = self._current()
        if self.last_epoch in self.milestones:
            self._start(scheduler.base_lrs)
        else:
            scheduler.step()
        self.last_lr = scheduler.get_last_lr()

    def state_dict(self) -> dict[str, Any]:
        """Return a copy of what is to be saved, also of each scheduler."""
        return {**super().state_dict(), "schedulers": [s.state_dict() for s in self.schedulers]}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over a copy of what ``state_dict`` returned; the optimizer is not changed."""
        super().load_state_dict({k: v for k, v in state_dict.items() if k != "schedulers"})
        for scheduler, state in zip(self.schedulers, state_dict["schedulers"], strict=True):
            scheduler.load_state_dict(state)

    def _current(self) -> LRScheduler:
        """Return the scheduler whose turn it is at t = ``last_epoch``."""
        return self.schedulers[bisect_right(self.milestones, self.last_epoch)]

    def _start(self, lrs: list[float]) -> None:
        """Start the current scheduler at its t = 0, from the given rates."""
        scheduler = self._current()
        scheduler.set_lr(lrs)
        scheduler.last_epoch = -1
        scheduler.initial_step()
        self.last_lr = scheduler.get_last_lr()
