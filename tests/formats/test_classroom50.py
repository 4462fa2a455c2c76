"""result.json for Classroom 50: whole numbers that add up, the runner's facts, nothing that students may not see."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from grader.formats.classroom50 import Origin, to_classroom50
from grader.formats.schema import InvalidReport
from grader.result import Outcome, Visibility

RUNNER = {
    "CLASSROOM": "dl",
    "ASSIGNMENT": "framework",
    "ASSIGNMENT_TYPE": "individual",
    "OWNER": "alice",
    "SUBMISSION_TAG": "submit/2026-06-01T14-32-05Z-a1b2c3d",
    "COMMIT_URL": "https://example.org/commit/1",
    "RELEASE_URL": "https://example.org/releases/1",
    "REVIEW_URL": "https://example.org/compare/1",
}
TIME = datetime(2026, 6, 1, 16, 33, 11, 5, timezone(timedelta(hours=2)))
ORIGIN = Origin.of(RUNNER, TIME)


def written(report) -> dict:
    return json.loads(to_classroom50(report, ORIGIN))


def test_the_runners_facts_stand_above_and_the_time_is_utc(report, result):
    data = written(report(result(Outcome.PASSED)))

    assert {key: data[key] for key in data if key != "tests"} == {
        "schema": "classroom50/result/v1",
        "classroom": "dl",
        "assignment": "framework",
        "assignment_type": "individual",
        "owner": "alice",
        "submission": "submit/2026-06-01T14-32-05Z-a1b2c3d",
        "commit": "https://example.org/commit/1",
        "release": "https://example.org/releases/1",
        "review": "https://example.org/compare/1",
        "datetime": "2026-06-01T14:33:11Z",
        "graded_at": "2026-06-01T14:33:11Z",
        "score": 200,
        "max-score": 200,
    }


def test_scores_are_whole_hundredths_that_add_up(report, result):
    data = written(
        report(result(Outcome.PASSED, points=0.75), result(points=0.5, earned=0.25), result(Outcome.INTERNAL))
    )

    assert [(t["score"], t["max-score"], t["passed"]) for t in data["tests"]] == [
        (75, 75, True),
        (25, 50, False),
        (0, 200, False),
    ]
    assert (data["score"], data["max-score"]) == (100, 325)


@pytest.mark.parametrize("of_later", [{}, {"visibility": Visibility.HIDDEN}])
def test_the_totals_are_exact_whatever_each_check_is_rounded_to(report, result, of_later):
    """16 checks of 0.375 points are 6 points; rounded one by one they would be 6.08."""
    weights = [0.375] * 16 + [1.1111, 2.8889]
    passed = [result(Outcome.PASSED, points=w) for w in weights]
    mixed = [result(Outcome.PASSED if n % 2 else Outcome.FAILED, points=w, **of_later) for n, w in enumerate(weights)]

    for found in (passed, mixed):
        data = written(report(*found))
        assert data["max-score"] == sum(t["max-score"] for t in data["tests"]) == 1000
        assert data["score"] == round(100 * sum(r.earned for r in found))
        assert all(t["score"] == t["max-score"] for t in data["tests"] if t["passed"])
    assert written(report(*passed))["score"] == 1000
    assert [t["max-score"] for t in written(report(*passed))["tests"][:3]] == [38, 37, 37]


def test_a_failed_check_says_why_and_a_hidden_one_says_no_more_than_students_may_know(report, result):
    public, hidden = written(report(result(public=True), result(message="SECRET", detail="SECRET", hint="Look.")))[
        "tests"
    ]

    assert public["message"] == "y[0] is 3, but should be 4 (1 of 1 differ)"
    assert hidden["message"] == "The values are not the expected ones.\nLook."
    assert "SECRET" not in json.dumps(hidden)


def test_checks_that_are_shown_later_count_but_are_not_named(report, result):
    later = [
        result(outcome, title="SECRET", visibility=Visibility.HIDDEN) for outcome in (Outcome.PASSED, Outcome.FAILED)
    ]
    data = written(report(result(Outcome.PASSED), *later))

    assert (data["score"], data["max-score"]) == (400, 600)
    assert data["tests"][1] == {
        "test-name": "Checks that are not shown now",
        "passed": False,
        "score": 200,
        "max-score": 400,
    }
    assert "SECRET" not in json.dumps(data)


def test_older_names_of_the_runners_variables_do(report, result):
    old = {key: value for key, value in RUNNER.items() if key not in ("OWNER", "ASSIGNMENT_TYPE", "REVIEW_URL")} | {
        "USERNAME": "bob"
    }

    facts = Origin.of(old, datetime.now(UTC)).facts

    assert (facts["owner"], facts["assignment_type"], facts["review"]) == ("bob", "individual", RUNNER["COMMIT_URL"])


def test_what_the_runner_does_not_say_is_named():
    with pytest.raises(KeyError, match="CLASSROOM, SUBMISSION_TAG"):
        Origin.of(RUNNER | {"CLASSROOM": "", "SUBMISSION_TAG": ""}, TIME)


def test_a_tag_that_is_none_of_a_submission_is_refused(report, result):
    with pytest.raises(InvalidReport, match="submission"):
        to_classroom50(report(result()), Origin.of(RUNNER | {"SUBMISSION_TAG": "v1"}, TIME))


def test_a_score_above_its_maximum_is_refused(report, result):
    with pytest.raises(InvalidReport, match="above its maximum"):
        written(report(result(earned=2.5)))
