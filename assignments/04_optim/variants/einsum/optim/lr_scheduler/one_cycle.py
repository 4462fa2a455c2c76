"""The 1cycle policy with the points of all groups in arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..optimizer import Optimizer
from .scheduler import LRScheduler, one_per_group


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
        if total_steps is None and (epochs is None or steps_per_epoch is None):
            raise ValueError("without total_steps, both epochs and steps_per_epoch are needed")
        self.total_steps = epochs * steps_per_epoch if total_steps is None else total_steps
        if self.total_steps < 1 or not 0 <= pct_start <= 1:
            raise ValueError(f"total_steps={self.total_steps} is below 1, or pct_start={pct_start} not in [0, 1]")
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"there is no strategy {anneal_strategy!r}")
        self.linear = anneal_strategy == "linear"
        peak_at = pct_start * self.total_steps - 1
        self.times = np.array([0, peak_at, *[2 * peak_at] * three_phase, self.total_steps - 1])
        self.names = ["initial_lr", "max_lr", *["initial_lr"] * three_phase, "min_lr"]
        for group, peak in zip(optimizer.param_groups, one_per_group(optimizer, "max_lr", max_lr)):
            if last_epoch == -1:
                rates = peak / np.cumprod([1.0, div_factor, final_div_factor])
                group.update(zip(("max_lr", "initial_lr", "min_lr"), rates))
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        if self.last_epoch > self.total_steps:
            raise ValueError(f"there are {self.total_steps} steps in this cycle, and all are taken")
        end = int(np.clip(np.searchsorted(self.times, self.last_epoch), 1, len(self.times) - 1))
        a, b = self.times[end - 1 : end + 1]
        s = (self.last_epoch - a) / (b - a)
        share = s if self.linear else np.sin(np.pi * s / 2) ** 2  # (1 - cos(pi s)) / 2
        groups = self.optimizer.param_groups
        rates = np.array([[group[self.names[end - 1]], group[self.names[end]]] for group in groups])
        return list(np.einsum("gk,k->g", rates, [1 - share, share]))
