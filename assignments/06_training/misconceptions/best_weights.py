"""What people believe about the best weights."""

import math

from grader.assignment import misconception
from reference.training.history import History
from reference.training.trainer import _check_plan, _epochs_since_best, _is_better


@misconception(
    "training.Trainer.fit",
    hint="p.data is changed in place by every step: what becomes of what you kept?",
    fails=("EarlyStopping/test_best_weights", "Trainer/test_everything_together"),
    source="discuss.pytorch.org (copy.deepcopy of the state_dict)",
)
def best_weights_are_not_copied(
    self, train, validation=None, epochs=1, *, patience=None, min_delta=0.0, restore_best=False, after_epoch=None
):
    """The best weights are the arrays that were there then."""
    _check_plan(epochs, patience, min_delta, validation is None and (patience is not None or restore_best))
    history, best = History(), None
    for epoch in range(epochs):
        self._run_epoch(train, validation, history)
        if _is_better(history, min_delta):
            history.best_epoch = epoch
            best = [p.data for p in self.model.parameters()] if restore_best else None
        if after_epoch is not None:
            after_epoch(history)
        if patience is not None and _epochs_since_best(history) >= patience:
            break
    for p, data in zip(self.model.parameters(), best or (), strict=False):
        p.data = data
    return history


@misconception(
    "training.Trainer.fit",
    hint="What belongs to a model's state, apart from its parameters?",
    fails=("EarlyStopping/test_best_state_of_a_network", "Trainer/test_everything_together"),
    source="folklore",
)
def best_weights_are_parameters_alone(
    self, train, validation=None, epochs=1, *, patience=None, min_delta=0.0, restore_best=False, after_epoch=None
):
    """The best state of a model is that of its parameters."""
    _check_plan(epochs, patience, min_delta, validation is None and (patience is not None or restore_best))
    history, best = History(), None
    for epoch in range(epochs):
        self._run_epoch(train, validation, history)
        if _is_better(history, min_delta):
            history.best_epoch = epoch
            best = [p.data.copy() for p in self.model.parameters()] if restore_best else None
        if after_epoch is not None:
            after_epoch(history)
        if patience is not None and _epochs_since_best(history) >= patience:
            break
    for p, data in zip(self.model.parameters(), best or (), strict=False):
        p.data[...] = data
    return history


@misconception(
    "training.Trainer.fit",
    hint="Which array does the optimizer, or somebody else, hold after you gave the Parameter another one?",
    fails=("EarlyStopping/test_arrays_stay",),
    source="folklore",
)
def best_weights_are_put_in_place_of_the_arrays(
    self, train, validation=None, epochs=1, *, patience=None, min_delta=0.0, restore_best=False, after_epoch=None
):
    """The best weights are arrays that take the place of those of the model."""
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
        for name, p in self.model.named_parameters():
            p.data = best[name]
        for name, buffer in self.model.named_buffers():
            buffer[...] = best[name]
    return history


@misconception(
    "training.Trainer.fit",
    hint="Which weights does the model have at the end: the best, or the last?",
    fails=("EarlyStopping/test_worked_example", "Trainer/test_everything_together"),
    source="folklore",
)
def last_weights_stay(
    self, train, validation=None, epochs=1, *, patience=None, min_delta=0.0, restore_best=False, after_epoch=None
):
    """At the end the model has its last weights."""
    _check_plan(epochs, patience, min_delta, validation is None and (patience is not None or restore_best))
    history = History()
    for epoch in range(epochs):
        self._run_epoch(train, validation, history)
        if _is_better(history, min_delta):
            history.best_epoch = epoch
        if after_epoch is not None:
            after_epoch(history)
        if patience is not None and _epochs_since_best(history) >= patience:
            break
    return history


@misconception(
    "training.Trainer.fit",
    hint="If no epoch ends the training early, is the last one the best?",
    fails=("EarlyStopping/test_best_weights",),
    source="Keras before 2.3: EarlyStopping restored only when it stopped",
)
def best_weights_only_if_it_ended_early(
    self, train, validation=None, epochs=1, *, patience=None, min_delta=0.0, restore_best=False, after_epoch=None
):
    """The best weights come back if the training ended early."""
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
            if best is not None:
                self.model.load_state_dict(best)
            break
    return history


@misconception(
    "training.Trainer.fit",
    hint="Does anybody get the best weights who did not ask for them?",
    fails=(
        "EarlyStopping/test_best_epoch",
        "EarlyStopping/test_no_early_end",
        "EarlyStopping/test_patience",
        "Trainer/test_gradients_from_before",
        "Trainer/test_plateau",
        "Trainer/test_scheduler",
    ),
    source="folklore",
)
def best_weights_in_any_case(
    self, train, validation=None, epochs=1, *, patience=None, min_delta=0.0, restore_best=False, after_epoch=None
):
    """With validation, the model has its best weights in the end."""
    _check_plan(epochs, patience, min_delta, validation is None and (patience is not None or restore_best))
    history, best = History(), None
    for epoch in range(epochs):
        self._run_epoch(train, validation, history)
        if _is_better(history, min_delta):
            history.best_epoch = epoch
            best = self.model.state_dict()
        if after_epoch is not None:
            after_epoch(history)
        if patience is not None and _epochs_since_best(history) >= patience:
            break
    if best is not None:
        self.model.load_state_dict(best)
    return history


