"""What people believe about the parts of an epoch: schedulers, validation, and what the History holds."""

from grader.assignment import misconception
from reference.optim.lr_scheduler import ReduceLROnPlateau
from reference.training.history import History
from reference.training.trainer import _groups, _mean


@misconception(
    "training.Trainer._train_epoch",
    hint="How many steps does an epoch have, and how often should the scheduler count?",
    fails=("Accumulation/test_every_batch_by_itself", "Trainer/test_scheduler"),
    source="discuss.pytorch.org, many",
)
def scheduler_steps_with_every_batch(self, train, history):
    """The scheduler steps with the optimizer, after each batch, and once more after the epoch."""
    self.model.train()
    losses, sizes = [], []
    for batches in _groups(train, self.accumulate):
        self.optimizer.zero_grad()
        losses += self._backpropagate(batches)
        sizes += [len(target) for _, target in batches]
        history.grad_norm.append(self._clip())
        self.optimizer.step()
        if self.scheduler is not None and not isinstance(self.scheduler, ReduceLROnPlateau):
            self.scheduler.step()
    return _mean(losses, sizes)


@misconception(
    "training.Trainer._run_epoch",
    hint="With which rate is the first epoch trained: with that for t = 0, or for t = 1?",
    fails=("Accumulation/test_every_batch_by_itself", "Trainer/test_worked_example"),
    source="PyTorch before 1.1.0",
)
def scheduler_comes_first(self, train, validation, history):
    """The scheduler steps at the beginning of an epoch."""
    if not isinstance(self.scheduler, ReduceLROnPlateau):
        self._step_scheduler(history)
    history.lr.append(self.optimizer.param_groups[0]["lr"])
    history.train_loss.append(self._train_epoch(train, history))
    if validation is not None:
        self._validate(validation, history)
    if isinstance(self.scheduler, ReduceLROnPlateau):
        self._step_scheduler(history)


@misconception(
    "training.Trainer._run_epoch",
    hint="Which rate is in the optimizer after the scheduler's step, and which was there in the epoch?",
    fails=("Trainer/test_worked_example",),
    source="folklore",
)
def rate_is_noted_after_the_scheduler(self, train, validation, history):
    """The rate of an epoch is that after it."""
    history.train_loss.append(self._train_epoch(train, history))
    if validation is not None:
        self._validate(validation, history)
    self._step_scheduler(history)
    history.lr.append(self.optimizer.param_groups[0]["lr"])


@misconception(
    "training.Trainer._run_epoch",
    hint="Is the validation loss of an epoch that of the model before it, or after it?",
    fails=(
        "EarlyStopping/test_equal_is_not_better",
        "EarlyStopping/test_no_early_end",
        "Trainer/test_worked_example",
    ),
    source="folklore",
)
def validation_comes_before_training(self, train, validation, history):
    """A model is evaluated before it is trained."""
    history.lr.append(self.optimizer.param_groups[0]["lr"])
    if validation is not None:
        self._validate(validation, history)
    history.train_loss.append(self._train_epoch(train, history))
    self._step_scheduler(history)


@misconception(
    "training.Trainer._run_epoch",
    hint="May a model learn from the data that tell how well it does on data it has not seen?",
    fails=(
        "Accumulation/test_every_batch_by_itself",
        "Digits/test_reads_digits",
        "EarlyStopping/test_worked_example",
        "EarlyStopping/test_arrays_stay",
        "EarlyStopping/test_equal_is_not_better",
        "Trainer/test_worked_example",
    ),
    source="folklore",
)
def validation_data_are_trained_on_too(self, train, validation, history):
    """Validation data are data to learn from, too."""
    history.lr.append(self.optimizer.param_groups[0]["lr"])
    history.train_loss.append(self._train_epoch(train, history))
    if validation is not None:
        self._train_epoch(validation, History())
        self._validate(validation, history)
    self._step_scheduler(history)


@misconception(
    "training.Trainer._run_epoch",
    hint="Which of the two loaders does your validation loss come from?",
    fails=(
        "EarlyStopping/test_arrays_stay",
        "EarlyStopping/test_equal_is_not_better",
        "EarlyStopping/test_no_early_end",
        "Trainer/test_validation",
        "Trainer/test_loaders",
        "Trainer/test_plateau",
    ),
    source="folklore",
)
def evaluates_the_training_data(self, train, validation, history):
    """After an epoch, the model is evaluated on the training data."""
    history.lr.append(self.optimizer.param_groups[0]["lr"])
    history.train_loss.append(self._train_epoch(train, history))
    if validation is not None:
        self._validate(train, history)
    self._step_scheduler(history)


@misconception(
    "training.Trainer._step_scheduler",
    hint="On which data is the loss whose plateau counts: those that the model was trained on, or others?",
    fails=("Trainer/test_plateau",),
    source="folklore",
)
def plateau_of_the_training_loss(self, history):
    """ReduceLROnPlateau looks at the training loss."""
    if isinstance(self.scheduler, ReduceLROnPlateau):
        self.scheduler.step(history.train_loss[-1])
    elif self.scheduler is not None:
        self.scheduler.step()


@misconception(
    "training.Trainer._step_scheduler",
    hint="What does ReduceLROnPlateau.step need to know?",
    fails=("Trainer/test_plateau",),
    source="folklore",
)
def every_scheduler_steps_without_an_argument(self, history):
    """A scheduler's step needs no argument."""
    if self.scheduler is not None:
        self.scheduler.step()


@misconception(
    "training.Trainer._step_scheduler",
    hint="Without validation data, is there a loss that could have a plateau?",
    fails=("Trainer/test_plateau",),
    source="folklore",
)
def no_plateau_without_validation(self, history):
    """Without validation ReduceLROnPlateau takes no step."""
    if isinstance(self.scheduler, ReduceLROnPlateau):
        if history.validation_loss:
            self.scheduler.step(history.validation_loss[-1])
    elif self.scheduler is not None:
        self.scheduler.step()


@misconception(
    "training.Trainer._step_scheduler",
    hint="Who tells the scheduler that an epoch is over?",
    fails=("Accumulation/test_every_batch_by_itself", "Trainer/test_worked_example"),
    source="folklore",
)
def scheduler_steps_by_itself(self, history):
    """A scheduler changes the rate by itself."""


@misconception(
    "training.Trainer._validate",
    hint="Where does the History promise the metric?",
    fails=("Trainer/test_validation",),
    source="folklore",
)
def metric_is_not_noted(self, validation, history):
    """The History has losses, and no metric."""
    loss, _ = self.evaluate(validation)
    history.validation_loss.append(loss)


@misconception(
    "training.Trainer._validate",
    hint="What does a list have in it for each epoch if there is no metric?",
    fails=("Trainer/test_goes_on",),
    source="folklore",
)
def metric_is_noted_in_any_case(self, validation, history):
    """Without a metric the History has None for each epoch."""
    loss, metric = self.evaluate(validation)
    history.validation_loss.append(loss)
    history.validation_metric.append(metric)


@misconception(
    "training.Trainer._step_scheduler",
    hint="What is `0.0 or 3.0` in Python?",
    fails=("Trainer/test_plateau_at_zero",),
    source="a reader of the handout",
)
def loss_of_zero_is_none(self, history):
    """Whether there is a validation loss can be asked with `or`."""
    if isinstance(self.scheduler, ReduceLROnPlateau):
        validation = history.validation_loss[-1] if history.validation_loss else None
        self.scheduler.step(validation or history.train_loss[-1])
    elif self.scheduler is not None:
        self.scheduler.step()
