"""What all learning-rate schedulers share; the package's docstring says by which conventions."""

from __future__ import annotations

import copy
from typing import Any

from ..optimizer import Optimizer


class LRScheduler:
    """Base class of all schedulers; most subclasses only write ``get_lr``.

    Args:
        optimizer: the Optimizer whose groups' "lr" is to change.
        last_epoch: index t of the last epoch, or -1 to start.

    Attributes:
        last_epoch: int; t.
        base_lrs: list of floats; base of each group.
        is_initial: True only while the constructor takes the step to its first t.

    Raises:
        TypeError: if ``optimizer`` is not an Optimizer.
        KeyError: if a group lacks "initial_lr" when resuming.

    Source: PyTorch, torch.optim.lr_scheduler.LRScheduler.
    """

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
        """Take a step, while ``is_initial`` tells ``get_lr`` that it is the constructor's."""
        self.is_initial = True
        self.step()
        self.is_initial = False

    def step(self) -> None:
        """Advance t by one and write the rates of ``get_lr`` into the groups."""
        raise NotImplementedError("optim.lr_scheduler.LRScheduler.step")

    def get_lr(self) -> list[float]:
        """Return the rate that each group is to have at t = ``last_epoch``; changes nothing."""
        raise NotImplementedError(f"{type(self).__name__}.get_lr")

    def set_lr(self, lrs: list[float]) -> None:
        """Write one rate into each group, and remember them for ``get_last_lr``."""
        raise NotImplementedError("optim.lr_scheduler.LRScheduler.set_lr")

    def get_last_lr(self) -> list[float]:
        """Return the rate of each group after the last step of this scheduler."""
        return list(self.last_lr)

    def scaled_lr(self, factor: float) -> list[float]:
        """Return the rates that are now in the groups, each times ``factor``."""
        return [group["lr"] * factor for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, Any]:
        """Return a copy of every attribute that is not in ``unsaved``."""
        return copy.deepcopy({k: v for k, v in vars(self).items() if k not in self.unsaved})

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over a copy of what ``state_dict`` returned; the optimizer is not changed."""
        vars(self).update(copy.deepcopy(state_dict))


def one_per_group(optimizer: Optimizer, name: str, value: Any) -> list[Any]:
    """Return a list with one value for each group: ``value`` itself if it is one, or copies.

    Raises:
        TypeError: if ``optimizer`` is not an Optimizer.
        ValueError: if ``value`` is a list of another length.
    """
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"{type(optimizer).__name__} is not an Optimizer")
    groups = optimizer.param_groups
    values = list(value) if isinstance(value, (list, tuple)) else [value] * len(groups)
    if len(values) != len(groups):
        raise ValueError(f"{name} has {len(values)} values for {len(groups)} parameter groups")
    return values
