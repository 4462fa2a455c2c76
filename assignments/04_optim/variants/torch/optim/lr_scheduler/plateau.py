"""An adapter to ``torch.optim.lr_scheduler.ReduceLROnPlateau``, which lives as long as we do."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from torch.optim import lr_scheduler

from ..optimizer import Optimizer
from .scheduler import LRScheduler, one_per_group, stand_in


class ReduceLROnPlateau(LRScheduler):
    def __init__(
        self,
        optimizer: Optimizer,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: float | Sequence[float] = 0,
        eps: float = 1e-8,
    ) -> None:
        min_lrs = one_per_group(optimizer, "min_lr", min_lr)
        self.optimizer = optimizer
        self.twin = lr_scheduler.ReduceLROnPlateau(
            stand_in(optimizer), mode, factor, patience, threshold, threshold_mode, cooldown, min_lrs, eps
        )
        self.last_lr = [group["lr"] for group in optimizer.param_groups]

    @property
    def last_epoch(self) -> int:
        return self.twin.last_epoch

    def step(self, metrics: float) -> None:
        groups = list(zip(self.twin.optimizer.param_groups, self.optimizer.param_groups))
        for theirs, ours in groups:
            theirs["lr"] = ours["lr"]
        if self.twin.last_epoch == 0:  # the first metric is always better; for PyTorch not with a threshold of 1
            self.twin.best, self.twin.last_epoch = float(metrics), 1
        else:
            self.twin.step(metrics)
        self.set_lr([theirs["lr"] for theirs, _ in groups])

    def state_dict(self) -> dict[str, Any]:
        return copy.deepcopy({"last_lr": self.last_lr, "twin": self.twin.state_dict()})

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        state = copy.deepcopy(state_dict)
        self.last_lr = state["last_lr"]
        self.twin.load_state_dict(state["twin"])
