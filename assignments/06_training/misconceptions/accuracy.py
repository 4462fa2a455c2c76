"""What people believe about accuracy."""

import math

import numpy as np

from grader.assignment import misconception
from reference.nn.module import check_shape


@misconception(
    "training.accuracy",
    hint="Is a share a number from 0 to 1, or a count?",
    fails=("Accuracy/test_share", "Digits/test_learns_one_batch_by_heart"),
    source="folklore",
)
def number_of_right_ones(logits, target):
    """Accuracy is the number of right predictions."""
    check_shape("target of accuracy", target.shape, (*logits.shape[:1], *logits.shape[2:]))
    if target.dtype.kind not in "iu":
        raise ValueError("target of accuracy should be of integers")
    return float((logits.argmax(axis=1) == target).sum()) if target.size else math.nan


@misconception(
    "training.accuracy",
    hint="Is a share a number from 0 to 1, or from 0 to 100?",
    fails=("Accuracy/test_share", "Digits/test_learns_one_batch_by_heart"),
    source="folklore",
)
def per_cent(logits, target):
    """Accuracy is given in per cent."""
    check_shape("target of accuracy", target.shape, (*logits.shape[:1], *logits.shape[2:]))
    if target.dtype.kind not in "iu":
        raise ValueError("target of accuracy should be of integers")
    return 100 * float((logits.argmax(axis=1) == target).mean()) if target.size else math.nan


@misconception(
    "training.accuracy",
    hint="What does accuracy say: how many are right, or how many are wrong?",
    fails=("Accuracy/test_share", "Digits/test_learns_one_batch_by_heart"),
    source="folklore",
)
def share_of_wrong_ones(logits, target):
    """This is the share of wrong predictions."""
    check_shape("target of accuracy", target.shape, (*logits.shape[:1], *logits.shape[2:]))
    if target.dtype.kind not in "iu":
        raise ValueError("target of accuracy should be of integers")
    return float((logits.argmax(axis=1) != target).mean()) if target.size else math.nan


@misconception(
    "training.accuracy",
    hint="With logits of shape (N, C, d1), which dimension counts the classes?",
    fails=("Accuracy/test_of_more_dimensions",),
    source="folklore",
)
def classes_are_last(logits, target):
    """The classes are the last dimension."""
    check_shape("target of accuracy", target.shape, (*logits.shape[:1], *logits.shape[2:]))
    if target.dtype.kind not in "iu":
        raise ValueError("target of accuracy should be of integers")
    return float(np.mean(logits.argmax(axis=-1) == target)) if target.size else math.nan


@misconception(
    "training.accuracy",
    hint="Is an image right only if every pixel is?",
    fails=("Accuracy/test_of_more_dimensions", "Accuracy/test_of_nothing"),
    source="folklore",
)
def all_positions_have_to_be_right(logits, target):
    """An example is right if all of its predictions are."""
    check_shape("target of accuracy", target.shape, (*logits.shape[:1], *logits.shape[2:]))
    if target.dtype.kind not in "iu":
        raise ValueError("target of accuracy should be of integers")
    right = (logits.argmax(axis=1) == target).reshape(len(target), -1)
    return float(right.all(axis=1).mean()) if target.size else math.nan


@misconception(
    "training.accuracy",
    hint="By how much do you divide: by the examples, or by the predictions?",
    fails=("Accuracy/test_of_more_dimensions",),
    source="folklore",
)
def divided_by_the_batch(logits, target):
    """The number of right predictions is divided by N."""
    check_shape("target of accuracy", target.shape, (*logits.shape[:1], *logits.shape[2:]))
    if target.dtype.kind not in "iu":
        raise ValueError("target of accuracy should be of integers")
    return float((logits.argmax(axis=1) == target).sum() / len(target)) if target.size else math.nan


