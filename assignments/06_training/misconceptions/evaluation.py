"""What people believe about evaluation, and about means over batches."""

import math

import numpy as np

from grader.assignment import misconception
from reference.training.trainer import _mean


@misconception(
    "training.Trainer.evaluate",
    hint="What does dropout do in training mode, and batch normalisation?",
    fails=(
        "Accumulation/test_every_batch_by_itself",
        "EarlyStopping/test_best_state_of_a_network",
        "Evaluate/test_in_evaluation_mode",
        "Evaluate/test_mean_over_examples",
        "Evaluate/test_model_of_one_layer",
        "Trainer/test_data_are_left_alone",
        "Trainer/test_left_in_training_mode",
        "Trainer/test_loaders",
    ),
    source="discuss.pytorch.org, many",
)
def evaluates_in_training_mode(self, loader):
    """A model computes the same in both modes."""
    losses, metrics, sizes = [], [], []
    for x, target in loader:
        output = self.model(x)
        losses.append(self.criterion(output, target))
        metrics.append(self.metric(output, target) if self.metric else math.nan)
        sizes.append(len(target))
    return _mean(losses, sizes), _mean(metrics, sizes) if self.metric else None


@misconception(
    "training.Trainer.evaluate",
    hint="In which mode does the caller find the model afterwards?",
    fails=(
        "Evaluate/test_mode_is_set_back",
        "Evaluate/test_model_of_one_layer",
        "Evaluate/test_worked_example",
        "Trainer/test_after_epoch",
        "Trainer/test_left_in_training_mode",
    ),
    source="folklore",
)
def stays_in_evaluation_mode(self, loader):
    """After evaluation the model is in evaluation mode."""
    self.model.eval()
    losses, metrics, sizes = [], [], []
    for x, target in loader:
        output = self.model(x)
        losses.append(self.criterion(output, target))
        metrics.append(self.metric(output, target) if self.metric else math.nan)
        sizes.append(len(target))
    return _mean(losses, sizes), _mean(metrics, sizes) if self.metric else None


@misconception(
    "training.Trainer.evaluate",
    hint="The model was in evaluation mode before: in which is it afterwards?",
    fails=("Evaluate/test_mode_is_set_back",),
    source="folklore",
)
def always_back_to_training_mode(self, loader):
    """After evaluation the model is in training mode."""
    self.model.eval()
    losses, metrics, sizes = [], [], []
    for x, target in loader:
        output = self.model(x)
        losses.append(self.criterion(output, target))
        metrics.append(self.metric(output, target) if self.metric else math.nan)
        sizes.append(len(target))
    self.model.train()
    return _mean(losses, sizes), _mean(metrics, sizes) if self.metric else None


@misconception(
    "training.Trainer.evaluate",
    hint="Dropout is a part of the model: who tells it the mode?",
    fails=(
        "Accumulation/test_every_batch_by_itself",
        "EarlyStopping/test_best_state_of_a_network",
        "Evaluate/test_in_evaluation_mode",
        "Evaluate/test_mean_over_examples",
        "Trainer/test_data_are_left_alone",
        "Trainer/test_left_in_training_mode",
        "Trainer/test_loaders",
    ),
    source="folklore",
)
def evaluation_mode_of_the_outermost_module(self, loader):
    """model.training = False puts a model into evaluation mode."""
    mode = self.model.training
    self.model.training = False
    losses, metrics, sizes = [], [], []
    for x, target in loader:
        output = self.model(x)
        losses.append(self.criterion(output, target))
        metrics.append(self.metric(output, target) if self.metric else math.nan)
        sizes.append(len(target))
    self.model.training = mode
    return _mean(losses, sizes), _mean(metrics, sizes) if self.metric else None


@misconception(
    "training.Trainer.evaluate",
    hint="When is the mode set: before the first batch, or after it?",
    fails=(
        "Accumulation/test_every_batch_by_itself",
        "EarlyStopping/test_best_state_of_a_network",
        "Evaluate/test_in_evaluation_mode",
        "Evaluate/test_mean_over_examples",
        "Evaluate/test_model_of_one_layer",
        "Trainer/test_after_epoch",
        "Trainer/test_left_in_training_mode",
        "Trainer/test_loaders",
    ),
    source="folklore",
)
def mode_is_set_back_after_each_batch(self, loader):
    """The mode is set for a batch, and set back after it; the batches that follow are in training mode."""
    mode = self.model.training
    self.model.eval()
    losses, metrics, sizes = [], [], []
    for x, target in loader:
        output = self.model(x)
        losses.append(self.criterion(output, target))
        metrics.append(self.metric(output, target) if self.metric else math.nan)
        sizes.append(len(target))
        self.model.train(mode)
    self.model.train(mode)
    return _mean(losses, sizes), _mean(metrics, sizes) if self.metric else None


@misconception(
    "training.Trainer.evaluate",
    hint="Batches of five and of three: does every example count the same?",
    fails=("Evaluate/test_mean_over_examples", "Evaluate/test_worked_example", "Trainer/test_worked_example"),
    source="folklore",
)
def means_of_the_batches(self, loader):
    """The mean is that of the batches."""
    mode = self.model.training
    self.model.eval()
    losses, metrics = [], []
    for x, target in loader:
        output = self.model(x)
        losses.append(self.criterion(output, target))
        metrics.append(self.metric(output, target) if self.metric else math.nan)
    self.model.train(mode)
    ones = [1] * len(losses)
    return _mean(losses, ones), _mean(metrics, ones) if self.metric else None


