"""What people believe about computing CrossEntropyLoss for scores of any size."""

import numpy as np

from grader.assignment import misconception
from reference.nn.activation import logsumexp


@misconception(
    "nn.CrossEntropyLoss.evaluate",
    hint="Do two examples of one batch have to know of each other, and what if one has scores near 1e4 and the other"
    " near -1e4?",
    fails=("CrossEntropyLoss/test_large_scores",),
    source="manassharma07/crysx_nn issue #7",
)
def maximum_of_the_whole_batch_is_subtracted(self, input, target):
    """To avoid overflow it is enough to subtract the largest score of the batch."""
    scores = input - input.max(initial=-1e9)
    log_p = scores - np.log(np.exp(scores).sum(axis=0))
    values, slopes = super().evaluate(log_p, target)
    return values, slopes - np.exp(log_p) * slopes.sum(axis=0)


@misconception(
    "nn.CrossEntropyLoss.evaluate",
    hint="Softmax does not change when the same number is added to all scores: which number would help you?",
    fails=("CrossEntropyLoss/test_large_scores",),
    source="github.com/puru-samal/myTorch; ARENA_3.0 PR #367",
)
def scores_are_exponentiated_as_they_are(self, input, target):
    """The softmax may be computed as it is written, exp(z) over the sum of exp(z)."""
    p = np.exp(input) / np.exp(input).sum(axis=0)
    with np.errstate(divide="ignore"):
        values, slopes = super().evaluate(np.log(p), target)
    return values, slopes - p * slopes.sum(axis=0)


@misconception(
    "nn.CrossEntropyLoss.evaluate",
    hint="log and exp undo each other: which of your two steps loses a score that is 800 below the maximum?",
    fails=(
        "CrossEntropyLoss/test_gradient_with_all_options",
        "CrossEntropyLoss/test_large_scores",
        "CrossEntropyLoss/test_worked_example",
    ),
    source="github.com/geohot/tinygrad a361ef6861; folklore (`np.log(p + 1e-9)`)",
)
def logarithm_of_a_softmax_with_epsilon(self, input, target):
    """The value is -log(p + 1e-9), where the small number only keeps the logarithm finite."""
    p = np.exp(input - input.max(axis=0))
    p = p / p.sum(axis=0)
    values, slopes = super().evaluate(np.log(p + 1e-9), target)
    return values, slopes - p * slopes.sum(axis=0)


@misconception(
    "nn.CrossEntropyLoss.evaluate",
    hint="The scores are (10000, 10000) in float32: is your loss 0.6931 or 0.6934?",
    fails=("CrossEntropyLoss/test_large_scores",),
    source="pytorch/pytorch issue #11752",
)
def logsumexp_is_subtracted_from_large_scores(self, input, target):
    """As logsumexp does not overflow, scores minus their logsumexp are exact."""
    log_p = input - logsumexp(input, dim=0)
    values, slopes = super().evaluate(log_p, target)
    return values, slopes - np.exp(log_p) * slopes.sum(axis=0)
