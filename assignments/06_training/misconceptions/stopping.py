"""What people believe about early stopping: which epoch is better, and when it is enough."""

import math

from grader.assignment import misconception


@misconception(
    "training.trainer._epochs_since_best",
    hint="After a better epoch, how many epochs that were not better are there in a row?",
    fails=("EarlyStopping/test_min_delta", "EarlyStopping/test_patience"),
    source="folklore",
)
def epochs_that_were_not_better_in_all(history):
    """Patience counts all epochs that were not better."""
    best, count = math.inf, 0
    for loss in history.validation_loss:
        count += not loss < best
        best = loss if loss < best else best
    return count


@misconception(
    "training.trainer._epochs_since_best",
    hint="Is an epoch compared with the one before, or with the best?",
    fails=("EarlyStopping/test_min_delta", "EarlyStopping/test_patience"),
    source="folklore",
)
def epochs_that_were_worse_than_the_one_before(history):
    """An epoch is bad if its loss is not below that of the epoch before."""
    count = 0
    losses = history.validation_loss
    while count < len(losses) - 1 and not losses[-1 - count] < losses[-2 - count]:
        count += 1
    return count if history.best_epoch is not None else len(losses)


@misconception(
    "training.trainer._epochs_since_best",
    hint="With patience=1, how many epochs may be not better?",
    fails=("EarlyStopping/test_worked_example", "Trainer/test_everything_together"),
    source="folklore",
    convention="This is how ReduceLROnPlateau counts its patience; the contract asks for an end as soon as so many "
    "epochs in a row were not better.",
)
def one_epoch_more(history):
    """The training ends when more epochs than patience says were not better."""
    best = -1 if history.best_epoch is None else history.best_epoch
    return len(history.validation_loss) - 2 - best


@misconception(
    "training.trainer._epochs_since_best",
    hint="With patience=2, after how many epochs that were not better does the training end?",
    fails=("EarlyStopping/test_patience", "Trainer/test_everything_together"),
    source="folklore",
)
def one_epoch_less(history):
    """The best epoch is the first of those that patience counts."""
    best = -1 if history.best_epoch is None else history.best_epoch
    return len(history.validation_loss) - best


@misconception(
    "training.trainer._epochs_since_best",
    hint="Who says when a training has to end?",
    fails=("EarlyStopping/test_worked_example", "Trainer/test_everything_together"),
    source="folklore",
)
def training_never_ends_early(history):
    """All epochs are trained."""
    return 0


@misconception(
    "training.trainer._is_better",
    hint="Is a loss that equals the best one below it?",
    fails=("EarlyStopping/test_equal_is_not_better", "EarlyStopping/test_min_delta"),
    source="folklore",
)
def equal_is_better(history, min_delta):
    """An epoch is better if its loss is at most that of the best."""
    if not history.validation_loss:
        return False
    best = math.inf if history.best_epoch is None else history.validation_loss[history.best_epoch]
    return history.validation_loss[-1] <= best - min_delta


@misconception(
    "training.trainer._is_better",
    hint="Should a loss be large or small?",
    fails=(
        "EarlyStopping/test_worked_example",
        "Trainer/test_after_epoch",
        "Trainer/test_everything_together",
    ),
    source="folklore",
)
def larger_is_better(history, min_delta):
    """An epoch is better if its number is larger."""
    if not history.validation_loss:
        return False
    best = -math.inf if history.best_epoch is None else history.validation_loss[history.best_epoch]
    return history.validation_loss[-1] > best + min_delta


@misconception(
    "training.trainer._is_better",
    hint="Which data tell whether a model does well on data that it has not seen?",
    fails=("EarlyStopping/test_patience", "Trainer/test_after_epoch", "Trainer/test_everything_together"),
    source="folklore",
)
def training_loss_decides(history, min_delta):
    """An epoch is better if its training loss is lower."""
    if not history.validation_loss:
        return False
    best = math.inf if history.best_epoch is None else history.train_loss[history.best_epoch]
    return history.train_loss[-1] < best - min_delta


@misconception(
    "training.trainer._is_better",
    hint="Which epoch does a loss have to be below: the one before, or the best?",
    fails=("EarlyStopping/test_arrays_stay", "EarlyStopping/test_best_weights", "EarlyStopping/test_patience"),
    source="folklore",
)
def better_than_the_one_before(history, min_delta):
    """An epoch is better if its loss is below that of the epoch before."""
    losses = history.validation_loss
    if not losses:
        return False
    before = losses[-2] if len(losses) > 1 else math.inf
    return losses[-1] < before - min_delta


@misconception(
    "training.trainer._is_better",
    hint="By how much does an epoch have to be better with min_delta=0.5?",
    fails=("EarlyStopping/test_min_delta",),
    source="folklore",
)
def min_delta_is_ignored(history, min_delta):
    """A lower loss is better."""
    if not history.validation_loss:
        return False
    best = math.inf if history.best_epoch is None else history.validation_loss[history.best_epoch]
    return history.validation_loss[-1] < best


@misconception(
    "training.trainer._is_better",
    hint="Does min_delta make it easier or harder to be better?",
    fails=("EarlyStopping/test_min_delta",),
    source="folklore",
)
def min_delta_is_forgiven(history, min_delta):
    """An epoch is better unless its loss is above the best by more than min_delta."""
    if not history.validation_loss:
        return False
    best = math.inf if history.best_epoch is None else history.validation_loss[history.best_epoch]
    return history.validation_loss[-1] < best + min_delta


@misconception(
    "training.trainer._is_better",
    hint="Is min_delta a difference, or a share?",
    fails=("EarlyStopping/test_min_delta",),
    source="folklore",
)
def min_delta_is_a_share(history, min_delta):
    """An epoch is better if its loss is lower by the share min_delta of the best."""
    if not history.validation_loss:
        return False
    best = math.inf if history.best_epoch is None else history.validation_loss[history.best_epoch]
    return history.validation_loss[-1] < best * (1 - min_delta)


@misconception(
    "training.trainer._is_better",
    hint="An improvement of exactly min_delta: is it more than that?",
    fails=("EarlyStopping/test_min_delta",),
    source="folklore",
)
def exactly_min_delta_is_enough(history, min_delta):
    """An epoch is better if its loss is lower by min_delta or more."""
    if not history.validation_loss:
        return False
    best = math.inf if history.best_epoch is None else history.validation_loss[history.best_epoch]
    loss = history.validation_loss[-1]
    return loss < best if min_delta == 0 else loss <= best - min_delta


@misconception(
    "training.trainer._is_better",
    hint="What does a comparison with NaN give, and what does its opposite?",
    fails=("EarlyStopping/test_not_a_number",),
    source="folklore",
)
def not_worse_is_better(history, min_delta):
    """An epoch is better if it is not the case that its loss is as high as the best."""
    if not history.validation_loss:
        return False
    best = math.inf if history.best_epoch is None else history.validation_loss[history.best_epoch]
    return not history.validation_loss[-1] >= best - min_delta


@misconception(
    "training.trainer._is_better",
    hint="Is the first epoch always better, even if its loss is NaN?",
    fails=("EarlyStopping/test_not_a_number",),
    source="folklore",
)
def first_epoch_is_always_better(history, min_delta):
    """The first epoch is the best so far, whatever its loss."""
    if not history.validation_loss:
        return False
    if history.best_epoch is None:
        return True
    return history.validation_loss[-1] < history.validation_loss[history.best_epoch] - min_delta
