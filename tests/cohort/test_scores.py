"""From attempts to scores under a policy: the same numbers as on Gradescope."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from grader.cohort.attempts import selected
from grader.cohort.rows import Person, Row, State
from grader.cohort.scores import grades
from grader.policy import Late, Policy, Submissions

DUE = datetime(2026, 3, 6, 20, tzinfo=UTC)
ADA = Person("Ada", "7", "ada@example.edu")


def attempt(name: str, hours: float, earned: float | None = None, **facts) -> Row:
    result = {} if earned is None else {"result": 1, "earned": earned, "points": 10.0, "state": State.GRADED}
    return Row(name, "x", ADA, DUE + timedelta(hours=hours), DUE, **result, **facts)


def states(rows: list[Row]) -> dict[str, State]:
    return {row.name: row.state for row in rows}


def test_only_the_last_attempt_is_graded_unless_all_are_asked_for():
    rows = [attempt("b", -1), attempt("a", -2), Row("other", "x")]

    assert states(selected(rows, Submissions(), every=True)) == dict.fromkeys("ab", State.WAITING) | {
        "other": "waiting"
    }
    assert states(selected(rows, Submissions(), every=False)) == {
        "a": State.EARLIER,
        "b": "waiting",
        "other": "waiting",
    }
    assert selected(rows, Submissions(), every=False)[0].note.endswith("which is b")


def test_what_a_limit_refuses_is_not_graded_and_does_not_count_as_an_attempt():
    rows = [attempt(name, hours) for name, hours in (("a", -50), ("b", -49), ("c", -48), ("d", -20))]

    found = selected(rows, Submissions(per_day=2), every=True)

    assert states(found) == {"a": "waiting", "b": "waiting", "c": State.REFUSED, "d": "waiting"}
    assert states(selected(rows, Submissions(total=1), every=False)) == {"a": "waiting"} | dict.fromkeys(
        "bcd", "refused"
    )


def test_attempts_that_a_platform_only_lists_count_against_a_limit():
    row = attempt("a", 0, history=((DUE - timedelta(days=3), 4.0),))

    assert states(selected([row], Submissions(total=1), every=True)) == {"a": State.REFUSED}


def scored(rows: list[Row], policy: Policy) -> tuple[str, float, str]:
    [grade] = grades(None, 1, policy, rows).values()
    return grade.row.name, grade.points, grade.late


def test_the_latest_or_the_best_counts_after_lateness():
    rows = [attempt("a", -1, 6.0), attempt("b", 25, 9.0)]
    late = Late(penalty=0.25)

    assert scored(rows, Policy()) == ("b", 9.0, "1 d 1 h")
    assert scored(rows, Policy(late=late)) == ("b", 4.5, "1 d 1 h")
    assert scored(rows, Policy(late=late, submissions=Submissions(keep="best"))) == ("a", 6.0, "")
    assert scored(rows, Policy(late=late, extensions={"ada@example.edu": 24})) == ("b", 6.75, "1 h")


def test_an_earlier_attempt_that_is_only_listed_counts_if_it_was_better():
    row = attempt("a", 0, 6.0, history=((DUE - timedelta(days=1), 8.0), (DUE - timedelta(days=2), 11.0)))
    best = Policy(submissions=Submissions(keep="best"))

    assert scored([row], best)[1] == 10.0  # of 11 no more than the maximum counts
    assert scored([row], Policy())[1] == 6.0


def test_a_submission_that_was_refused_leaves_the_score_of_the_attempts_before():
    history = ((DUE - timedelta(days=2), 8.0), (DUE - timedelta(days=1), 5.0))
    row = replace(attempt("a", 0, history=history), state=State.REFUSED)
    others = Row("b", "x", earned=1.0, points=10.0, result=2)

    found = grades(None, 1, Policy(), [row, others])

    assert found["7"].points == 5.0


def test_who_handed_in_nothing_has_nothing_of_the_maximum():
    rows = [
        attempt("a", 0, 6.0),
        Row("eve", person=Person("Eve", "8"), state=State.ABSENT, note="nothing was handed in"),
    ]
    eve = grades(None, 1, Policy(), rows)["8"]

    assert (eve.points, eve.maximum, eve.said) == (0.0, 10.0, ("nothing was handed in",))
