"""What people believe about one step: what comes before what."""

import numpy as np

from grader.assignment import misconception
from reference.training.trainer import _groups, _mean


@misconception(
    "training.Trainer._train_epoch",
    hint="backward adds to what is in p.grad: what is in it before the second step?",
    fails=(
        "Accumulation/test_equal_batches",
        "Accumulation/test_like_one_large_batch",
        "Accumulation/test_clipped_once",
        "Digits/test_learns_one_batch_by_heart",
        "Digits/test_reads_digits",
        "EarlyStopping/test_worked_example",
        "EarlyStopping/test_arrays_stay",
        "EarlyStopping/test_equal_is_not_better",
        "Trainer/test_nine_steps",
    ),
    source="stackoverflow.com/questions/48001598",
)
def gradients_are_never_discarded(self, train, history):
    """Every backward writes a new gradient, so nothing has to be discarded."""
    self.model.train()
    losses, sizes = [], []
    for batches in _groups(train, self.accumulate):
        losses += self._backpropagate(batches)
        sizes += [len(target) for _, target in batches]
        history.grad_norm.append(self._clip())
        self.optimizer.step()
    return _mean(losses, sizes)


@misconception(
    "training.Trainer._train_epoch",
    hint="How many steps does an epoch have, and how often do you discard gradients?",
    fails=(
        "Accumulation/test_equal_batches",
        "Accumulation/test_clipped_once",
        "Accumulation/test_remainder",
        "Digits/test_reads_digits",
        "EarlyStopping/test_best_state_of_a_network",
        "Trainer/test_nine_steps",
    ),
    source="folklore",
)
def gradients_are_discarded_once_an_epoch(self, train, history):
    """Gradients are discarded at the beginning of an epoch."""
    self.model.train()
    self.optimizer.zero_grad()
    losses, sizes = [], []
    for batches in _groups(train, self.accumulate):
        losses += self._backpropagate(batches)
        sizes += [len(target) for _, target in batches]
        history.grad_norm.append(self._clip())
        self.optimizer.step()
    return _mean(losses, sizes)


@misconception(
    "training.Trainer._train_epoch",
    hint="What did somebody else's backward leave in p.grad before your first step?",
    fails=("Trainer/test_gradients_from_before",),
    source="folklore",
)
def gradients_are_discarded_after_the_step(self, train, history):
    """Gradients are discarded after each step, so that none are there at the next one."""
    self.model.train()
    losses, sizes = [], []
    for batches in _groups(train, self.accumulate):
        losses += self._backpropagate(batches)
        sizes += [len(target) for _, target in batches]
        history.grad_norm.append(self._clip())
        self.optimizer.step()
        self.optimizer.zero_grad()
    return _mean(losses, sizes)


@misconception(
    "training.Trainer._train_epoch",
    hint="What does the optimizer find in p.grad when it takes its step?",
    fails=(
        "Accumulation/test_equal_batches",
        "Accumulation/test_like_one_large_batch",
        "Accumulation/test_worked_example",
        "Digits/test_learns_one_batch_by_heart",
        "Digits/test_reads_digits",
        "EarlyStopping/test_worked_example",
        "EarlyStopping/test_arrays_stay",
        "EarlyStopping/test_equal_is_not_better",
        "Trainer/test_nine_steps",
    ),
    source="discuss.pytorch.org, many",
)
def gradients_are_discarded_before_the_step(self, train, history):
    """Gradients are discarded once backward is done."""
    self.model.train()
    losses, sizes = [], []
    for batches in _groups(train, self.accumulate):
        losses += self._backpropagate(batches)
        sizes += [len(target) for _, target in batches]
        history.grad_norm.append(self._clip())
        self.optimizer.zero_grad()
        self.optimizer.step()
    return _mean(losses, sizes)


@misconception(
    "training.Trainer._train_epoch",
    hint="Whose gradient does the optimizer use in the first step, and in the second?",
    fails=(
        "Accumulation/test_equal_batches",
        "Accumulation/test_like_one_large_batch",
        "Accumulation/test_worked_example",
        "EarlyStopping/test_worked_example",
        "EarlyStopping/test_equal_is_not_better",
        "EarlyStopping/test_no_early_end",
        "Trainer/test_nine_steps",
    ),
    source="folklore",
)
def step_comes_before_backward(self, train, history):
    """A step uses the gradient that is there, and then the next one is computed."""
    self.model.train()
    losses, sizes = [], []
    for batches in _groups(train, self.accumulate):
        self.optimizer.step()
        self.optimizer.zero_grad()
        losses += self._backpropagate(batches)
        sizes += [len(target) for _, target in batches]
        history.grad_norm.append(self._clip())
    return _mean(losses, sizes)


@misconception(
    "training.Trainer._train_epoch",
    hint="How many steps does an epoch with three batches have?",
    fails=(
        "Accumulation/test_equal_batches",
        "Accumulation/test_clipped_once",
        "Accumulation/test_remainder",
        "Digits/test_reads_digits",
        "EarlyStopping/test_best_state_of_a_network",
        "Trainer/test_nine_steps",
    ),
    source="folklore",
)
def one_step_an_epoch(self, train, history):
    """The optimizer takes its step at the end of the epoch."""
    self.model.train()
    losses, sizes = [], []
    for batches in _groups(train, self.accumulate):
        self.optimizer.zero_grad()
        losses += self._backpropagate(batches)
        sizes += [len(target) for _, target in batches]
        history.grad_norm.append(self._clip())
    self.optimizer.step()
    return _mean(losses, sizes)


