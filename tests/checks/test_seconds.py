"""Checks that train: a time limit of their own."""

import pytest

from grader.assignment import AssignmentError
from grader.commands.running import Progress, training

CHECK = """
@seconds({seconds})
@weight(1)
def test_training(student):
    "It learns."

@weight(1)
def test_other(student):
    "It is quick."
"""


def test_a_check_that_trains_is_opened_with_its_own_limit_and_announced(run):
    from contextlib import nullcontext

    opened, begun = [], []

    def open_one(assignment, *own):
        opened.append(own)
        return nullcontext()

    ran = run(CHECK.format(seconds=30), points=2, open=open_one, on_begin=lambda check: begun.append(check.id))

    assert opened == [(30,), ()]
    assert [id.rpartition("/")[2] for id in begun] == ["test_training"]
    assert [result.check.time_limit for result in ran.results] == [30, None]


@pytest.mark.parametrize("limit", ["0", "-1", "'long'", "True", "float('inf')"])
def test_a_limit_that_is_no_positive_number_is_refused(run, limit):
    with pytest.raises(AssignmentError, match="its @seconds should be a positive number"):
        run(CHECK.format(seconds=limit), points=2)


def test_limits_that_leave_too_little_of_the_total_are_refused(run):
    said = "have 30.5 s, but those with @seconds need 30 s, and the 1 others 1 s each; raise it to 31 or more"
    with pytest.raises(AssignmentError, match=said):
        run(CHECK.format(seconds=30), points=2, total_seconds=30.5)
    run(CHECK.format(seconds=30), points=2, total_seconds=31.0)


def test_the_line_of_progress_counts_the_seconds_of_a_check_that_trains(run):
    ran = run(CHECK.format(seconds=30), points=2)
    result = ran["test_training"]
    said = []
    progress = Progress(said.append)
    progress.begin(result.check)
    while not said:
        pass
    progress(result)

    assert said[0] == training(result.check, 0.0) == "01 Tiny: training, 0 s of 30 s"
    assert said[-1] == "01 Tiny, checks done: 1"
    assert training(result.check, 12.3) == "01 Tiny: training, 12 s of 30 s"
