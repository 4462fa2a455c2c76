"""Lateness depends on the times in the data alone, and every doubt is decided for the student."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.policy import Late, Member, lateness, share_taken
from grader.policy.timing import in_words

DUE = datetime(2026, 3, 6, 23, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def late_by(submitted: datetime | None, *dues: datetime | None, **extensions: float) -> timedelta:
    members = [Member(f"{letter}@x.edu", due) for letter, due in zip("abc", dues, strict=False)]
    return lateness(submitted, members, {f"{letter}@x.edu": hours for letter, hours in extensions.items()})


def test_before_and_at_the_due_date_nobody_is_late():
    assert late_by(DUE - HOUR, DUE) == late_by(DUE, DUE) == timedelta(0)


def test_after_it_every_microsecond_counts():
    assert late_by(DUE + timedelta(microseconds=1), DUE) == timedelta(microseconds=1)


def test_two_ways_to_write_the_same_moment_are_the_same():
    elsewhere = datetime(2026, 3, 6, 15, 0, tzinfo=ZoneInfo("America/Los_Angeles"))

    assert late_by(DUE, elsewhere) == late_by(elsewhere, DUE) == timedelta(0)


def test_the_night_in_which_summer_time_begins_has_no_missing_hour():
    """2026-03-08 02:00 does not exist in Los Angeles: from 01:30 (UTC-8) to 03:30 (UTC-7) it is one hour."""
    due = datetime.fromisoformat("2026-03-08T01:30:00-08:00")
    submitted = datetime.fromisoformat("2026-03-08T03:30:00-07:00")

    assert late_by(submitted, due) == HOUR


def test_the_night_in_which_summer_time_ends_has_an_hour_twice():
    due = datetime.fromisoformat("2026-11-01T01:30:00-07:00")
    submitted = datetime.fromisoformat("2026-11-01T01:30:00-08:00")

    assert late_by(submitted, due) == HOUR


@pytest.mark.parametrize("dues", [(None,), (DUE, None), ()])
def test_without_a_due_date_nobody_is_late(dues):
    assert late_by(DUE + DAY, *dues) == timedelta(0)


def test_without_a_time_of_submission_nobody_is_late():
    assert late_by(None, DUE) == timedelta(0)


def test_a_group_has_the_latest_due_date_of_its_members():
    assert late_by(DUE + 2 * DAY, DUE, DUE + DAY) == DAY


def test_an_extension_counts_from_the_due_date_of_the_person_who_has_it():
    assert late_by(DUE + 3 * DAY, DUE, a=48) == DAY
    assert late_by(DUE + 3 * DAY, DUE, DUE + DAY, a=12) == 2 * DAY


def test_an_address_is_the_same_in_any_case():
    assert lateness(DUE + HOUR, [Member("Ada@X.edu", DUE)], {"ada@x.edu": 1}) == timedelta(0)


# What lateness takes off

TEN_A_DAY = Late(penalty=0.1, per="day")


@pytest.mark.parametrize(
    ("by", "taken"),
    [(timedelta(0), 0), (timedelta(seconds=1), 0.1), (DAY, 0.1), (DAY + timedelta(seconds=1), 0.2), (30 * DAY, 1.0)],
)
def test_in_steps_a_day_that_has_begun_is_a_whole_one(by, taken):
    assert share_taken(TEN_A_DAY, by) == pytest.approx(taken, abs=1e-12)  # a few roundings


def test_linearly_a_part_of_a_day_is_a_part():
    assert share_taken(Late(penalty=0.24, form="linear"), 2 * HOUR) == pytest.approx(0.02, abs=1e-12)


def test_an_hour_is_an_hour():
    assert share_taken(Late(penalty=0.05, per="hour"), 90 * timedelta(minutes=1)) == pytest.approx(0.1, abs=1e-12)


def test_no_more_than_the_most_is_taken():
    assert share_taken(Late(penalty=0.1, most=0.3), 9 * DAY) == 0.3


@pytest.mark.parametrize("form", ["steps", "linear"])
def test_a_grace_period_forgives_what_is_in_it_and_does_not_move_the_due_date(form):
    late = Late(penalty=0.1, per="hour", grace_minutes=60, form=form)

    assert share_taken(late, HOUR) == 0
    assert share_taken(late, 2 * HOUR) == pytest.approx(0.2, abs=1e-12)


@given(
    st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=4000)),
    st.builds(
        Late,
        grace_minutes=st.floats(0, 1e5),
        penalty=st.floats(0, 1),
        per=st.sampled_from(["hour", "day"]),
        form=st.sampled_from(["steps", "linear"]),
        most=st.floats(0, 1),
    ),
)
def test_what_is_taken_is_a_share_and_never_shrinks_with_lateness(by, late):
    assert 0 <= share_taken(late, by) <= share_taken(late, by + HOUR) <= late.most


@pytest.mark.parametrize(
    ("by", "words"),
    [
        (timedelta(seconds=1), "1 min"),
        (timedelta(minutes=60), "1 h"),
        (timedelta(days=2, hours=3, minutes=4, seconds=5), "2 d 3 h 5 min"),
        (timedelta(0), "0 min"),
    ],
)
def test_lateness_is_said_as_people_say_it(by, words):
    assert in_words(by) == words
