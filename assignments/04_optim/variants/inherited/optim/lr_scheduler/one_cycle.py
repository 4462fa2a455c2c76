"""The 1cycle policy; each way of getting from one rate to the next is a class."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..optimizer import Group, Optimizer
from .scheduler import LRScheduler, one_per_group


class Piece:
    """A straight line from one point to the next."""

    def __init__(self, begin: float, end: float, here: str, there: str) -> None:
        self.begin, self.end, self.here, self.there = begin, end, here, there

    def rate(self, t: int, group: Group) -> float:
        return group[self.here] + (group[self.there] - group[self.here]) * self.share(t)

    def share(self, t: int) -> float:
        return (t - self.begin) / (self.end - self.begin)


class CosinePiece(Piece):
    """Half a cosine wave from one point to the next."""

    def share(self, t: int) -> float:
        return (1 - math.cos(math.pi * super().share(t))) / 2


PIECES = {"linear": Piece, "cos": CosinePiece}


class OneCycleLR(LRScheduler):
    unsaved = (*LRScheduler.unsaved, "pieces")

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
        if total_steps is None and epochs is not None and steps_per_epoch is not None:
            total_steps = epochs * steps_per_epoch
        if total_steps is None or total_steps < 1:
            raise ValueError("total_steps, or epochs times steps_per_epoch, should be given and at least 1")
        if not 0 <= pct_start <= 1:
            raise ValueError(f"pct_start should be in [0, 1], not {pct_start}")
        if anneal_strategy not in PIECES:
            raise ValueError(f"anneal_strategy should be one of {list(PIECES)}, not {anneal_strategy!r}")
        max_lrs = one_per_group(optimizer, "max_lr", max_lr)
        piece, e = PIECES[anneal_strategy], pct_start * total_steps - 1
        self.total_steps = total_steps
        self.pieces = [piece(0, e, "initial_lr", "max_lr")]
        if three_phase:
            self.pieces += [piece(e, 2 * e, "max_lr", "initial_lr")]
            self.pieces += [piece(2 * e, total_steps - 1, "initial_lr", "min_lr")]
        else:
            self.pieces += [piece(e, total_steps - 1, "max_lr", "min_lr")]
        if last_epoch == -1:
            for group, peak in zip(optimizer.param_groups, max_lrs):
                group.update(max_lr=peak, initial_lr=peak / div_factor, min_lr=peak / div_factor / final_div_factor)
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        if self.last_epoch > self.total_steps:
            raise ValueError(f"step was called more than {self.total_steps} times")
        piece = self.pieces[0]
        for following in self.pieces[1:]:
            piece = following if self.last_epoch > following.begin else piece
        return [piece.rate(self.last_epoch, group) for group in self.groups]
