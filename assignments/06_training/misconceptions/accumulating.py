"""What people believe about a step that uses several batches."""

from grader.assignment import misconception
from reference.training.trainer import _groups, _mean


@misconception(
    "training.Trainer._backpropagate",
    hint="Two batches instead of one: is the gradient twice as long?",
    fails=("Accumulation/test_worked_example",),
    source="huggingface.co/blog/gradient_accumulation (the kind)",
)
def gradients_of_batches_are_added_up(self, batches):
    """The gradients of the batches are added up, and that is all."""
    losses = []
    for x, target in batches:
        losses.append(self.criterion(self.model(x), target))
        self.model.backward(self.criterion.backward())
    return losses


@misconception(
    "training.Trainer._backpropagate",
    hint="Batches of five and of two: does each of the seven examples count the same?",
    fails=("Accumulation/test_worked_example",),
    source="huggingface.co/blog/gradient_accumulation",
)
def mean_of_the_batches(self, batches):
    """The gradient is the mean of those of the batches."""
    losses = []
    for x, target in batches:
        losses.append(self.criterion(self.model(x), target))
        self.model.backward(self.criterion.backward(1 / len(batches)))
    return losses


@misconception(
    "training.Trainer._backpropagate",
    hint="By how much do you divide where fewer batches are left?",
    fails=("Accumulation/test_remainder",),
    source="huggingface.co/blog/gradient_accumulation",
)
def always_divided_by_accumulate(self, batches):
    """Every batch counts 1 / accumulate."""
    losses = []
    for x, target in batches:
        losses.append(self.criterion(self.model(x), target))
        self.model.backward(self.criterion.backward(1 / self.accumulate))
    return losses


@misconception(
    "training.Trainer._backpropagate",
    hint="Which batches does the gradient know when the step is taken?",
    fails=("Accumulation/test_worked_example", "Trainer/test_everything_together"),
    source="folklore",
)
def only_the_last_batch_counts(self, batches):
    """Gradients are discarded before each batch."""
    count = sum(len(target) for _, target in batches)
    losses = []
    for x, target in batches:
        self.optimizer.zero_grad()
        losses.append(self.criterion(self.model(x), target))
        self.model.backward(self.criterion.backward(len(target) / count))
    return losses


@misconception(
    "training.Trainer._backpropagate",
    hint="backward belongs to the last forward: which one is that for the first batch?",
    fails=("Accumulation/test_worked_example", "Trainer/test_everything_together"),
    source="folklore",
)
def all_forwards_first(self, batches):
    """First all forwards are computed, then all backwards."""
    count = sum(len(target) for _, target in batches)
    losses = [self.criterion(self.model(x), target) for x, target in batches]
    for _, target in batches:
        self.model.backward(self.criterion.backward()[: len(target)] * (len(target) / count))
    return losses


@misconception(
    "training.Trainer._backpropagate",
    hint="What is it that accumulation saves, if all examples go through the model at once?",
    fails=("Accumulation/test_every_batch_by_itself", "Trainer/test_everything_together"),
    source="folklore",
)
def batches_are_joined(self, batches):
    """Batches that belong to one step are joined to one."""
    x, target = (np.concatenate(parts) for parts in zip(*batches, strict=True))  # noqa: F821
    loss = self.criterion(self.model(x), target)
    self.model.backward(self.criterion.backward())
    return [loss] * len(batches)


@misconception(
    "training.Trainer._backpropagate",
    hint="Of which gradient is the norm limited: that of a batch, or that of the step?",
    fails=("Accumulation/test_clipped_once", "Trainer/test_everything_together"),
    source="folklore",
)
def every_batch_is_clipped(self, batches):
    """Gradients are clipped after each backward."""
    count = sum(len(target) for _, target in batches)
    losses = []
    for x, target in batches:
        losses.append(self.criterion(self.model(x), target))
        self.model.backward(self.criterion.backward(len(target) / count))
        if len(batches) > 1:
            self._clip()
    return losses


@misconception(
    "training.Trainer._train_epoch",
    hint="Which step uses the batches that are left at the end?",
    fails=(
        "Accumulation/test_clipped_once",
        "Accumulation/test_every_batch_by_itself",
        "Accumulation/test_remainder",
        "Trainer/test_everything_together",
    ),
    source="folklore",
)
def batches_that_are_left_are_lost(self, train, history):
    """A step needs as many batches as accumulate says."""
    self.model.train()
    losses, sizes = [], []
    for batches in _groups(train, self.accumulate):
        self.optimizer.zero_grad()
        losses += self._backpropagate(batches)
        sizes += [len(target) for _, target in batches]
        if len(batches) == self.accumulate:
            history.grad_norm.append(self._clip())
            self.optimizer.step()
    return _mean(losses, sizes)


@misconception(
    "training.Trainer._train_epoch",
    hint="After five batches with accumulate=2, which batches does the first step of the next epoch use?",
    fails=(
        "Accumulation/test_clipped_once",
        "Accumulation/test_every_batch_by_itself",
        "Accumulation/test_remainder",
        "Trainer/test_everything_together",
    ),
    source="folklore",
)
def batches_that_are_left_wait_for_the_next_epoch(self, train, history):
    """Batches that are left belong to the first step of the next epoch."""
    self.model.train()
    losses, sizes = [], []
    waiting = vars(self).setdefault("_waiting", [])
    for batch in train:
        waiting.append(batch)
        if len(waiting) == self.accumulate:
            self.optimizer.zero_grad()
            losses += self._backpropagate(waiting)
            sizes += [len(target) for _, target in waiting]
            history.grad_norm.append(self._clip())
            self.optimizer.step()
            waiting.clear()
    return _mean(losses, sizes)


@misconception(
    "training.Trainer._train_epoch",
    hint="How many steps do four batches make with accumulate=2?",
    fails=("Accumulation/test_worked_example", "Trainer/test_everything_together"),
    source="folklore",
)
def a_step_after_every_batch(self, train, history):
    """Every batch has its step."""
    self.model.train()
    losses, sizes = [], []
    for batches in _groups(train, 1):
        self.optimizer.zero_grad()
        losses += self._backpropagate(batches)
        sizes += [len(target) for _, target in batches]
        history.grad_norm.append(self._clip())
        self.optimizer.step()
    return _mean(losses, sizes)


@misconception(
    "training.Trainer._train_epoch",
    hint="After how many batches does the first step come, with accumulate=2?",
    fails=("Accumulation/test_equal_batches", "Trainer/test_everything_together"),
    source="folklore",
)
def first_batch_makes_a_step(self, train, history):
    """A step comes where the number of the batch is a multiple of accumulate, from batch 0 on."""
    self.model.train()
    losses, sizes = [], []
    data = list(train)
    groups = [data[:1], *_groups(data[1:], self.accumulate)] if data else []
    for batches in groups:
        self.optimizer.zero_grad()
        losses += self._backpropagate(batches)
        sizes += [len(target) for _, target in batches]
        history.grad_norm.append(self._clip())
        self.optimizer.step()
    return _mean(losses, sizes)
