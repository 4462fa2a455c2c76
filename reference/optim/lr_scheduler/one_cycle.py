"""A learning rate that rises once, high, and then falls low."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence

from ..optimizer import Group, Optimizer
from .scheduler import LRScheduler, one_per_group


class OneCycleLR(LRScheduler):
    """Raise the rate to a peak, then lower it far below where it began: the 1cycle policy.

    With initial = max_lr / div_factor, lowest = initial / final_div_factor, T = total_steps and
    e = pct_start * T - 1, the rate passes through these points (t, lr):
        two phases:    (0, initial), (e, max_lr), (T - 1, lowest)
        three phases:  (0, initial), (e, max_lr), (2 e, initial), (T - 1, lowest)
    Between neighbours (a, lr_a) and (b, lr_b), a < t <= b, with s = (t - a) / (b - a):
        cos:     lr_t = lr_b + (lr_a - lr_b) * (1 + cos(pi * s)) / 2
        linear:  lr_t = lr_a + (lr_b - lr_a) * s
    At t = T, as in PyTorch, the last piece is continued by one step (a linear one may go below 0
    there); further there is nothing.

    The rate is computed from t alone and not chainable. Momentum is left alone (PyTorch:
    ``cycle_momentum=False``). The three rates are kept in the groups as "initial_lr", "max_lr"
    and "min_lr".

    Args:
        max_lr: float, or a list with one for each group; the peak.
        total_steps: int >= 1; T. If left out, epochs * steps_per_epoch.
        epochs: int >= 1.
        steps_per_epoch: int >= 1.
        pct_start: float in [0, 1]; share of the steps in which the rate rises [1]. The points must
            be in ascending order of t: so e > 0, and e < T - 1 or, for three phases, 2 e < T - 1.
        anneal_strategy: "cos" or "linear".
        div_factor: float > 0; how far below the peak the cycle begins [1].
        final_div_factor: float > 0; how far below its beginning it ends [1].
        three_phase: whether the rate comes back to initial before it falls further.

    Raises:
        ValueError: if T cannot be known or is below 1, pct_start is not in [0, 1], or the strategy
            is unknown; by ``step`` if it is called more than T times.

    Source: Smith and Topin, Super-Convergence (2019); the form is that of
    torch.optim.lr_scheduler.OneCycleLR.

    >>> from ...nn.parameter import Parameter
    >>> optimizer = Optimizer([Parameter([0.0])], {"lr": 8.0})
    >>> options = {"pct_start": 0.6, "div_factor": 4, "final_div_factor": 2, "anneal_strategy": "linear"}
    >>> scheduler = OneCycleLR(optimizer, max_lr=8.0, total_steps=5, **options)
    >>> for _ in range(5):
    ...     print(*scheduler.get_last_lr())
    ...     scheduler.step()
    2.0
    5.0
    8.0
    4.5
    1.0
    """

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
        sizes = [epochs or 0, steps_per_epoch or 0] if total_steps is None else [total_steps]
        if min(sizes) < 1:
            raise ValueError("total_steps, or epochs and steps_per_epoch, must be at least 1")
        if not 0 <= pct_start <= 1:
            raise ValueError(f"pct_start must be in [0, 1], not {pct_start}")
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"anneal_strategy must be 'cos' or 'linear', not {anneal_strategy!r}")
        self.total_steps = math.prod(sizes)
        self.pct_start = pct_start
        self.anneal_strategy = anneal_strategy
        self.three_phase = three_phase
        max_lrs = one_per_group(optimizer, "max_lr", max_lr)
        if last_epoch == -1:
            for group, peak in zip(optimizer.param_groups, max_lrs):
                initial = peak / div_factor
                group.update(initial_lr=initial, max_lr=peak, min_lr=initial / final_div_factor)
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """Return the rate of each group at t = ``last_epoch``."""
        if self.last_epoch > self.total_steps:
            raise ValueError(f"step {self.last_epoch} of a cycle of {self.total_steps}")
        return [self._lr(group) for group in self.optimizer.param_groups]

    def _lr(self, group: Group) -> float:
        """Return the rate of one group at t = ``last_epoch``."""
        points = self._points(group)
        i = bisect_left(points[1:-1], self.last_epoch, key=lambda point: point[0])
        (a, lr_a), (b, lr_b) = points[i], points[i + 1]
        share = (self.last_epoch - a) / (b - a) if a != b else 1.0
        return self._anneal(lr_a, lr_b, share)

    def _points(self, group: Group) -> list[tuple[float, float]]:
        """Return the points (t, lr) that the rate of one group passes through."""
        peak = self.pct_start * self.total_steps - 1
        points = [(0.0, group["initial_lr"]), (peak, group["max_lr"])]
        if self.three_phase:
            points.append((2 * peak, group["initial_lr"]))
        return [*points, (self.total_steps - 1, group["min_lr"])]

    def _anneal(self, start: float, end: float, share: float) -> float:
        """Return the rate when a share of the way from start to end has gone by."""
        if self.anneal_strategy == "cos":
            share = (1 - math.cos(math.pi * share)) / 2
        return start + (end - start) * share
