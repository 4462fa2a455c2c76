"""The base classes of schedulers.

What is other here: chainable schedules, which are a factor for each t, have a base class of their own.
"""

from __future__ import annotations

import copy
from typing import Any

from ..optimizer import Optimizer


class LRScheduler:
    unsaved: tuple[str, ...] = ("optimizer",)

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"{type(optimizer).__name__} is not an Optimizer")
        self.optimizer = optimizer
        self.last_epoch = last_epoch
        if last_epoch == -1:
            for group in optimizer.param_groups:
                group.setdefault("initial_lr", group["lr"])
        self.base_lrs: list[float] = [group["initial_lr"] for group in optimizer.param_groups]
        self.initial_step()

    def initial_step(self) -> None:
        self.is_initial = True
        self.step()
        self.is_initial = False

    def step(self) -> None:
        self.last_epoch += 1
        self.set_lr(self.get_lr())

    def get_lr(self) -> list[float]:
        raise NotImplementedError(f"{type(self).__name__}.get_lr")

    def set_lr(self, lrs: list[float]) -> None:
        for group, lr in zip(self.groups, lrs):
            group["lr"] = lr
        self.last_lr = lrs

    @property
    def groups(self) -> list[dict[str, Any]]:
        return self.optimizer.param_groups

    def get_last_lr(self) -> list[float]:
        return list(self.last_lr)

    def scaled_lr(self, factor: float) -> list[float]:
        return [group["lr"] * factor for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, Any]:
        return copy.deepcopy({k: v for k, v in vars(self).items() if k not in self.unsaved})

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        vars(self).update(copy.deepcopy(state_dict))


class ChainableLR(LRScheduler):
    """Each step is a ``factor`` of the rate that it finds, starting with the one at t = 0."""

    resumes_as_found = False

    def get_lr(self) -> list[float]:
        if self.resumes_as_found and self.is_initial and self.last_epoch > 0:
            return self.scaled_lr(1)
        return self.scaled_lr(self.factor(self.last_epoch))

    def factor(self, t: int) -> float:
        raise NotImplementedError(f"{type(self).__name__}.factor")


def one_per_group(optimizer: Optimizer, name: str, value: Any) -> list[Any]:
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"{type(optimizer).__name__} is not an Optimizer")
    groups = optimizer.param_groups
    values = list(value) if isinstance(value, (list, tuple)) else [value] * len(groups)
    if len(values) != len(groups):
        raise ValueError(f"{name} has {len(values)} values for {len(groups)} parameter groups")
    return values