@misconception(
    "training.Trainer._train_epoch",
    hint="Does every example of an epoch lead to a step, also those of the last batch?",
    fails=(
        "Accumulation/test_clipped_once",
        "Accumulation/test_every_batch_by_itself",
        "Accumulation/test_remainder",
        "EarlyStopping/test_best_state_of_a_network",
        "Trainer/test_nine_steps",
    ),
    source="folklore",
)
def short_batch_is_skipped(self, train, history):
    """A last batch that is shorter than the others is left out."""
    self.model.train()
    losses, sizes = [], []
    for batches in _groups(train, self.accumulate):
        if sizes and any(len(target) < sizes[0] for _, target in batches):
            continue
        self.optimizer.zero_grad()
        losses += self._backpropagate(batches)
        sizes += [len(target) for _, target in batches]
        history.grad_norm.append(self._clip())
        self.optimizer.step()
    return _mean(losses, sizes)


@misconception(
    "training.Trainer._train_epoch",
    hint="In which mode is the model when it is trained, and who sets it?",
    fails=(
        "EarlyStopping/test_best_state_of_a_network",
        "Trainer/test_left_in_training_mode",
        "Trainer/test_model_of_one_layer",
    ),
    source="discuss.pytorch.org, many",
)
def training_mode_is_there_already(self, train, history):
    """A model is in training mode when fit is called."""
    losses, sizes = [], []
    for batches in _groups(train, self.accumulate):
        self.optimizer.zero_grad()
        losses += self._backpropagate(batches)
        sizes += [len(target) for _, target in batches]
        history.grad_norm.append(self._clip())
        self.optimizer.step()
    return _mean(losses, sizes)


@misconception(
    "training.Trainer._train_epoch",
    hint="What do batch normalisation and dropout do in evaluation mode?",
    fails=(
        "Accumulation/test_every_batch_by_itself",
        "EarlyStopping/test_best_state_of_a_network",
        "Trainer/test_modes",
    ),
    source="folklore",
)
def trains_in_evaluation_mode(self, train, history):
    """Nothing random should happen while a model is trained."""
    self.model.eval()
    losses, sizes = [], []
    for batches in _groups(train, self.accumulate):
        self.optimizer.zero_grad()
        losses += self._backpropagate(batches)
        sizes += [len(target) for _, target in batches]
        history.grad_norm.append(self._clip())
        self.optimizer.step()
    return _mean(losses, sizes)


@misconception(
    "training.Trainer._train_epoch",
    hint="To which part of the model does the mode matter: only to the outermost one?",
    fails=("EarlyStopping/test_best_state_of_a_network", "Trainer/test_left_in_training_mode"),
    source="folklore",
)
def mode_of_the_outermost_module(self, train, history):
    """model.training = True puts a model into training mode."""
    self.model.training = True
    losses, sizes = [], []
    for batches in _groups(train, self.accumulate):
        self.optimizer.zero_grad()
        losses += self._backpropagate(batches)
        sizes += [len(target) for _, target in batches]
        history.grad_norm.append(self._clip())
        self.optimizer.step()
    return _mean(losses, sizes)


@misconception(
    "training.Trainer._backpropagate",
    hint="With dropout, do two forwards of one batch give the same loss? And which of them does backward belong to?",
    fails=(
        "Accumulation/test_every_batch_by_itself",
        "EarlyStopping/test_best_state_of_a_network",
        "Trainer/test_modes",
    ),
    source="folklore",
)
def forward_once_for_the_loss_and_once_for_the_gradient(self, batches):
    """The loss that is reported is computed by a forward of its own."""
    count = sum(len(target) for _, target in batches)
    losses = []
    for x, target in batches:
        losses.append(self.criterion(self.model(x), target))
        self.criterion(self.model(x), target)
        self.model.backward(self.criterion.backward(len(target) / count))
    return losses


@misconception(
    "training.Trainer._backpropagate",
    hint="The criterion's mean divides by the examples already: what does your division add?",
    fails=(
        "Accumulation/test_equal_batches",
        "Accumulation/test_like_one_large_batch",
        "Accumulation/test_worked_example",
        "Digits/test_reads_digits",
        "EarlyStopping/test_best_state_of_a_network",
        "EarlyStopping/test_worked_example",
        "Trainer/test_nine_steps",
    ),
    source="folklore",
)
def divided_by_the_batch_size_again(self, batches):
    """The gradient is divided by the number of examples."""
    count = sum(len(target) for _, target in batches)
    losses = []
    for x, target in batches:
        losses.append(self.criterion(self.model(x), target))
        self.model.backward(self.criterion.backward(1 / count))
    return losses


@misconception(
    "training.Trainer._backpropagate",
    hint="Which gradient does the model's backward get: that of the loss, or ones?",
    fails=(
        "Accumulation/test_equal_batches",
        "Accumulation/test_like_one_large_batch",
        "Accumulation/test_worked_example",
        "Digits/test_learns_one_batch_by_heart",
        "Digits/test_reads_digits",
        "EarlyStopping/test_worked_example",
        "EarlyStopping/test_arrays_stay",
        "EarlyStopping/test_equal_is_not_better",
        "Trainer/test_nine_steps",
    ),
    source="folklore",
)
def backward_begins_with_ones(self, batches):
    """backward begins with ones."""
    losses = []
    for x, target in batches:
        output = self.model(x)
        losses.append(self.criterion(output, target))
        self.model.backward(np.ones_like(output) / output.size)
    return losses
