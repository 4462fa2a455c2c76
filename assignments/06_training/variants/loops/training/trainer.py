"""One long loop; gradients of several batches are added up as sums, and divided before the step."""

from __future__ import annotations

from typing import Any

from ..nn.utils import clip_grad_norm_
from ..optim.lr_scheduler import ReduceLROnPlateau
from .history import History


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
        if accumulate < 1:
            raise ValueError("accumulate has to be at least 1")
        if max_grad_norm is not None and not max_grad_norm > 0:
            raise ValueError("max_grad_norm has to be above 0")
        self.model, self.criterion, self.optimizer, self.scheduler = model, criterion, optimizer, scheduler
        self.max_grad_norm, self.accumulate, self.metric = max_grad_norm, accumulate, metric

    def _finish_step(self, examples: int, history: History) -> None:
        total = 0.0
        for p in self.model.parameters():
            if p.grad is not None:
                p.grad = p.grad / examples
                total += float((p.grad.astype(float) ** 2).sum())
        history.grad_norm.append(total**0.5)
        if self.max_grad_norm is not None:
            clip_grad_norm_(list(self.model.parameters()), self.max_grad_norm)
        self.optimizer.step()
        self.model.zero_grad()

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
        if epochs < 1:
            raise ValueError("epochs")
        if patience is not None and patience < 1:
            raise ValueError("patience")
        if min_delta < 0:
            raise ValueError("min_delta")
        if validation is None and (patience is not None or restore_best):
            raise ValueError("validation is needed")
        history = History()
        best_loss = float("inf")
        best_state = None
        waited = 0
        for epoch in range(epochs):
            history.lr.append(float(self.optimizer.param_groups[0]["lr"]))
            self.model.train()
            self.model.zero_grad()
            loss_sum, seen, in_step, batches = 0.0, 0, 0, 0
            for x, target in train:
                n = target.shape[0]
                loss_sum += self.criterion.forward(self.model.forward(x), target) * n
                self.model.backward(self.criterion.backward(float(n)))
                seen += n
                in_step += n
                batches += 1
                if batches == self.accumulate:
                    self._finish_step(in_step, history)
                    in_step, batches = 0, 0
            if batches:
                self._finish_step(in_step, history)
            history.train_loss.append(loss_sum / seen if seen else float("nan"))
            if validation is not None:
                loss, metric = self.evaluate(validation)
                history.validation_loss.append(loss)
                if self.metric is not None:
                    history.validation_metric.append(metric)
            if isinstance(self.scheduler, ReduceLROnPlateau):
                self.scheduler.step(history.train_loss[-1] if validation is None else loss)
            elif self.scheduler is not None:
                self.scheduler.step()
            if validation is not None:
                if loss < best_loss - min_delta:
                    best_loss = loss
                    history.best_epoch = epoch
                    waited = 0
                    if restore_best:
                        best_state = self.model.state_dict()
                else:
                    waited += 1
            if after_epoch is not None:
                after_epoch(history)
            if patience is not None and waited == patience:
                break
        if best_state is not None:
            self.model.load_state_dict(best_state)
        return history

    def evaluate(self, loader: Any) -> tuple:
        before = self.model.training
        self.model.train(False)
        loss_sum, metric_sum, seen = 0.0, 0.0, 0
        for x, target in loader:
            y = self.model.forward(x)
            loss_sum += self.criterion.forward(y, target) * target.shape[0]
            if self.metric is not None:
                metric_sum += self.metric(y, target) * target.shape[0]
            seen += target.shape[0]
        self.model.train(before)
        if seen == 0:
            return float("nan"), None if self.metric is None else float("nan")
        return loss_sum / seen, None if self.metric is None else metric_sum / seen
