"""Tests of the mean squared error that are worth less than they look, and drafts that are wrong."""

import numpy as np

from grader.assignment import misconception
from reference.tests_written.test_mean_squared_error import _PREDICTION, _TARGET


@misconception(
    "tests_written.test_mean_squared_error.test_by_hand",
    hint="Which reductions are there?",
    fails=("MeanSquaredErrorTests/test_they_tell_right_from_wrong",),
)
def the_mean_alone(implementation):
    """The usual case is the one to be tested."""
    assert abs(implementation(_PREDICTION, _TARGET) - 5.0) < 1e-9


@misconception(
    "tests_written.test_mean_squared_error.test_by_hand",
    hint="By how much do right implementations differ?",
    fails=("MeanSquaredErrorTests/test_they_tell_right_from_wrong",),
)
def nearly(implementation):
    """A test has to be generous."""
    assert abs(implementation(_PREDICTION, _TARGET) - 5.0) < 3.0
    assert abs(implementation(_PREDICTION, _TARGET, reduction="sum") - 30.0) < 3.0
    assert implementation(_PREDICTION, _TARGET, reduction="none").shape == (2, 3)


@misconception(
    "tests_written.test_mean_squared_error.test_by_hand",
    hint="What else is 0 where all is right?",
    fails=("MeanSquaredErrorTests/test_they_tell_right_from_wrong",),
)
def not_negative(implementation):
    """An error that is not negative, and 0 where all is right, is tested."""
    assert implementation(_TARGET, _TARGET) == 0.0
    assert implementation(_PREDICTION, _TARGET) > 0.0


@misconception(
    "tests_written.test_mean_squared_error.test_property",
    hint="Is np.float64(1.0) a float?",
    fails=("MeanSquaredErrorTests/test_they_tell_right_from_wrong",),
)
def exactly_this_type(implementation):
    """A float is of the type float."""
    single = implementation(_PREDICTION.astype(np.float32), _TARGET.astype(np.float32), reduction="none")
    assert single.dtype == np.float32
    assert type(implementation(_PREDICTION[0], _TARGET[0], reduction="sum")) is float


@misconception(
    "tests_written.test_mean_squared_error.test_edge",
    hint="Which exception ends your test if no error is raised, and who catches it?",
    fails=("MeanSquaredErrorTests/test_they_tell_right_from_wrong",),
)
def catches_its_own_failure(implementation):
    """To catch every exception is the safe way."""
    try:
        implementation(_PREDICTION, _TARGET[:1])
        raise AssertionError
    except Exception:
        pass


@misconception(
    "tests_written.test_mean_squared_error.test_edge",
    hint="What else is a ValueError?",
    fails=("MeanSquaredErrorTests/test_they_tell_right_from_wrong",),
)
def shapes_alone(implementation):
    """What is refused are shapes."""
    try:
        implementation(_PREDICTION, _TARGET[:1])
    except ValueError:
        return
    raise AssertionError


@misconception(
    "tests_written.drafts.mean_squared_error",
    hint="What is the error of 1 for 2?",
    fails=("MeanSquaredErrorTests/test_on_your_draft",),
)
def half_of_it(prediction, target, reduction="mean"):
    """A half belongs to it, so that the derivative has no factor."""
    if prediction.shape != target.shape:
        raise ValueError(reduction)
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(reduction)
    errors = (prediction - target) ** 2 / 2
    return errors if reduction == "none" else float(getattr(np, reduction)(errors))


@misconception(
    "tests_written.drafts.mean_squared_error",
    hint="How many elements are there?",
    fails=("MeanSquaredErrorTests/test_on_your_draft",),
)
def mean_of_the_rows(prediction, target, reduction="mean"):
    """The mean divides by the number of rows."""
    if prediction.shape != target.shape:
        raise ValueError(reduction)
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(reduction)
    errors = (prediction - target) ** 2
    return errors if reduction == "none" else float(np.sum(errors)) / (len(errors) if reduction == "mean" else 1)
