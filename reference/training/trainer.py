"""The training loop."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from ..nn.module import Module
from ..nn.utils import clip_grad_norm_
from ..optim import Optimizer
from ..optim.lr_scheduler import LRScheduler, ReduceLROnPlateau
from .history import History

Batch = tuple[np.ndarray, np.ndarray]  # x and target; the first dimension of target is the number of examples
Loader = Iterable[Batch]  # may be iterated over several times: a DataLoader, or a list
Metric = Callable[[np.ndarray, np.ndarray], float]


class Trainer:
    """Trains a model on batches of data, and watches how it does on others.

    Args:
        model: a Module with one input and one output, all of whose parameters the optimizer has.
        criterion: a loss whose reduction is "mean".
        optimizer: takes the steps.
        scheduler: changes the learning rate after every epoch; None for none.
        max_grad_norm: float > 0; the largest 2-norm that all gradients of the model together may have in a step, see
            ``clip_grad_norm_``. None for no limit.
        accumulate: int >= 1; the number of batches whose gradients one step uses.
        metric: function of the model's output and the target of a batch, for instance ``accuracy``, that gives its mean
            over the examples of the batch; for ``evaluate``. None for none.

    Raises:
        ValueError: if max_grad_norm is not above 0, or accumulate is below 1.
    """

    def __init__(
        self,
        model: Module,
        criterion: Module,
        optimizer: Optimizer,
        scheduler: LRScheduler | ReduceLROnPlateau | None = None,
        max_grad_norm: float | None = None,
        *,
        accumulate: int = 1,
        metric: Metric | None = None,
    ) -> None:
        if accumulate < 1 or (max_grad_norm is not None and max_grad_norm <= 0):
            given = f"max_grad_norm={max_grad_norm}, accumulate={accumulate}"
            raise ValueError(f"Trainer needs a max_grad_norm above 0 and accumulate >= 1, got {given}")
        self.model = model
        self.criterion = criterion
        self.optimizer = optimizer
        self.scheduler = scheduler
        self.max_grad_norm = max_grad_norm
        self.accumulate = accumulate
        self.metric = metric

    def fit(
        self,
        train: Loader,
        validation: Loader | None = None,
        epochs: int = 1,
        *,
        patience: int | None = None,
        min_delta: float = 0.0,
        restore_best: bool = False,
        after_epoch: Callable[[History], object] | None = None,
    ) -> History:
        """Train the model, and say how it went.

        Every epoch has these parts, in this order:

        1. The model is set to training mode. Steps are taken with the batches of ``train``, in their order. Each step
           uses ``accumulate`` batches, the last one of an epoch those that are left. For each step:
           all gradients of before are discarded; the gradient of the mean loss over *all examples of these batches
           together* is computed, so that k batches equal one large one, also if one of them is shorter; it is clipped,
           once; the optimizer takes its step.
        2. With ``validation``, the model is evaluated, as ``evaluate`` does it.
        3. The scheduler takes one step; a ReduceLROnPlateau is given the validation loss, or the training loss where
           there is no validation. It also does so after the last epoch.
        4. An epoch is *better* if its validation loss is below that of the best epoch so far, by more than
           ``min_delta``. The first epoch whose loss is finite is better; NaN never is.
        5. ``after_epoch`` is called.
        6. The training ends if the last ``patience`` epochs were all not better.

        At the end, with ``restore_best``, the model gets back the parameters and buffers that it had after the best
        epoch; if there is none, it stays as it is. The optimizer and the scheduler stay as they are. The model is left
        in training mode. A second call goes on with model, optimizer and scheduler as they are; what is best, and the
        History, begin anew.

        Args:
            train: batches to learn from; iterated over once an epoch.
            validation: batches to evaluate; nothing is learned from them.
            epochs: int >= 1; the number of epochs, if nothing ends them earlier.
            patience: int >= 1; None for no early stopping.
            min_delta: float >= 0; by how much a better loss has to be lower.
            restore_best: whether the best epoch counts in the end, and not the last.
            after_epoch: function of the History so far; what it returns is ignored.

        Returns:
            The History of this call.

        Raises:
            ValueError: if epochs or patience is below 1, or min_delta below 0; if patience or restore_best is given
                without validation.
        """
        _check_plan(epochs, patience, min_delta, validation is None and (patience is not None or restore_best))
        history, best = History(), None
        for epoch in range(epochs):
            self._run_epoch(train, validation, history)
            if _is_better(history, min_delta):
                history.best_epoch = epoch
                best = self.model.state_dict() if restore_best else None
            if after_epoch is not None:
                after_epoch(history)
            if patience is not None and _epochs_since_best(history) >= patience:
                break
        if best is not None:
            self.model.load_state_dict(best)
        return history

    def evaluate(self, loader: Loader) -> tuple[float, float | None]:
        """Compute the mean loss, and the mean metric, over all examples of a loader, in evaluation mode.

        The mode is set for the whole model before the first batch, and set back afterwards to what ``model.training``
        was before. Parameters, buffers and gradients stay as they are.

        Args:
            loader: batches; a batch of n examples counts n times as much as one of a single example.

        Returns:
            The mean loss, a Python float, and the mean metric, likewise, or None without a metric. The mean over no
            examples is NaN, without a warning.
        """
        mode = self.model.training
        self.model.eval()
        losses, metrics, sizes = [], [], []
        for x, target in loader:
            output = self.model(x)
            losses.append(self.criterion(output, target))
            metrics.append(self.metric(output, target) if self.metric else math.nan)
            sizes.append(len(target))
        self.model.train(mode)
        return _mean(losses, sizes), _mean(metrics, sizes) if self.metric else None

    def _run_epoch(self, train: Loader, validation: Loader | None, history: History) -> None:
        history.lr.append(self.optimizer.param_groups[0]["lr"])
        history.train_loss.append(self._train_epoch(train, history))
        if validation is not None:
            self._validate(validation, history)
        self._step_scheduler(history)

    def _train_epoch(self, train: Loader, history: History) -> float:
        """Take the steps of one epoch; return the mean loss."""
        self.model.train()
        losses: list[float] = []
        sizes: list[int] = []
        for batches in _groups(train, self.accumulate):
            self.optimizer.zero_grad()
            losses += self._backpropagate(batches)
            sizes += [len(target) for _, target in batches]
            history.grad_norm.append(self._clip())
            self.optimizer.step()
        return _mean(losses, sizes)

    def _backpropagate(self, batches: Sequence[Batch]) -> list[float]:
        """Add up the gradient of the mean loss over all examples; return the loss of each batch."""
        count = sum(len(target) for _, target in batches)
        losses = []
        for x, target in batches:
            losses.append(self.criterion(self.model(x), target))
            self.model.backward(self.criterion.backward(len(target) / count))
        return losses

    def _clip(self) -> float:
        """Limit the norm of the gradients; return what it was before."""
        limit = math.inf if self.max_grad_norm is None else self.max_grad_norm
        return clip_grad_norm_(self.model.parameters(), limit)

    def _validate(self, validation: Loader, history: History) -> None:
        loss, metric = self.evaluate(validation)
        history.validation_loss.append(loss)
        if metric is not None:
            history.validation_metric.append(metric)

    def _step_scheduler(self, history: History) -> None:
        if isinstance(self.scheduler, ReduceLROnPlateau):
            self.scheduler.step((history.validation_loss or history.train_loss)[-1])
        elif self.scheduler is not None:
            self.scheduler.step()


def _check_plan(epochs: int, patience: int | None, min_delta: float, lacks_validation: bool) -> None:
    if epochs < 1 or (patience is not None and patience < 1) or min_delta < 0:
        given = f"epochs={epochs}, patience={patience}, min_delta={min_delta}"
        raise ValueError(f"fit needs epochs >= 1, patience >= 1 and min_delta >= 0, got {given}")
    if lacks_validation:
        raise ValueError("fit needs validation data for patience and restore_best")


def _is_better(history: History, min_delta: float) -> bool:
    """Whether the last epoch is better than the best one before."""
    if not history.validation_loss:
        return False
    best = math.inf if history.best_epoch is None else history.validation_loss[history.best_epoch]
    return history.validation_loss[-1] < best - min_delta


def _epochs_since_best(history: History) -> int:
    best = -1 if history.best_epoch is None else history.best_epoch
    return len(history.validation_loss) - 1 - best


def _groups(batches: Loader, size: int) -> Iterator[list[Batch]]:
    """Lists of `size` batches; the last one has those that are left."""
    group: list[Batch] = []
    for batch in batches:
        group.append(batch)
        if len(group) == size:
            yield group
            group = []
    if group:
        yield group


def _mean(values: Sequence[float], sizes: Sequence[int]) -> float:
    """The mean of values over examples: each value is that of so many examples."""
    count = sum(sizes)
    return sum(value * size for value, size in zip(values, sizes, strict=True)) / count if count else math.nan
