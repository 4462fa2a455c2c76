"""What people believe about ReduceLROnPlateau."""

import math

from grader.assignment import misconception
from reference.optim.lr_scheduler.scheduler import one_per_group


@misconception(
    "optim.lr_scheduler.ReduceLROnPlateau.step",
    hint="With patience=0, how many bad epochs does it take, and with patience=1?",
    fails=("ReduceLROnPlateau/test_waits_for_patience", "ReduceLROnPlateau/test_rates"),
    convention="This is the form of Keras, which reduces after `patience` bad epochs;"
    " the contract asks for more than `patience` of them.",
    source="Keras, ReduceLROnPlateau",
)
def patience_ends_with_its_last_bad_epoch(self, metrics):
    """The rate falls at the bad epoch with the number `patience`."""
    self.last_epoch += 1
    self._count(float(metrics))
    lrs = self.scaled_lr(1)
    if self.num_bad_epochs >= max(self.patience, 1):
        lrs = [self._reduced(lr, lowest) for lr, lowest in zip(lrs, self.min_lrs)]
        self.num_bad_epochs = 0
        self.cooldown_counter = self.cooldown
    self.set_lr(lrs)


@misconception(
    "optim.lr_scheduler.ReduceLROnPlateau.step",
    hint="The rate was just lowered and the next epoch is bad, too: how many bad ones have there been since?",
    fails=(
        "ReduceLROnPlateau/test_negative_metrics",
        "ReduceLROnPlateau/test_rates_with_options",
        "ReduceLROnPlateau/test_waits_for_patience",
    ),
    source="folklore",
)
def count_goes_on_after_a_reduction(self, metrics):
    """Only a better metric sets the count of bad epochs back."""
    self.last_epoch += 1
    self._count(float(metrics))
    lrs = self.scaled_lr(1)
    if self.num_bad_epochs > self.patience:
        lrs = [self._reduced(lr, lowest) for lr, lowest in zip(lrs, self.min_lrs)]
        self.cooldown_counter = self.cooldown
    self.set_lr(lrs)


@misconception(
    "optim.lr_scheduler.ReduceLROnPlateau.step",
    hint="With cooldown=3, what do the three epochs after a reduction count for?",
    fails=("ReduceLROnPlateau/test_rates_with_options", "ReduceLROnPlateau/test_resumes"),
    source="folklore",
)
def cooldown_has_no_effect(self, metrics):
    """After a reduction, bad epochs count at once."""
    self.last_epoch += 1
    self._count(float(metrics))
    lrs = self.scaled_lr(1)
    if self.num_bad_epochs > self.patience:
        lrs = [self._reduced(lr, lowest) for lr, lowest in zip(lrs, self.min_lrs)]
        self.num_bad_epochs = 0
    self.set_lr(lrs)


@misconception(
    "optim.lr_scheduler.ReduceLROnPlateau._count",
    hint="Bad, better, bad, better: how many bad epochs in a row are that?",
    fails=("ReduceLROnPlateau/test_rates",),
    source="folklore",
)
def bad_epochs_add_up(self, metric):
    """Bad epochs are counted from the last reduction, whatever comes between them."""
    if self._is_better(metric):
        self.best = metric
    else:
        self.num_bad_epochs += 1
    if self.cooldown_counter > 0:
        self.cooldown_counter -= 1
        self.num_bad_epochs = 0


@misconception(
    "optim.lr_scheduler.ReduceLROnPlateau._count",
    hint="The metric jumps up and then comes back slowly: is that progress beyond the best?",
    fails=(
        "ReduceLROnPlateau/test_negative_metrics",
        "ReduceLROnPlateau/test_rates_with_options",
        "ReduceLROnPlateau/test_waits_for_patience",
    ),
    source="folklore",
)
def metric_is_compared_with_the_one_before(self, metric):
    """An epoch is good if its metric is better than that of the epoch before."""
    if self._is_better(metric):
        self.num_bad_epochs = 0
    else:
        self.num_bad_epochs += 1
    self.best = metric
    if self.cooldown_counter > 0:
        self.cooldown_counter -= 1
        self.num_bad_epochs = 0


@misconception(
    "optim.lr_scheduler.ReduceLROnPlateau._is_better",
    hint="With threshold=0.03, is 0.785 better than 0.79?",
    fails=(
        "ReduceLROnPlateau/test_negative_metrics",
        "ReduceLROnPlateau/test_rates_with_options",
        "ReduceLROnPlateau/test_resumes",
    ),
    source="folklore",
)
def every_improvement_counts(self, metric):
    """An epoch is good if its metric beats the best by anything at all."""
    return metric > self.best if self.mode == "max" else metric < self.best


@misconception(
    "optim.lr_scheduler.ReduceLROnPlateau._is_better",
    hint="What is nan >= 1, and what follows from the answer in your code?",
    fails=(
        "ReduceLROnPlateau/test_negative_metrics",
        "ReduceLROnPlateau/test_rates_with_options",
        "ReduceLROnPlateau/test_resumes",
    ),
    source="folklore",
)
def nan_is_not_bad(self, metric):
    """An epoch is good unless its metric is clearly no better."""
    sign = 1 if self.mode == "max" else -1
    margin = sign * self.threshold
    bar = self.best * (1 + margin) if self.threshold_mode == "rel" else self.best + margin
    return not sign * metric <= sign * bar


