"""An adapter to ``torch.optim.lr_scheduler.OneCycleLR``."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch.optim import lr_scheduler

from ..optimizer import Optimizer
from .scheduler import LRScheduler, one_per_group, stand_in


class OneCycleLR(LRScheduler):
    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float | Sequence[float],
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        self.options = dict(
            max_lr=one_per_group(optimizer, "max_lr", max_lr),
            total_steps=total_steps,
            epochs=epochs,
            steps_per_epoch=steps_per_epoch,
            pct_start=pct_start,
            anneal_strategy=anneal_strategy,
            div_factor=div_factor,
            final_div_factor=final_div_factor,
            three_phase=three_phase,
            cycle_momentum=False,
        )
        if last_epoch == -1:
            groups = self.twin(stand_in(optimizer)).optimizer.param_groups
            for ours, theirs in zip(optimizer.param_groups, groups):
                ours.update({name: theirs[name] for name in ("initial_lr", "max_lr", "min_lr")})
        super().__init__(optimizer, last_epoch)

    def twin(self, optimizer: torch.optim.Optimizer) -> lr_scheduler.OneCycleLR:
        return lr_scheduler.OneCycleLR(optimizer, **self.options)
