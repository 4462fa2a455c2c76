"""What people believe about label smoothing in CrossEntropyLoss."""

import numpy as np

from grader.assignment import misconception
from reference.nn.activation import logsumexp
from reference.nn.loss import NLLLoss


@misconception(
    "nn.CrossEntropyLoss.evaluate",
    hint="Do your smoothed targets still add up to one?",
    fails=("CrossEntropyLoss/test_gradients_with_options", "CrossEntropyLoss/test_values_with_options"),
    source="TimDettmers/ConvE issue #55; dice-group/dice-embeddings issue #433",
)
def every_class_gets_one_over_c(self, input, target):
    """A smoothed target is 1 - label_smoothing at its class, plus 1/C everywhere."""
    scores = input - input.max(axis=0)
    log_p = scores - logsumexp(scores, dim=0)
    hot = self.one_hot(input, target)
    spread = hot.mean(axis=0) if self.label_smoothing else 0
    q = self.weigh((1 - self.label_smoothing) * hot + spread)
    return -(q * log_p).sum(axis=0), np.exp(log_p) * q.sum(axis=0) - q


@misconception(
    "nn.CrossEntropyLoss.evaluate",
    hint="Over how many classes, and does the target's own count among them, does the handout spread the doubt?",
    fails=("CrossEntropyLoss/test_gradients_with_options", "CrossEntropyLoss/test_values_with_options"),
    convention="This is the form in which the other classes share the doubt, label_smoothing / (C - 1) each;"
    " the contract asks for "
    "label_smoothing / C for all of them.",
    source="fastai PR #1814",
)
def doubt_is_for_the_other_classes(self, input, target):
    """The target keeps 1 - label_smoothing, and the other C - 1 classes share the rest."""
    scores = input - input.max(axis=0)
    log_p = scores - logsumexp(scores, dim=0)
    hot = self.one_hot(input, target)
    others = (hot.sum(axis=0) - hot) / max(len(input) - 1, 1)
    q = self.weigh((1 - self.label_smoothing) * hot + self.label_smoothing * others)
    return -(q * log_p).sum(axis=0), np.exp(log_p) * q.sum(axis=0) - q


@misconception(
    "nn.CrossEntropyLoss.evaluate",
    hint="Is your gradient the derivative of the number that you returned, if the labels are smoothed?",
    fails=(
        "CrossEntropyLoss/test_gradient_with_all_options",
        "CrossEntropyLoss/test_gradients_with_options",
        "CrossEntropyLoss/test_gradients_with_options_together",
    ),
    source="folklore",
)
def slope_forgets_the_smoothing(self, input, target):
    """The slope is p minus the one-hot target, also where the labels are smoothed."""
    scores = input - input.max(axis=0)
    log_p = scores - logsumexp(scores, dim=0)
    q = self.weigh(self.one_hot(input, target))
    return super().evaluate(log_p, target)[0], np.exp(log_p) * q.sum(axis=0) - q


@misconception(
    "nn.CrossEntropyLoss.evaluate",
    hint="In the equation of the value, which index does the weight have: that of the target or that of the sum?",
    fails=(
        "CrossEntropyLoss/test_gradient_with_all_options",
        "CrossEntropyLoss/test_gradients_with_options_together",
        "CrossEntropyLoss/test_values_with_options_together",
    ),
    source="folklore; linkedin/Liger-Kernel PR #420 discusses it",
)
def weight_of_the_target_scales_all_classes(self, input, target):
    """With class weights, the whole smoothed value is scaled by the weight of the target."""
    scores = input - input.max(axis=0)
    log_p = scores - logsumexp(scores, dim=0)
    hot = self.one_hot(input, target)
    soft = hot + self.label_smoothing * (hot.mean(axis=0) - hot)
    q = self.weigh(hot).sum(axis=0) * soft
    return -(q * log_p).sum(axis=0), np.exp(log_p) * q.sum(axis=0) - q


@misconception(
    "nn.CrossEntropyLoss.evaluate",
    hint="What is left of q for a target that is ignored, if you spread the doubt before you look at what is ignored?",
    fails=(
        "CrossEntropyLoss/test_gradients_with_options_together",
        "CrossEntropyLoss/test_used_again",
        "CrossEntropyLoss/test_values_with_options_together",
    ),
    source="pytorch/pytorch issue #73205; k-tahiro/bert-summarizer PR #41",
)
def doubt_is_spread_over_ignored_targets_too(self, input, target):
    """Every position has its label_smoothing / C for each class, whatever its target."""
    scores = input - input.max(axis=0)
    log_p = scores - logsumexp(scores, dim=0)
    hot = self.one_hot(input, target)
    q = self.weigh((1 - self.label_smoothing) * hot + self.label_smoothing / len(input))
    return -(q * log_p).sum(axis=0), np.exp(log_p) * q.sum(axis=0) - q


@misconception(
    "nn.CrossEntropyLoss",
    hint="Which number does the handout divide a smoothed mean by, and does it name the target or all classes?",
    fails=(
        "CrossEntropyLoss/test_gradient_with_all_options",
        "CrossEntropyLoss/test_gradients_with_options_together",
        "CrossEntropyLoss/test_values_with_options_together",
    ),
    source="folklore",
)
class mean_divides_by_smoothed_weights(NLLLoss):
    """With class weights and smoothed labels, a mean divides by the sum of all weight[c] q[c]."""

    def count(self, input, target):
        hot = self.one_hot(input, target)
        return float(self.weigh(hot + self.label_smoothing * (hot.mean(axis=0) - hot)).sum())


@misconception(
    "nn.CrossEntropyLoss.evaluate",
    hint="For a label_smoothing of 0, how much does the target keep, and how much in your formula?",
    fails=("CrossEntropyLoss/test_values_with_options", "CrossEntropyLoss/test_gradients_with_options"),
    source="folklore (`smoothing * one_hot + (1 - smoothing) / C`)",
)
def smoothing_is_what_the_target_keeps(self, input, target):
    """The argument label_smoothing is what the target keeps; the rest of 1 is spread over all classes."""
    scores = input - input.max(axis=0)
    log_p = scores - logsumexp(scores, dim=0)
    hot = self.one_hot(input, target)
    kept = self.label_smoothing or 1.0
    q = self.weigh(kept * hot + (1 - kept) * hot.mean(axis=0))
    return -(q * log_p).sum(axis=0), np.exp(log_p) * q.sum(axis=0) - q


@misconception(
    "nn.CrossEntropyLoss.__init__",
    hint="Which end of [0, 1] belongs to it, and which does your condition allow?",
    fails=("CrossEntropyLoss/test_gradients_with_options", "CrossEntropyLoss/test_values_with_options"),
    source="written by readers of the handout",
)
def smoothing_is_below_one(self, weight=None, ignore_index=-100, label_smoothing=0.0, *, reduction="mean"):
    """A label_smoothing of 1 is refused, as nothing of the target would be left."""
    super().__init__(weight, ignore_index, reduction=reduction)
    if not 0 <= label_smoothing < 1:
        raise ValueError(f"label_smoothing must be at least 0 and below 1, got {label_smoothing}")
    self.label_smoothing = label_smoothing
