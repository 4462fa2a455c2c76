"""A learning rate that falls when learning stalls."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..optimizer import Optimizer
from .scheduler import LRScheduler, one_per_group


class ReduceLROnPlateau(LRScheduler):
    """Multiply the rate by factor once a metric has stopped getting better.

    An epoch is bad if its metric is not better than the best so far by the threshold:
        min, rel: metric < best * (1 - threshold)    min, abs: metric < best - threshold
        max, rel: metric > best * (1 + threshold)    max, abs: metric > best + threshold
    After more than ``patience`` bad epochs in a row the rate of each group becomes
    max(lr * factor, min_lr), unless that is lower by no more than eps; the count starts again,
    and for ``cooldown`` epochs bad ones are not counted. The first metric is always better,
    but NaN never is. The constructor takes no step, as there is no metric yet: t = 0, the rates
    are as they were and ``get_last_lr`` gives them, and no "initial_lr" is set.

    Args:
        mode: "min" if a lower metric is better, "max" if a higher.
        factor: float < 1.
        patience: int >= 0; bad epochs that are borne.
        threshold: float >= 0; how much better counts as better.
        threshold_mode: "rel" or "abs".
        cooldown: int >= 0; epochs after a reduction in which bad ones do not count.
        min_lr: float, or a list with one for each group; the lowest rate.
        eps: float >= 0; the smallest reduction that is made.

    Raises:
        ValueError: if factor >= 1, a mode is unknown, or min_lr has not one for each group.

    Source: PyTorch, torch.optim.lr_scheduler.ReduceLROnPlateau.

    >>> from ...nn.parameter import Parameter
    >>> optimizer = Optimizer([Parameter([0.0])], {"lr": 8.0})
    >>> scheduler = ReduceLROnPlateau(optimizer, factor=0.5, patience=1)
    >>> for loss in [3.0, 2.0, 2.0, 2.0, 1.0]:
    ...     scheduler.step(loss)
    ...     print(loss, *scheduler.get_last_lr())
    3.0 8.0
    2.0 8.0
    2.0 8.0
    2.0 4.0
    1.0 4.0
    """

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
        raise NotImplementedError("optim.lr_scheduler.ReduceLROnPlateau.__init__")

    def step(self, metrics: float) -> None:
        """Judge one epoch by its metric, and reduce the rates if it was one too many.

        Args:
            metrics: float; the metric of the epoch that has ended, such as a validation loss.
        """
        raise NotImplementedError("optim.lr_scheduler.ReduceLROnPlateau.step")
