"""Limits and the best of several submissions, from the times in the data alone."""

from datetime import UTC, datetime, timedelta

import pytest

from grader.policy import Attempt, Submissions, best, refusal, standing

NOW = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def attempts(*hours_ago: float) -> list[Attempt]:
    return [Attempt(NOW - hours * HOUR, 1.0) for hours in hours_ago]


def test_without_limits_everything_is_graded():
    assert refusal(attempts(*range(1, 100)), NOW, Submissions()) is None


@pytest.mark.parametrize(
    ("hours_ago", "graded"), [((), True), ((1,), True), ((1, 2), False), ((1, 23.9), False), ((1, 24), True)]
)
def test_two_in_24_hours(hours_ago, graded):
    assert (refusal(attempts(*hours_ago), NOW, Submissions(per_day=2)) is None) is graded


def test_it_is_said_from_when_on_the_next_one_is_graded():
    said = refusal(attempts(1, 3, 5), NOW, Submissions(per_day=2))

    assert said == (
        "This submission was not graded: 2 submissions may be graded in 24 hours, and they are used up."
        " The next one can be from 2026-03-07 09:00:00 (UTC+0000) on."
    )
    assert refusal(attempts(1, 3, 5), NOW + 21 * HOUR, Submissions(per_day=2)) is None
    assert refusal(attempts(1, 3, 5), NOW + 20.9 * HOUR, Submissions(per_day=2)) is not None


def test_all_in_all():
    assert refusal(attempts(100, 200), NOW, Submissions(total=3)) is None
    assert "1 submission in all" in refusal(attempts(100, 200), NOW, Submissions(total=1))


def test_what_was_not_graded_does_not_count():
    refused = [Attempt(NOW - HOUR, 1.0, graded=False)]

    assert refusal(refused, NOW, Submissions(per_day=1, total=1)) is None


def test_what_came_later_does_not_count_when_an_old_submission_is_graded_again():
    assert refusal(attempts(-1, -2), NOW, Submissions(per_day=1, total=1)) is None


def test_of_equal_scores_the_first_counts():
    earlier = [Attempt(NOW - 3 * HOUR, 2.0), Attempt(NOW - 2 * HOUR, 5.0), Attempt(NOW - HOUR, 5.0)]

    assert best(earlier) is earlier[1]
    assert best([]) is None


# As long as a submission is not graded


def made(*earlier: tuple[float, bool]) -> list[Attempt]:
    """Submissions an hour apart: their scores, and whether they were graded."""
    return [Attempt(NOW + n * HOUR, score, graded) for n, (score, graded) in enumerate(earlier)]


@pytest.mark.parametrize(
    ("earlier", "latest", "best"),
    [
        ([(50, True)], 50, 50),
        ([(50, True), (30, True)], 30, 50),
        ([(50, True), (30, True), (0, False)], 30, 50),  # a failure that says nothing
        ([(30, True), (45, False)], 45, 45),  # more was found before the grader failed
        ([(50, True), (30, True), (45, False), (30, False)], 45, 50),
        ([(0, False), (7, False)], 7, 7),
    ],
)
def test_until_a_submission_is_graded_the_one_that_counted_before_it_stands(earlier, latest, best):
    attempts = made(*earlier)

    for listed in (attempts, attempts[::-1]):
        assert standing(listed, Submissions()).score == latest
        assert standing(listed, Submissions(keep="best")).score == best


def test_without_an_earlier_submission_none_stands():
    assert standing([], Submissions()) is standing([], Submissions(keep="best")) is None
