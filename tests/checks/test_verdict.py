"""Whose failure it is, and what may be said about it where the check is hidden."""

import numpy as np
import pytest

from grader.checks.follow_through import FollowThrough
from grader.checks.verdict import PASSED, Verdict, internal, is_number, judge, partial
from grader.compare import Mismatch
from grader.gradcheck import GradientError, RoughForward
from grader.isolation.outside.faults import OutOfTime, SandboxError, StudentError
from grader.result import Outcome

SECRET = "42.5"


@pytest.mark.parametrize(
    ("error", "outcome", "share"),
    [
        (Mismatch("The values are not the expected ones.", f"y is {SECRET}"), Outcome.FAILED, 0.0),
        (FollowThrough(Mismatch("The values differ.", f"y is {SECRET}"), is_near=True), Outcome.FAILED, 0.5),
        (FollowThrough(Mismatch("The values differ.", f"y is {SECRET}"), is_near=False), Outcome.FAILED, 0.0),
        (RoughForward("The forward pass jumps.", f"by {SECRET}"), Outcome.FAILED, 0.0),
        (GradientError("x", (0,), 42.5, 1.0, "1 of 1 elements of x differ"), Outcome.FAILED, 0.0),
        (AssertionError(f"assert {SECRET} == 1"), Outcome.FAILED, 0.0),
        (pytest.fail.Exception(SECRET), Outcome.FAILED, 0.0),
        (StudentError(["builtins.ValueError"], SECRET, []), Outcome.ERROR, 0.0),
        (OutOfTime(42.5), Outcome.TIMEOUT, 0.0),
        (NotImplementedError(SECRET), Outcome.ERROR, 0.0),
        (TypeError(SECRET), Outcome.ERROR, 0.0),
        (KeyError(SECRET), Outcome.ERROR, 0.0),
        (SandboxError(SECRET), Outcome.INTERNAL, 0.0),
        (pytest.skip.Exception(SECRET), Outcome.NOT_RUN, 0.0),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_exception_becomes_an_outcome_whose_kind_tells_no_values(error, outcome, share):
    found = judge(error)

    assert (found.outcome, found.share) == (outcome, share)
    assert SECRET in found.message
    assert found.kind.endswith((".", "?"))
    assert SECRET not in found.kind


RAISED = StudentError(["builtins.AttributeError"], "no 'wieght'", [])
UNWRITTEN = StudentError(["builtins.NotImplementedError"], "nn.Linear", [])


@pytest.mark.parametrize("error", [TypeError("x"), IndexError("x"), RecursionError("x"), MemoryError(), RAISED])
def test_an_exception_is_doubtful_as_the_check_may_be_mistaken(error):
    assert judge(error).doubtful


@pytest.mark.parametrize("error", [Mismatch("a.", "b"), AssertionError(), SandboxError("x"), OutOfTime(1), UNWRITTEN])
def test_what_is_known_is_not(error):
    assert not judge(error).doubtful


def test_none_that_a_check_cannot_work_with_lacks_a_return_perhaps():
    found = judge(TypeError("'NoneType' object is not subscriptable"))

    assert found.kind == "Your code gave None where the check needs a value: is a `return` missing?"
    assert found.message.endswith("'NoneType' object is not subscriptable (is a `return` missing?)")


def test_an_assertion_without_words_says_at_least_its_kind():
    assert judge(AssertionError()).message == "The answer is not the expected one."


def test_an_internal_fault_keeps_the_whole_traceback_for_the_staff():
    try:
        raise ZeroDivisionError("division by zero")
    except ZeroDivisionError as error:
        found = internal(error)

    assert (found.outcome, found.share, found.message) == (Outcome.INTERNAL, 0.0, "ZeroDivisionError: division by zero")
    assert "Traceback" in found.detail
    assert "test_verdict.py" in found.detail


FAILED = Verdict(Outcome.FAILED, kind="Wrong.", message="y is 1")


@pytest.mark.parametrize(
    ("found", "score", "outcome", "share"),
    [
        (PASSED, 4, Outcome.PASSED, 1.0),
        (PASSED, 1, Outcome.FAILED, 0.25),
        (FAILED, 1, Outcome.FAILED, 0.25),
        (FAILED, None, Outcome.FAILED, 0.0),
        (FAILED, 40, Outcome.FAILED, 1.0),
    ],
)
def test_partial_credit_is_the_last_score_whatever_came_after(found, score, outcome, share):
    result = partial(found, score, 4)

    assert (result.outcome, result.share) == (outcome, share)
    assert found is PASSED or (result.kind, result.message) == ("Wrong.", "y is 1")


@pytest.mark.parametrize("score", [None, float("nan"), float("inf"), "4", True])
def test_whose_fault_a_score_is_that_is_no_number_is_left_open(score):
    found = partial(PASSED, score, 4)

    assert (found.outcome, found.share, found.doubtful) == (Outcome.ERROR, 0.0, True)


@pytest.mark.parametrize("value", [0, -1, 2.5, np.float32(1), np.int8(1), np.float64(1)], ids=repr)
def test_a_number_is_a_number(value):
    assert is_number(value)


@pytest.mark.parametrize(
    "value", [True, np.True_, None, "1", 1j, np.array(1.0), float("nan"), np.float32("inf")], ids=repr
)
def test_everything_else_is_none(value):
    assert not is_number(value)