@misconception(
    "optim.lr_scheduler.ReduceLROnPlateau._is_better",
    hint="What is 3 % of the best metric, and where does threshold_mode come in?",
    fails=(
        "ReduceLROnPlateau/test_negative_metrics",
        "ReduceLROnPlateau/test_rates_with_options",
        "ReduceLROnPlateau/test_resumes",
    ),
    source="folklore",
)
def threshold_is_always_relative(self, metric):
    """The threshold is a share of the best metric."""
    sign = 1 if self.mode == "max" else -1
    return sign * metric > sign * self.best * (1 + sign * self.threshold)


@misconception(
    "optim.lr_scheduler.ReduceLROnPlateau._is_better",
    hint="The metric is an accuracy: is a higher one better, and how does your scheduler know?",
    fails=(
        "ReduceLROnPlateau/test_negative_metrics",
        "ReduceLROnPlateau/test_rates_with_options",
        "ReduceLROnPlateau/test_resumes",
    ),
    source="folklore",
)
def lower_is_always_better(self, metric):
    """The metric is a loss, and a lower one is better."""
    bar = self.best * (1 - self.threshold) if self.threshold_mode == "rel" else self.best - self.threshold
    return metric < bar


@misconception(
    "optim.lr_scheduler.ReduceLROnPlateau._reduced",
    hint="How low can your rate become if the metric never improves again?",
    fails=("ReduceLROnPlateau/test_rates_with_options", "ReduceLROnPlateau/test_resumes"),
    source="folklore",
)
def min_lr_has_no_effect(self, lr, lowest):
    """Every reduction multiplies the rate by factor."""
    new_lr = lr * self.factor
    return new_lr if lr - new_lr > self.eps else lr


@misconception(
    "optim.lr_scheduler.ReduceLROnPlateau._reduced",
    hint="A reduction would lower the rate by less than eps: what is the rate after it?",
    fails=("ReduceLROnPlateau/test_rates_with_options", "ReduceLROnPlateau/test_resumes"),
    source="folklore",
)
def every_reduction_is_made(self, lr, lowest):
    """The rate is lowered down to min_lr, however small the difference."""
    return max(lr * self.factor, lowest)


@misconception(
    "optim.lr_scheduler.ReduceLROnPlateau.__init__",
    hint='Someone writes mode="maximum": when do they learn that your scheduler did not understand?',
    fails=("LRScheduler/test_impossible_options",),
    source="folklore",
)
def unknown_modes_are_not_noticed(
    self,
    optimizer,
    mode="min",
    factor=0.1,
    patience=10,
    threshold=1e-4,
    threshold_mode="rel",
    cooldown=0,
    min_lr=0,
    eps=1e-8,
):
    """Every mode but "max" means "min", and every threshold_mode but "rel" means "abs"."""
    if factor >= 1:
        raise ValueError(f"factor must be below 1, not {factor}")
    self.optimizer, self.mode, self.threshold_mode = optimizer, mode, threshold_mode
    self.factor, self.patience, self.threshold, self.cooldown, self.eps = factor, patience, threshold, cooldown, eps
    self.min_lrs = one_per_group(optimizer, "min_lr", min_lr)
    self.last_epoch = self.num_bad_epochs = self.cooldown_counter = 0
    self.best = -math.inf if mode == "max" else math.inf
    self.last_lr = self.scaled_lr(1)


@misconception(
    "optim.lr_scheduler.ReduceLROnPlateau._count",
    hint="The best metric of all comes during the cooldown: with what are the later ones compared?",
    fails=("ReduceLROnPlateau/test_rates_with_options", "ReduceLROnPlateau/test_resumes"),
    source="written by readers of the handout",
)
def cooldown_looks_at_no_metric(self, metric):
    """During the cooldown, metrics do not count, neither bad nor good ones."""
    if self.cooldown_counter > 0:
        self.cooldown_counter -= 1
        self.num_bad_epochs = 0
    elif self._is_better(metric):
        self.best, self.num_bad_epochs = metric, 0
    else:
        self.num_bad_epochs += 1


@misconception(
    "optim.lr_scheduler.ReduceLROnPlateau._is_better",
    hint="The best metric is -2 and the threshold 0.1: what is best * (1 - threshold)?",
    fails=("ReduceLROnPlateau/test_negative_metrics",),
    source="written by readers of the handout",
)
def threshold_is_a_share_of_the_size(self, metric):
    """A relative threshold is a share of the size of the best metric, whatever its sign."""
    sign = 1 if self.mode == "max" else -1
    margin = self.threshold * (abs(self.best) if self.threshold_mode == "rel" and math.isfinite(self.best) else 1)
    return sign * metric > sign * self.best + margin
