"""What people believe about a whole training: what goes on, what begins anew, and who is told."""

from grader.assignment import misconception
from reference.training.history import History
from reference.training.trainer import _check_plan, _epochs_since_best, _is_better


@misconception(
    "training.Trainer.fit",
    hint="Which History does the second fit return?",
    fails=("EarlyStopping/test_second_fit", "Trainer/test_goes_on"),
    source="folklore",
)
def one_history_for_all_calls(
    self, train, validation=None, epochs=1, *, patience=None, min_delta=0.0, restore_best=False, after_epoch=None
):
    """A Trainer has one History, which grows with every fit."""
    _check_plan(epochs, patience, min_delta, validation is None and (patience is not None or restore_best))
    history = vars(self).setdefault("_history", History())
    best = None
    for _ in range(epochs):
        self._run_epoch(train, validation, history)
        if _is_better(history, min_delta):
            history.best_epoch = len(history.train_loss) - 1
            best = self.model.state_dict() if restore_best else None
        if after_epoch is not None:
            after_epoch(history)
        if patience is not None and _epochs_since_best(history) >= patience:
            break
    if best is not None:
        self.model.load_state_dict(best)
    return history


@misconception(
    "training.Trainer.fit",
    hint="What does the optimizer remember from the first fit, and what becomes of it in the second?",
    fails=("EarlyStopping/test_best_state_of_a_network", "Trainer/test_goes_on"),
    source="folklore",
)
def optimizer_begins_anew(
    self, train, validation=None, epochs=1, *, patience=None, min_delta=0.0, restore_best=False, after_epoch=None
):
    """Every fit begins with an optimizer that remembers nothing."""
    _check_plan(epochs, patience, min_delta, validation is None and (patience is not None or restore_best))
    history, best = History(), None
    self.optimizer.state.clear()
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


@misconception(
    "training.Trainer.fit",
    hint="In which mode does fit leave the model?",
    fails=("Trainer/test_left_in_training_mode", "Trainer/test_model_of_one_layer"),
    source="folklore",
)
def model_is_left_in_evaluation_mode(
    self, train, validation=None, epochs=1, *, patience=None, min_delta=0.0, restore_best=False, after_epoch=None
):
    """A trained model is in evaluation mode."""
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
    self.model.eval()
    return history


@misconception(
    "training.Trainer.fit",
    hint="When after_epoch is called, what does the History already have of this epoch?",
    fails=("Trainer/test_after_epoch",),
    source="folklore",
)
def after_epoch_comes_before(
    self, train, validation=None, epochs=1, *, patience=None, min_delta=0.0, restore_best=False, after_epoch=None
):
    """after_epoch is called when an epoch begins."""
    _check_plan(epochs, patience, min_delta, validation is None and (patience is not None or restore_best))
    history, best = History(), None
    for epoch in range(epochs):
        if after_epoch is not None:
            after_epoch(history)
        self._run_epoch(train, validation, history)
        if _is_better(history, min_delta):
            history.best_epoch = epoch
            best = self.model.state_dict() if restore_best else None
        if patience is not None and _epochs_since_best(history) >= patience:
            break
    if best is not None:
        self.model.load_state_dict(best)
    return history


@misconception(
    "training.Trainer.fit",
    hint="What is best when after_epoch is called: does it know this epoch?",
    fails=("Trainer/test_after_epoch",),
    source="folklore",
)
def after_epoch_before_the_best(
    self, train, validation=None, epochs=1, *, patience=None, min_delta=0.0, restore_best=False, after_epoch=None
):
    """after_epoch is called before it is decided whether the epoch is the best."""
    _check_plan(epochs, patience, min_delta, validation is None and (patience is not None or restore_best))
    history, best = History(), None
    for epoch in range(epochs):
        self._run_epoch(train, validation, history)
        if after_epoch is not None:
            after_epoch(history)
        if _is_better(history, min_delta):
            history.best_epoch = epoch
            best = self.model.state_dict() if restore_best else None
        if patience is not None and _epochs_since_best(history) >= patience:
            break
    if best is not None:
        self.model.load_state_dict(best)
    return history


@misconception(
    "training.Trainer.fit",
    hint="What does it mean that after_epoch returns something?",
    fails=("Trainer/test_after_epoch",),
    source="Keras and others, whose callbacks may end a training",
)
def after_epoch_may_end_the_training(
    self, train, validation=None, epochs=1, *, patience=None, min_delta=0.0, restore_best=False, after_epoch=None
):
    """If after_epoch returns True, the training ends."""
    _check_plan(epochs, patience, min_delta, validation is None and (patience is not None or restore_best))
    history, best = History(), None
    for epoch in range(epochs):
        self._run_epoch(train, validation, history)
        if _is_better(history, min_delta):
            history.best_epoch = epoch
            best = self.model.state_dict() if restore_best else None
        if after_epoch is not None and after_epoch(history):
            break
        if patience is not None and _epochs_since_best(history) >= patience:
            break
    if best is not None:
        self.model.load_state_dict(best)
    return history


@misconception(
    "training.Trainer.fit",
    hint="When a loader is made into a list, how often is an order drawn?",
    fails=(
        "EarlyStopping/test_arrays_stay",
        "EarlyStopping/test_equal_is_not_better",
        "EarlyStopping/test_no_early_end",
        "Trainer/test_loaders",
    ),
    source="folklore",
)
def batches_are_the_same_in_all_epochs(
    self, train, validation=None, epochs=1, *, patience=None, min_delta=0.0, restore_best=False, after_epoch=None
):
    """The batches are read once, and are the same in every epoch."""
    _check_plan(epochs, patience, min_delta, validation is None and (patience is not None or restore_best))
    history, best = History(), None
    train = list(train)
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


@misconception(
    "training.trainer._check_plan",
    hint="What can be the best epoch if nothing was evaluated?",
    fails=("Trainer/test_refuses", "Trainer/test_refuses_early_stopping"),
    source="folklore",
)
def plan_needs_no_validation(epochs, patience, min_delta, lacks_validation):
    """Without validation patience and restore_best have no effect."""
    if epochs < 1 or (patience is not None and patience < 1) or min_delta < 0:
        raise ValueError("fit needs epochs >= 1, patience >= 1 and min_delta >= 0")


@misconception(
    "training.trainer._check_plan",
    hint="How long is a patience of 0, and what is an improvement by less than nothing?",
    fails=("Trainer/test_refuses",),
    source="folklore",
)
def any_plan(epochs, patience, min_delta, lacks_validation):
    """patience and min_delta need not be checked."""
    if lacks_validation:
        raise ValueError("fit needs validation data for patience and restore_best")


@misconception(
    "training.Trainer.__init__",
    hint="What is a step that uses 0 batches, and a norm of at most 0?",
    fails=("Trainer/test_refuses",),
    source="folklore",
)
def any_trainer(self, model, criterion, optimizer, scheduler=None, max_grad_norm=None, *, accumulate=1, metric=None):
    """accumulate and max_grad_norm need not be checked."""
    self.model, self.criterion, self.optimizer = model, criterion, optimizer
    self.scheduler, self.max_grad_norm = scheduler, max_grad_norm
    self.accumulate, self.metric = accumulate, metric
