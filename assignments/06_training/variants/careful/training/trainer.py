"""Small objects with one task each."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..nn.utils import clip_grad_norm_
from ..optim.lr_scheduler import ReduceLROnPlateau
from .history import History


@dataclass
class _Average:
    """The mean over examples, kept up to date."""

    total: list[float] = field(default_factory=list)
    count: int = 0

    def add(self, value: float, size: int) -> None:
        self.total.append(float(value) * size)
        self.count += size

    @property
    def value(self) -> float:
        return float(np.sum(self.total)) / self.count if self.count else float("nan")


@dataclass
class _Best:
    """Watches the validation loss."""

    patience: float
    min_delta: float
    keeps_state: bool
    loss: float = float("inf")
    epoch: int | None = None
    state: Any = None
    bad: int = 0

    def look(self, epoch: int, loss: float, model: Any) -> None:
        if self.loss - loss > self.min_delta:
            self.loss, self.epoch, self.bad = loss, epoch, 0
            self.state = copy.deepcopy(model.state_dict()) if self.keeps_state else None
        else:
            self.bad += 1

    @property
    def is_over(self) -> bool:
        return self.bad >= self.patience


class _Mode:
    """A context in which a model has a mode."""

    def __init__(self, model: Any, training: bool) -> None:
        self.model, self.training = model, training

    def __enter__(self) -> None:
        self.before = self.model.training
        self.model.train(self.training)

    def __exit__(self, *_: Any) -> None:
        self.model.train(self.before)


class Trainer:
    """Trains."""

    def __init__(
        self,
        model: Any,
        criterion: Any,
        optimizer: Any,
        scheduler: Any = None,
        max_grad_norm: float | None = None,
        *,
        accumulate: int = 1,
        metric: Any = None,
    ) -> None:
        if accumulate < 1 or (max_grad_norm or 1) <= 0 or max_grad_norm == 0:
            raise ValueError(f"accumulate={accumulate}, max_grad_norm={max_grad_norm}")
        self.model = model
        self.criterion = criterion
        self.optimizer = optimizer
        self.scheduler = scheduler
        self.max_grad_norm = max_grad_norm
        self.accumulate = accumulate
        self.metric = metric

    def fit(
        self,
        train: Any,
        validation: Any = None,
        epochs: int = 1,
        *,
        patience: int | None = None,
        min_delta: float = 0.0,
        restore_best: bool = False,
        after_epoch: Any = None,
    ) -> History:
        if validation is None and (patience is not None or restore_best):
            raise ValueError("without validation nothing can be best")
        if epochs < 1 or min_delta < 0 or (patience is not None and patience < 1):
            raise ValueError(f"epochs={epochs}, patience={patience}, min_delta={min_delta}")
        history = History()
        best = _Best(float("inf") if patience is None else patience, min_delta, restore_best)
        for epoch in range(epochs):
            self._epoch(train, history)
            watched = history.train_loss[-1]
            if validation is not None:
                watched, metric = self.evaluate(validation)
                history.validation_loss.append(watched)
                history.validation_metric.extend([] if metric is None else [metric])
                best.look(epoch, watched, self.model)
                history.best_epoch = best.epoch
            self._schedule(watched)
            if after_epoch is not None:
                after_epoch(history)
            if best.is_over:
                break
        if best.state is not None:
            self.model.load_state_dict(best.state)
        return history

    def evaluate(self, loader: Any) -> tuple[float, float | None]:
        losses, metrics = _Average(), _Average()
        with _Mode(self.model, training=False):
            for x, target in loader:
                y = self.model(x)
                losses.add(self.criterion(y, target), len(target))
                if self.metric is not None:
                    metrics.add(self.metric(y, target), len(target))
        return losses.value, None if self.metric is None else metrics.value

    def _epoch(self, train: Any, history: History) -> None:
        history.lr.append(self.optimizer.param_groups[0]["lr"])
        self.model.train()
        average, waiting = _Average(), []
        for batch in train:
            waiting.append(batch)
            if len(waiting) == self.accumulate:
                history.grad_norm.append(self._step(waiting, average))
                waiting = []
        if waiting:
            history.grad_norm.append(self._step(waiting, average))
        history.train_loss.append(average.value)

    def _step(self, batches: list, average: _Average) -> float:
        sums: dict[Any, np.ndarray] = {}
        count = sum(len(target) for _, target in batches)
        for x, target in batches:
            self.model.zero_grad()
            self.optimizer.zero_grad()
            average.add(self.criterion(self.model(x), target), len(target))
            self.model.backward(self.criterion.backward())
            for p in self.model.parameters():
                if p.grad is not None:
                    sums[p] = sums.get(p, 0) + p.grad * (len(target) / count)
        for p, gradient in sums.items():
            p.grad = gradient
        norm = clip_grad_norm_(self.model.parameters(), self.max_grad_norm or float("inf"))
        self.optimizer.step()
        return norm

    def _schedule(self, watched: float) -> None:
        if self.scheduler is None:
            return
        self.scheduler.step(*([watched] if isinstance(self.scheduler, ReduceLROnPlateau) else []))
