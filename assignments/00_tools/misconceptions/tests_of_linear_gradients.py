"""Tests of a linear layer's gradients that are worth less than they look, and drafts that are wrong."""

import numpy as np

from grader.assignment import misconception
from reference.tests_written.test_linear_gradients import _WEIGHT, _same


@misconception(
    "tests_written.test_linear_gradients.test_by_hand",
    hint="How many arrays have the shape of the weight?",
    fails=("LinearGradientsTests/test_they_tell_right_from_wrong",),
)
def shapes_say_it_all(implementation):
    """Gradients of the right shapes are right."""
    gradients = implementation(np.ones((2, 3)), _WEIGHT, np.ones((2, 2)))
    assert [gradient.shape for gradient in gradients] == [(2, 3), (2, 3), (2,)]


@misconception(
    "tests_written.test_linear_gradients.test_property",
    hint="Which shapes of x are promised?",
    fails=("LinearGradientsTests/test_they_tell_right_from_wrong",),
)
def a_matrix_of_rows(implementation):
    """x is a matrix of rows."""
    rng = np.random.default_rng(0)
    x, dy = rng.normal(size=(4, 3)), rng.normal(size=(4, 2))
    whole, rows = (
        implementation(x, _WEIGHT, dy),
        [implementation(x[i : i + 1], _WEIGHT, dy[i : i + 1]) for i in range(4)],
    )
    assert _same(whole[1], sum(dw for _dx, dw, _db in rows))
    assert _same(whole[2], sum(db for _dx, _dw, db in rows))


@misconception(
    "tests_written.test_linear_gradients.test_property",
    hint="What is 0.1 + 0.2?",
    fails=("LinearGradientsTests/test_they_tell_right_from_wrong",),
)
def exactly_equal(implementation):
    """Right answers are equal to the last digit."""
    rng = np.random.default_rng(0)
    x, dy = rng.normal(size=(40, 3)), rng.normal(size=(40, 2))
    assert np.array_equal(implementation(x, _WEIGHT, dy)[1], dy.T @ x)


@misconception(
    "tests_written.test_linear_gradients.test_edge",
    hint="Which exception ends your test if no error is raised, and who catches it?",
    fails=("LinearGradientsTests/test_they_tell_right_from_wrong",),
)
def catches_its_own_failure(implementation):
    """To catch every exception is the safe way."""
    try:
        implementation(np.ones((4, 3)), _WEIGHT, np.ones((1, 2)))
        raise AssertionError
    except Exception:
        pass


@misconception(
    "tests_written.drafts.linear_gradients",
    hint="Does b act on the mean of the rows, or on every row?",
    fails=("LinearGradientsTests/test_on_your_draft",),
)
def a_mean_of_the_rows(x, weight, dy):
    """The gradients of the parameters are means over the rows."""
    if x.shape[-1:] != weight.shape[1:] or dy.shape != (*x.shape[:-1], weight.shape[0]):
        raise ValueError(x.shape)
    rows, upstream = x.reshape(-1, x.shape[-1]), dy.reshape(-1, dy.shape[-1])
    return dy @ weight, upstream.T @ rows / len(rows), upstream.mean(axis=0)
