"""The base class of adapters to ``torch.optim.lr_scheduler``.

What is other here: for every rate a PyTorch schedule is built on an optimizer of nothing, put to t, and asked.
"""

from __future__ import annotations

import copy
from typing import Any

import torch

from ..optimizer import Optimizer


def stand_in(optimizer: Optimizer) -> torch.optim.Optimizer:
    """Build a PyTorch optimizer that has the same groups, each with one number to optimize."""
    rates = ("lr", "initial_lr", "max_lr", "min_lr")
    groups = [{k: group[k] for k in rates if k in group} for group in optimizer.param_groups]
    twin = torch.optim.SGD([{"params": [torch.zeros(1)], **group} for group in groups], lr=1.0)
    twin._opt_called = True  # no warning that it has not taken a step
    return twin


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
        optimizer = stand_in(self.optimizer)
        twin = self.twin(optimizer)
        for theirs, ours in zip(optimizer.param_groups, self.optimizer.param_groups):
            theirs["lr"] = ours["lr"]
        twin.last_epoch, twin.base_lrs = self.last_epoch, self.base_lrs
        twin._step_count = 2  # it is in the middle of its life
        twin._is_initial, twin._get_lr_called_within_step = self.is_initial, True
        return [float(lr) for lr in twin.get_lr()]

    def twin(self, optimizer: torch.optim.Optimizer) -> torch.optim.lr_scheduler.LRScheduler:
        """Build the PyTorch schedule that knows the rates."""
        raise NotImplementedError(f"{type(self).__name__}.get_lr")

    def set_lr(self, lrs: list[float]) -> None:
        for group, lr in zip(self.optimizer.param_groups, lrs):
            group["lr"] = lr
        self.last_lr = list(lrs)

    def get_last_lr(self) -> list[float]:
        return list(self.last_lr)

    def scaled_lr(self, factor: float) -> list[float]:
        return [group["lr"] * factor for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, Any]:
        return copy.deepcopy({k: v for k, v in vars(self).items() if k not in self.unsaved})

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        vars(self).update(copy.deepcopy(state_dict))


def one_per_group(optimizer: Optimizer, name: str, value: Any) -> list[Any]:
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"{type(optimizer).__name__} is not an Optimizer")
    groups = optimizer.param_groups
    values = list(value) if isinstance(value, (list, tuple)) else [value] * len(groups)
    if len(values) != len(groups):
        raise ValueError(f"{name} has {len(values)} values for {len(groups)} parameter groups")
    return values
