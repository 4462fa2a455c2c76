"""submission_metadata.json is read as far as it can be, whatever stands in it."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.gradescope.metadata import MAX_SIZE, Metadata, moment, read_metadata, understand
from tests.gradescope.material import DUE, earlier, metadata, user

HOUR = timedelta(hours=1)


def test_a_whole_file_is_understood():
    found = understand(metadata(previous_submissions=[earlier(3 * HOUR, 4.5), earlier(2 * HOUR, 5.0, {"score": 5.0})]))

    assert found.created_at == DUE - HOUR
    assert [(m.email, m.due) for m in found.members] == [("ada@example.edu", DUE)]
    assert [(a.time, a.score, a.graded) for a in found.attempts] == [
        (DUE - 3 * HOUR, 4.5, True),
        (DUE - 2 * HOUR, 5.0, True),
    ]
    assert found.previous == {"score": 5.0}
    assert found.problems == ()


def test_a_personal_due_date_goes_before_that_of_the_assignment():
    found = understand(metadata(users=[user("ada@x.edu", DUE + 48 * HOUR), user("bob@x.edu", None)]))

    assert [m.due for m in found.members] == [DUE + 48 * HOUR, DUE]


def test_without_users_there_is_one_person_without_a_name():
    assert [(m.email, m.due) for m in understand(metadata(users=[])).members] == [("", DUE)]


def test_what_failed_by_no_fault_of_the_student_does_not_count():
    interrupted = {"extra_data": {"finished": False}}
    found = understand(
        metadata(previous_submissions=[earlier(3 * HOUR, 0, autograder_error=True), earlier(2 * HOUR, 0, interrupted)])
    )

    assert [a.graded for a in found.attempts] == [False, False]


def test_what_was_refused_does_not_count_even_if_its_time_is_written_otherwise():
    results = {
        "extra_data": {"refused": [(DUE - 3 * HOUR).astimezone(UTC).isoformat(timespec="milliseconds"), "never", 3]}
    }
    found = understand(metadata(previous_submissions=[earlier(3 * HOUR, 5), earlier(2 * HOUR, 5, results)]))

    assert [a.graded for a in found.attempts] == [False, True]


@pytest.mark.parametrize("score", [None, "x", float("nan"), float("inf"), [], 10**400])
def test_a_score_that_is_none_is_zero(score):
    [attempt] = understand(metadata(previous_submissions=[earlier(HOUR, score)])).attempts

    assert attempt.score == 0


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-03-06T23:00:00.123456-08:00", DUE.replace(microsecond=123456)),
        ("2026-03-07T07:00:00Z", DUE),
        ("2026-03-07T07:00:00", DUE),  # without an offset: UTC
        *[(text, None) for text in ("", "soon", None, 7, [], "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00")],
    ],
)
def test_a_time_is_read_with_its_offset_or_not_at_all(text, time):
    assert moment(text) == time


@pytest.mark.parametrize("text", ["", "{", "[1]", "null", "\0", '"x"', "[" * 100_000, "NaN"])
def test_a_file_of_anything_is_no_reason_to_fail(tmp_path, text):
    (tmp_path / "m.json").write_text(text)

    found = read_metadata(tmp_path / "m.json")

    assert (found.created_at, found.attempts, found.previous) == (None, (), None)
    assert found.problems


def test_so_is_no_file_or_an_enormous_one(tmp_path):
    assert read_metadata(tmp_path / "none") == Metadata(problems=("none cannot be read: FileNotFoundError",))
    with (tmp_path / "large").open("wb") as file:
        file.truncate(MAX_SIZE + 1)
    assert read_metadata(tmp_path / "large").problems == ("large is too large to be read",)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.datetimes().map(datetime.isoformat),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(sorted(metadata())), ANYTHING), ANYTHING, ANYTHING)
def test_any_value_in_any_place_is_survived(changes, person, before):
    data = {"users": [person, {"assignment": person}], "previous_submissions": [before, {"results": before}], **changes}

    found = understand(json.loads(json.dumps(data)))

    assert found.members
