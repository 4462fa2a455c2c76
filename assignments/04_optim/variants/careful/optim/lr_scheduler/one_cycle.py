"""The 1cycle policy, with interpolations that meet both ends exactly."""

from __future__ import annotations

import math
from bisect import bisect_left
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
                raise ValueError("total_steps must be given, or else epochs and steps_per_epoch")
            total_steps = int(epochs) * int(steps_per_epoch)
        if total_steps < 1:
            raise ValueError(f"total_steps must be at least 1, but is {total_steps}")
        if not 0.0 <= pct_start <= 1.0:
            raise ValueError(f"pct_start must be in [0, 1], but is {pct_start}")
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"anneal_strategy must be 'cos' or 'linear', but is {anneal_strategy!r}")
        max_lrs = [float(m) for m in one_per_group(optimizer, "max_lr", max_lr)]
        self.total_steps = int(total_steps)
        self.anneal_strategy = anneal_strategy
        e = float(pct_start) * self.total_steps - 1.0
        self.ends = [e, 2.0 * e, self.total_steps - 1.0] if three_phase else [e, self.total_steps - 1.0]
        if last_epoch == -1:
            for group, peak in zip(optimizer.param_groups, max_lrs, strict=True):
                group["max_lr"] = peak
                group["initial_lr"] = peak / float(div_factor)
                group["min_lr"] = group["initial_lr"] / float(final_div_factor)
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        t = self.last_epoch
        if t > self.total_steps:
            raise ValueError(f"step must not be called more than {self.total_steps} times")
        piece = min(bisect_left(self.ends, t), len(self.ends) - 1)
        a = self.ends[piece - 1] if piece > 0 else 0.0
        s = (t - a) / (self.ends[piece] - a)
        names = ("initial_lr", "max_lr", *(("initial_lr",) if len(self.ends) == 3 else ()), "min_lr")
        return [self.between(group, names[piece], names[piece + 1], s) for group in self.optimizer.param_groups]

    def between(self, group: Group, here: str, there: str, s: float) -> float:
        if self.anneal_strategy == "linear":
            return (1.0 - s) * group[here] + s * group[there]
        cos2, sin2 = math.cos(0.5 * math.pi * s) ** 2, math.sin(0.5 * math.pi * s) ** 2
        return cos2 * group[here] + sin2 * group[there]
