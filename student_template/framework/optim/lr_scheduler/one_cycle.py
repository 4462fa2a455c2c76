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
        raise NotImplementedError("optim.lr_scheduler.OneCycleLR.__init__")

    def get_lr(self) -> list[float]:
        """Return the rate of each group at t = ``last_epoch``."""
        raise NotImplementedError("optim.lr_scheduler.OneCycleLR.get_lr")
