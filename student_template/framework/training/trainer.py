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
        raise NotImplementedError("training.Trainer.__init__")

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
        raise NotImplementedError("training.Trainer.fit")

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
        raise NotImplementedError("training.Trainer.evaluate")
