"""The time limit of checks on a student's own machine."""

import time
from pathlib import Path

import pytest

from grader.checks.stopwatch import TimeIsUpError, limited

HERE = Path(__file__).parent


def compute():
    while True:
        pass


def test_what_computes_for_too_long_is_interrupted_and_its_place_named():
    with (
        pytest.raises(
            TimeIsUpError, match=r"still computing after 0.2 seconds, at checks/test_stopwatch.py:\d+, in compute"
        ),
        limited(0.2, HERE),
    ):
        compute()


def test_code_that_is_not_the_students_has_no_place():
    with pytest.raises(TimeIsUpError, match=r"^it was still computing after 0.2 seconds$"), limited(0.2, HERE / "none"):
        compute()


def test_waiting_does_not_count():
    with limited(0.2, HERE):
        time.sleep(0.6)


def test_an_interruption_by_a_person_stays_one():
    with pytest.raises(KeyboardInterrupt), limited(5, HERE):
        raise KeyboardInterrupt


def test_what_ends_in_time_may_raise_whatever_it_likes():
    with pytest.raises(ZeroDivisionError), limited(5, HERE):
        print(1 / 0)