@misconception(
    "training.accuracy",
    hint="Are logits probabilities? Can one be above 0.5, or none?",
    fails=("Accuracy/test_any_scale", "Accuracy/test_of_rows", "Accuracy/test_ties"),
    source="folklore",
)
def right_if_above_one_half(logits, target):
    """A prediction is right if the logit of the right class is above 0.5."""
    check_shape("target of accuracy", target.shape, (*logits.shape[:1], *logits.shape[2:]))
    if target.dtype.kind not in "iu":
        raise ValueError("target of accuracy should be of integers")
    of_target = np.take_along_axis(logits, np.expand_dims(target, 1), axis=1)
    return float((of_target > 0.5).mean()) if target.size else math.nan


@misconception(
    "training.accuracy",
    hint="What does argmax give if two numbers are equal, and what does your code?",
    fails=("Accuracy/test_ties",),
    source="folklore",
)
def last_of_several_largest(logits, target):
    """Of several largest logits the last one counts."""
    check_shape("target of accuracy", target.shape, (*logits.shape[:1], *logits.shape[2:]))
    if target.dtype.kind not in "iu":
        raise ValueError("target of accuracy should be of integers")
    last = logits.shape[1] - 1 - np.flip(logits, axis=1).argmax(axis=1)
    return float((last == target).mean()) if target.size else math.nan


@misconception(
    "training.accuracy",
    hint="If all logits are equal, is the prediction right, whatever the target?",
    fails=("Accuracy/test_ties",),
    source="folklore",
)
def a_tie_is_right(logits, target):
    """A prediction is right if no logit is larger than that of the right class."""
    check_shape("target of accuracy", target.shape, (*logits.shape[:1], *logits.shape[2:]))
    if target.dtype.kind not in "iu":
        raise ValueError("target of accuracy should be of integers")
    of_target = np.take_along_axis(logits, np.expand_dims(target, 1), axis=1)
    return float((of_target[:, 0] >= logits.max(axis=1)).mean()) if target.size else math.nan


@misconception(
    "training.accuracy",
    hint="What does == give for arrays of shapes (3,) and (3, 1)?",
    fails=("Accuracy/test_refuses",),
    source="folklore",
)
def target_may_have_any_shape(logits, target):
    """NumPy takes care of the shapes."""
    if target.dtype.kind not in "iu":
        raise ValueError("target of accuracy should be of integers")
    return float(np.mean(logits.argmax(axis=1) == target)) if target.size else math.nan


@misconception(
    "training.accuracy",
    hint="Is 0.9999 the class 1?",
    fails=("Accuracy/test_refuses",),
    source="folklore",
)
def target_may_be_of_floats(logits, target):
    """A target may have any dtype."""
    check_shape("target of accuracy", target.shape, (*logits.shape[:1], *logits.shape[2:]))
    return float((logits.argmax(axis=1) == target).mean()) if target.size else math.nan


@misconception(
    "training.accuracy",
    hint="Which number is the mean of nothing, and what does NumPy say about it?",
    fails=("Accuracy/test_of_nothing",),
    source="folklore",
)
def mean_of_nothing_warns(logits, target):
    """The mean of an empty array is what NumPy says."""
    check_shape("target of accuracy", target.shape, (*logits.shape[:1], *logits.shape[2:]))
    if target.dtype.kind not in "iu":
        raise ValueError("target of accuracy should be of integers")
    return float((logits.argmax(axis=1) == target).mean())


@misconception(
    "training.accuracy",
    hint="Of no predictions, is a share of 0 known?",
    fails=("Accuracy/test_of_nothing",),
    source="folklore",
)
def of_nothing_nothing_is_right(logits, target):
    """Without predictions the accuracy is 0."""
    check_shape("target of accuracy", target.shape, (*logits.shape[:1], *logits.shape[2:]))
    if target.dtype.kind not in "iu":
        raise ValueError("target of accuracy should be of integers")
    return float((logits.argmax(axis=1) == target).mean()) if target.size else 0.0
