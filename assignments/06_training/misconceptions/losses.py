"""What people believe about the loss of an epoch."""

import math

from grader.assignment import misconception
from reference.training.trainer import _groups


@misconception(
    "training.Trainer._train_epoch",
    hint="Two batches of five and one of three: does an example of the last one count as much as the others?",
    fails=(
        "Accumulation/test_like_one_large_batch",
        "Accumulation/test_worked_example",
        "Trainer/test_plateau",
        "Trainer/test_training_loss",
        "Trainer/test_worked_example",
    ),
    source="folklore",
)
def loss_is_the_mean_of_the_batches(self, train, history):
    """The training loss is the mean of the losses of the batches."""
    self.model.train()
    losses = []
    for batches in _groups(train, self.accumulate):
        self.optimizer.zero_grad()
        losses += self._backpropagate(batches)
        history.grad_norm.append(self._clip())
        self.optimizer.step()
    return sum(losses) / len(losses) if losses else math.nan


@misconception(
    "training.Trainer._train_epoch",
    hint="Would the loss of an epoch double if there were twice as many batches?",
    fails=(
        "Accumulation/test_like_one_large_batch",
        "Accumulation/test_worked_example",
        "Trainer/test_plateau",
        "Trainer/test_training_loss",
        "Trainer/test_worked_example",
    ),
    source="folklore",
)
def loss_is_the_sum_of_the_batches(self, train, history):
    """The training loss is the sum of the losses of the batches."""
    self.model.train()
    losses = []
    for batches in _groups(train, self.accumulate):
        self.optimizer.zero_grad()
        losses += self._backpropagate(batches)
        history.grad_norm.append(self._clip())
        self.optimizer.step()
    return float(sum(losses))


@misconception(
    "training.Trainer._train_epoch",
    hint="Which of the examples of an epoch does your training loss know?",
    fails=(
        "Accumulation/test_like_one_large_batch",
        "Accumulation/test_worked_example",
        "Trainer/test_plateau",
        "Trainer/test_training_loss",
        "Trainer/test_worked_example",
    ),
    source="folklore",
)
def loss_is_that_of_the_last_batch(self, train, history):
    """The training loss is that of the last batch."""
    self.model.train()
    losses = []
    for batches in _groups(train, self.accumulate):
        self.optimizer.zero_grad()
        losses += self._backpropagate(batches)
        history.grad_norm.append(self._clip())
        self.optimizer.step()
    return losses[-1] if losses else math.nan


@misconception(
    "training.Trainer._train_epoch",
    hint="Is the loss of the History that of the model before its step, or after it?",
    fails=(
        "Accumulation/test_like_one_large_batch",
        "Accumulation/test_worked_example",
        "EarlyStopping/test_arrays_stay",
        "EarlyStopping/test_equal_is_not_better",
        "EarlyStopping/test_no_early_end",
        "Trainer/test_training_loss",
        "Trainer/test_loaders",
        "Trainer/test_worked_example",
    ),
    source="folklore",
)
def loss_is_evaluated_after_the_epoch(self, train, history):
    """The training loss is what evaluate gives for the training data."""
    self.model.train()
    for batches in _groups(train, self.accumulate):
        self.optimizer.zero_grad()
        self._backpropagate(batches)
        history.grad_norm.append(self._clip())
        self.optimizer.step()
    return self.evaluate(train)[0]