@misconception(
    "training.Trainer.fit",
    hint="Which weights did the model have when the best loss was measured: those before the epoch, or after it?",
    fails=("EarlyStopping/test_best_weights", "Trainer/test_everything_together"),
    source="folklore",
)
def weights_from_before_the_best_epoch(
    self, train, validation=None, epochs=1, *, patience=None, min_delta=0.0, restore_best=False, after_epoch=None
):
    """The best weights are those with which the best epoch began."""
    _check_plan(epochs, patience, min_delta, validation is None and (patience is not None or restore_best))
    history, best = History(), None
    for epoch in range(epochs):
        state = self.model.state_dict()
        self._run_epoch(train, validation, history)
        if _is_better(history, min_delta):
            history.best_epoch = epoch
            best = state if restore_best else None
        if after_epoch is not None:
            after_epoch(history)
        if patience is not None and _epochs_since_best(history) >= patience:
            break
    if best is not None:
        self.model.load_state_dict(best)
    return history


@misconception(
    "training.Trainer.fit",
    hint="After the training went back to the best weights of one epoch, where does the next one begin?",
    fails=("EarlyStopping/test_best_state_of_a_network", "Trainer/test_everything_together"),
    source="folklore",
)
def goes_back_after_every_bad_epoch(
    self, train, validation=None, epochs=1, *, patience=None, min_delta=0.0, restore_best=False, after_epoch=None
):
    """After an epoch that is not better, the training goes on from the best weights."""
    _check_plan(epochs, patience, min_delta, validation is None and (patience is not None or restore_best))
    history, best = History(), None
    for epoch in range(epochs):
        self._run_epoch(train, validation, history)
        if _is_better(history, min_delta):
            history.best_epoch = epoch
            best = self.model.state_dict() if restore_best else None
        elif best is not None:
            self.model.load_state_dict(best)
            self.optimizer.state.clear()
        if after_epoch is not None:
            after_epoch(history)
        if patience is not None and _epochs_since_best(history) >= patience:
            break
    if best is not None:
        self.model.load_state_dict(best)
    return history


@misconception(
    "training.Trainer.fit",
    hint="From where do people count epochs, and from where does the History?",
    fails=(
        "EarlyStopping/test_best_epoch",
        "EarlyStopping/test_worked_example",
        "Trainer/test_after_epoch",
        "Trainer/test_everything_together",
    ),
    source="folklore",
)
def epochs_are_counted_from_one(
    self, train, validation=None, epochs=1, *, patience=None, min_delta=0.0, restore_best=False, after_epoch=None
):
    """best_epoch counts from 1."""
    _check_plan(epochs, patience, min_delta, validation is None and (patience is not None or restore_best))
    history, best = History(), None
    for epoch in range(epochs):
        history.best_epoch = None if history.best_epoch is None else history.best_epoch - 1
        self._run_epoch(train, validation, history)
        if _is_better(history, min_delta):
            history.best_epoch = epoch
            best = self.model.state_dict() if restore_best else None
        is_over = patience is not None and _epochs_since_best(history) >= patience
        history.best_epoch = None if history.best_epoch is None else history.best_epoch + 1
        if after_epoch is not None:
            after_epoch(history)
        if is_over:
            break
    if best is not None:
        self.model.load_state_dict(best)
    return history


@misconception(
    "training.Trainer.fit",
    hint="What does a second fit compare its first epoch with?",
    fails=("EarlyStopping/test_second_fit",),
    source="folklore",
)
def best_loss_of_all_calls(
    self, train, validation=None, epochs=1, *, patience=None, min_delta=0.0, restore_best=False, after_epoch=None
):
    """What is best is best over all calls of fit."""
    _check_plan(epochs, patience, min_delta, validation is None and (patience is not None or restore_best))
    history, best = History(), None
    for epoch in range(epochs):
        self._run_epoch(train, validation, history)
        loss = history.validation_loss[-1] if history.validation_loss else math.inf
        if loss < vars(self).get("_best_loss", math.inf) - min_delta:
            self._best_loss = loss
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
    hint="Which state does the optimizer have at the end, and is it promised that this goes back, too?",
    fails=("EarlyStopping/test_best_state_of_a_network",),
    source="folklore",
)
def optimizer_is_set_back_too(
    self, train, validation=None, epochs=1, *, patience=None, min_delta=0.0, restore_best=False, after_epoch=None
):
    """With the best weights, the optimizer gets back its state of then."""
    _check_plan(epochs, patience, min_delta, validation is None and (patience is not None or restore_best))
    history, best, state = History(), None, None
    for epoch in range(epochs):
        self._run_epoch(train, validation, history)
        if _is_better(history, min_delta):
            history.best_epoch = epoch
            best = self.model.state_dict() if restore_best else None
            state = self.optimizer.state_dict()
        if after_epoch is not None:
            after_epoch(history)
        if patience is not None and _epochs_since_best(history) >= patience:
            break
    if best is not None:
        self.model.load_state_dict(best)
        self.optimizer.load_state_dict(state)
    return history
