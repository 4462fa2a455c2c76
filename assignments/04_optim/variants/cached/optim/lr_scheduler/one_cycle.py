"""The 1cycle policy from a table of shares, computed when it is built.

What is other here: for each t it is known from the start which two rates are mixed, and how.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

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
        if total_steps is None:
            if None in (epochs, steps_per_epoch):
                raise ValueError("the number of steps is not known: give total_steps, or epochs and steps_per_epoch")
            total_steps = epochs * steps_per_epoch
        if total_steps < 1:
            raise ValueError(f"a cycle of {total_steps} steps is none")
        if not 0 <= pct_start <= 1:
            raise ValueError(f"pct_start is a share, not {pct_start}")
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"anneal_strategy {anneal_strategy!r} is neither 'cos' nor 'linear'")
        peak = pct_start * total_steps - 1
        times = [0, peak, 2 * peak, total_steps - 1] if three_phase else [0, peak, total_steps - 1]
        names = ["initial_lr", "max_lr", "initial_lr", "min_lr"] if three_phase else ["initial_lr", "max_lr", "min_lr"]
        self.table = [_mixture(t, list(zip(times, names)), anneal_strategy == "linear") for t in range(total_steps + 1)]
        for group, max_lr_of_group in zip(optimizer.param_groups, one_per_group(optimizer, "max_lr", max_lr)):
            if last_epoch == -1:
                initial = max_lr_of_group / div_factor
                group |= {"max_lr": max_lr_of_group, "initial_lr": initial, "min_lr": initial / final_div_factor}
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        if self.last_epoch >= len(self.table):
            raise ValueError(f"step() was called more than {len(self.table) - 1} times")
        here, there, s = self.table[self.last_epoch]
        return [group[here] * (1 - s) + group[there] * s for group in self.optimizer.param_groups]


def _mixture(t: int, points: list[tuple[float, str]], linear: bool) -> tuple[str, str, float]:
    """Return between which two rates t lies, and the share of the second."""
    pieces = list(pairwise(points))
    (a, here), (b, there) = next((piece for piece in pieces if t <= piece[1][0]), pieces[-1])
    s = (t - a) / (b - a)
    return here, there, s if linear else (1 - math.cos(math.pi * s)) / 2
