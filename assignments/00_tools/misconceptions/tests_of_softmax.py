"""Tests of softmax that are worth less than they look, and drafts that are wrong."""

import numpy as np

from grader.assignment import misconception
from reference.tests_written.test_softmax import _SHARES, _same


@misconception(
    "tests_written.test_softmax.test_by_hand",
    hint="Which wrong implementation makes your test fail?",
    fails=("SoftmaxTests/test_they_tell_right_from_wrong",),
)
def to_run_is_to_test(implementation):
    """If it runs, it is tested."""
    implementation(np.log(_SHARES))
    implementation(np.log(_SHARES), 0)


@misconception(
    "tests_written.test_softmax.test_by_hand",
    hint="What else adds up to 1?",
    fails=("SoftmaxTests/test_they_tell_right_from_wrong",),
)
def shares_add_up(implementation):
    """Shares that add up to 1 are right."""
    assert np.allclose(implementation(np.log(_SHARES)).sum(axis=-1), 1.0)
    assert np.allclose(implementation(np.log(_SHARES), 0).sum(axis=0), 1.0)


@misconception(
    "tests_written.test_softmax.test_by_hand",
    hint="What does your test know of dim=0?",
    fails=("SoftmaxTests/test_they_tell_right_from_wrong",),
)
def rows_alone(implementation):
    """Every dimension is like the last one."""
    assert _same(implementation(np.log(_SHARES)), _SHARES / 8)


@misconception(
    "tests_written.test_softmax.test_by_hand",
    hint="What is 0.1 + 0.2?",
    fails=("SoftmaxTests/test_on_your_draft", "SoftmaxTests/test_they_tell_right_from_wrong"),
)
def exactly_equal(implementation):
    """Right answers are equal to the last digit."""
    assert np.array_equal(implementation(np.log(_SHARES)), _SHARES / 8)
    assert np.array_equal(implementation(np.log(_SHARES), 0), _SHARES / np.array([4.0, 5.0, 7.0]))


@misconception(
    "tests_written.test_softmax.test_property",
    hint="How large may the numbers of x be?",
    fails=("SoftmaxTests/test_they_tell_right_from_wrong",),
)
def usual_numbers(implementation):
    """Usual numbers are enough for a test."""
    assert _same(implementation(np.log(_SHARES) + 1.0, dim=1), _SHARES / 8)


@misconception(
    "tests_written.test_softmax.test_edge",
    hint="Which exception ends your test if no error is raised, and who catches it?",
    fails=("SoftmaxTests/test_they_tell_right_from_wrong",),
)
def catches_its_own_failure(implementation):
    """To catch every exception is the safe way."""
    assert implementation(np.ones(3, np.float32)).dtype == np.float32
    try:
        implementation(_SHARES, 2)
        raise AssertionError
    except Exception:
        pass


@misconception(
    "tests_written.test_softmax.test_edge",
    hint="Which error is promised?",
    fails=("SoftmaxTests/test_on_your_draft", "SoftmaxTests/test_they_tell_right_from_wrong"),
)
def another_error(implementation):
    """A wrong argument is a ValueError."""
    assert implementation(np.ones(3, np.float32)).dtype == np.float32
    try:
        implementation(_SHARES, 2)
    except ValueError:
        return
    raise AssertionError


@misconception(
    "tests_written.drafts.softmax",
    hint="What is exp(1e4)?",
    fails=("SoftmaxTests/test_on_your_draft",),
)
def exp_of_any_number(x, dim=-1):
    """exp can be taken of any number."""
    if not -x.ndim <= dim < x.ndim:
        raise IndexError(dim)
    with np.errstate(all="ignore"):
        powers = np.exp(x)
        return powers / np.sum(powers, axis=dim, keepdims=True)


@misconception(
    "tests_written.drafts.softmax",
    hint="What should dim=0 do?",
    fails=("SoftmaxTests/test_on_your_draft",),
)
def the_last_dimension(x, dim=-1):
    """Softmax runs along the last dimension."""
    if not -x.ndim <= dim < x.ndim:
        raise IndexError(dim)
    powers = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return powers / np.sum(powers, axis=-1, keepdims=True)
