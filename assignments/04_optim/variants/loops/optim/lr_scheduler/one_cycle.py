"""The 1cycle policy: walk along the points until t is reached."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..optimizer import Group, Optimizer
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
        if total_steps is None:
            if epochs is None or steps_per_epoch is None:
                raise ValueError("either total_steps, or epochs and steps_per_epoch, have to be given")
            total_steps = epochs * steps_per_epoch
        if total_steps < 1:
            raise ValueError(f"there have to be some steps, not {total_steps}")
        if not 0 <= pct_start <= 1:
            raise ValueError(f"pct_start is {pct_start}, which is not in [0, 1]")
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"anneal_strategy is {anneal_strategy!r}, but has to be 'cos' or 'linear'")
        peaks = one_per_group(optimizer, "max_lr", max_lr)
        self.total_steps = total_steps
        self.pct_start = pct_start
        self.anneal_strategy = anneal_strategy
        self.three_phase = three_phase
        if last_epoch == -1:
            for group, peak in zip(optimizer.param_groups, peaks):
                group["max_lr"] = peak
                group["initial_lr"] = peak / div_factor
                group["min_lr"] = group["initial_lr"] / final_div_factor
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        if self.last_epoch > self.total_steps:
            raise ValueError(f"the cycle has {self.total_steps} steps and is over")
        return [self.rate(group) for group in self.optimizer.param_groups]

    def rate(self, group: Group) -> float:
        t = self.last_epoch
        points = self.points(group)
        a, lr_a = points[0]
        for b, lr_b in points[1:]:
            if t <= b or (b, lr_b) == points[-1]:
                break
            a, lr_a = b, lr_b
        s = (t - a) / (b - a)
        if self.anneal_strategy == "linear":
            return lr_a + (lr_b - lr_a) * s
        return lr_b + (lr_a - lr_b) * (1 + math.cos(math.pi * s)) / 2

    def points(self, group: Group) -> list[tuple[float, float]]:
        peak_at = self.pct_start * self.total_steps - 1
        points = [(0.0, group["initial_lr"]), (peak_at, group["max_lr"])]
        if self.three_phase:
            points.append((2 * peak_at, group["initial_lr"]))
        points.append((self.total_steps - 1.0, group["min_lr"]))
        return points