@misconception(
    "training.Trainer.evaluate",
    hint="The loss is weighted by the size of its batch: and the metric?",
    fails=("Evaluate/test_mean_over_examples", "Trainer/test_validation"),
    source="folklore",
)
def metric_is_the_mean_of_the_batches(self, loader):
    """The metric is the mean of those of the batches."""
    mode = self.model.training
    self.model.eval()
    losses, metrics, sizes = [], [], []
    for x, target in loader:
        output = self.model(x)
        losses.append(self.criterion(output, target))
        metrics.append(self.metric(output, target) if self.metric else math.nan)
        sizes.append(len(target))
    self.model.train(mode)
    return _mean(losses, sizes), _mean(metrics, [1] * len(sizes)) if self.metric else None


@misconception(
    "training.Trainer.evaluate",
    hint="How many batches does a loader have?",
    fails=(
        "EarlyStopping/test_best_state_of_a_network",
        "Evaluate/test_in_evaluation_mode",
        "Evaluate/test_mean_over_examples",
        "Evaluate/test_worked_example",
        "Trainer/test_plateau",
        "Trainer/test_validation",
        "Trainer/test_worked_example",
    ),
    source="folklore",
)
def first_batch_is_enough(self, loader):
    """One batch is enough to evaluate."""
    mode = self.model.training
    self.model.eval()
    losses, metrics, sizes = [], [], []
    for x, target in list(loader)[:1]:
        output = self.model(x)
        losses.append(self.criterion(output, target))
        metrics.append(self.metric(output, target) if self.metric else math.nan)
        sizes.append(len(target))
    self.model.train(mode)
    return _mean(losses, sizes), _mean(metrics, sizes) if self.metric else None


@misconception(
    "training.Trainer.evaluate",
    hint="Does evaluation need gradients, and where would they go?",
    fails=("Evaluate/test_changes_nothing",),
    source="folklore",
)
def evaluation_has_gradients(self, loader):
    """A loss is followed by backward, also in evaluation."""
    mode = self.model.training
    self.model.eval()
    losses, metrics, sizes = [], [], []
    for x, target in loader:
        output = self.model(x)
        losses.append(self.criterion(output, target))
        self.model.backward(self.criterion.backward())
        metrics.append(self.metric(output, target) if self.metric else math.nan)
        sizes.append(len(target))
    self.model.train(mode)
    return _mean(losses, sizes), _mean(metrics, sizes) if self.metric else None


@misconception(
    "training.Trainer.evaluate",
    hint="Who may still need the gradients that are there?",
    fails=("Evaluate/test_changes_nothing",),
    source="folklore",
)
def evaluation_discards_gradients(self, loader):
    """Before evaluation gradients are discarded."""
    mode = self.model.training
    self.model.eval()
    self.model.zero_grad()
    losses, metrics, sizes = [], [], []
    for x, target in loader:
        output = self.model(x)
        losses.append(self.criterion(output, target))
        metrics.append(self.metric(output, target) if self.metric else math.nan)
        sizes.append(len(target))
    self.model.train(mode)
    return _mean(losses, sizes), _mean(metrics, sizes) if self.metric else None


@misconception(
    "training.Trainer.evaluate",
    hint="What does evaluate give in place of a metric that nobody asked for?",
    fails=("Evaluate/test_worked_example", "Trainer/test_goes_on", "Trainer/test_kinds_of_numbers"),
    source="folklore",
)
def loss_alone_without_a_metric(self, loader):
    """Without a metric evaluate gives the loss alone."""
    mode = self.model.training
    self.model.eval()
    losses, metrics, sizes = [], [], []
    for x, target in loader:
        output = self.model(x)
        losses.append(self.criterion(output, target))
        metrics.append(self.metric(output, target) if self.metric else math.nan)
        sizes.append(len(target))
    self.model.train(mode)
    return (_mean(losses, sizes), _mean(metrics, sizes)) if self.metric else (_mean(losses, sizes), math.nan)


@misconception(
    "training.trainer._mean",
    hint="Over how many examples is the mean if the loader is empty?",
    fails=("Evaluate/test_of_nothing",),
    source="folklore",
)
def there_are_always_examples(values, sizes):
    """There is always something to take the mean of."""
    return sum(value * size for value, size in zip(values, sizes, strict=True)) / sum(sizes)


@misconception(
    "training.trainer._mean",
    hint="Is the loss of no examples known to be 0?",
    fails=("Evaluate/test_of_nothing",),
    source="folklore",
)
def mean_of_nothing_is_zero(values, sizes):
    """The mean of nothing is 0."""
    count = sum(sizes)
    return sum(value * size for value, size in zip(values, sizes, strict=True)) / count if count else 0.0


@misconception(
    "training.trainer._mean",
    hint="Of which type is the number that you keep?",
    fails=(
        "Accumulation/test_worked_example",
        "Evaluate/test_worked_example",
        "Trainer/test_kinds_of_numbers",
        "Trainer/test_worked_example",
    ),
    source="folklore",
)
def means_are_arrays(values, sizes):
    """A mean is an array without dimensions."""
    return np.asarray(np.average(values, weights=sizes)) if sum(sizes) else np.asarray(math.nan)
