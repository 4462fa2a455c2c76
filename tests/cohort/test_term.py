"""Scores by other rules, and several assignments together: all from what is stored, without grading again."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest

from grader.cohort.diff import Side
from grader.cohort.rows import Person, Row, State
from grader.cohort.store import STORE, Run, Store
from grader.cohort.term import sums
from grader.policy import Late, Policy
from grader.policy.rules import Term
from grader.provenance import Provenance
from tests.cohort.pretending import Mark
from tests.cohort.test_report import as_data

DUE = datetime(2026, 3, 6, 20, tzinfo=UTC)
MADE_FROM = Provenance("01", "", "hold", "", "c", "r", "g", "m")
LATE = Late(penalty=0.2)  # of the points earned, for each day


def assignment(folder, week: int, *people: tuple[str, float, float]) -> Side:
    """A store in which people (name, hours late, share of 10 points) handed in the assignment of a week."""
    folder.mkdir()
    store = Store(folder / STORE, create=True)
    number, due = store.begin(Run("made up", "", MADE_FROM), []), DUE + timedelta(weeks=week)
    for name, hours, share in people:
        who = Person(name, email=f"{name}@x.edu")
        row = Row(name, "x", who, due + timedelta(hours=hours), due)
        marks = {"01/hidden/A/test_a": Mark(share, points=10)}
        store.keep(number, row, MADE_FROM.of(f"{folder}{name}"), as_data(name, marks))
    return Side(store, store.runs()[0])


@pytest.fixture
def term(tmp_path):
    """Three assignments; the second was named first."""
    sides = [
        assignment(tmp_path / "two", 2, ("ada", 20, 1.0), ("bob", -1, 0.5)),
        assignment(tmp_path / "one", 1, ("ada", 30, 1.0), ("bob", -1, 1.0)),
        assignment(tmp_path / "three", 3, ("ada", 1, 0.8)),
    ]
    yield sides
    for side in sides:
        side.store._db.close()


def of(term, **rules) -> dict[str, tuple]:
    found = sums(term, Policy(late=LATE, term=Term(**rules)))
    return {
        each.row.name: ([part.points for part in each.parts], [part.days for part in each.parts], each)
        for each in found
    }


def test_without_late_days_each_assignment_has_its_own_lateness(term):
    assert of(term)["ada"][:2] == ([8, 6, 6.4], [0, 0, 0])
    assert of(term)["bob"][:2] == ([5, 10, 0], [0, 0, 0])  # who handed in nothing has nothing of the maximum
    assert (of(term)["bob"][2].points, of(term)["bob"][2].maximum) == (15, 30)


def test_late_days_are_used_in_the_order_of_the_due_dates_until_none_is_left(term):
    points, days, ada = of(term, late_days=3)["ada"]

    assert (points, days, ada.days_left) == ([10, 10, 6.4], [1, 2, 0], 0)
    assert of(term, late_days=1)["ada"][:2] == ([8, 8, 6.4], [0, 1, 0])  # a day less of lateness
    assert of(term, late_days=9)["ada"][2].days_left == 5


def test_only_so_many_at_once_and_a_person_may_have_another_stock(term):
    assert of(term, late_days=9, days_at_once=1)["ada"][1] == [1, 1, 1]
    assert of(term, late_days=0, people={"ada@x.edu": 2})["ada"][1] == [0, 2, 0]


def test_the_lowest_assignments_are_left_out(term):
    ada, bob = (of(term, drop_lowest=1)[name][2] for name in ("ada", "bob"))

    assert [part.dropped for part in ada.parts] == [False, True, False]
    assert (ada.points, ada.maximum) == (14.4, 20)
    assert [part.dropped for part in bob.parts] == [False, False, True]
    assert [part.dropped for part in of(term, drop_lowest=9)["bob"][2].parts] == [True, False, True]  # one stays


def test_the_table_of_a_term(term, pretended, tmp_path):
    (tmp_path / "term.toml").write_text("[late]\npenalty = 0.2\n[term]\nlate_days = 3\ndrop_lowest = 1\n")
    folders = [tmp_path / name for name in ("two", "one", "three")]
    code, out, err, _rows, _graded = pretended("term", *folders, "--policy", tmp_path / "term.toml")
    ada, bob = csv.DictReader(io.StringIO(out.removeprefix("\ufeff")))

    assert (code, err) == (0, "")
    assert (ada["name"], ada["two"], ada["one late days"], ada["three dropped"]) == ("ada", "10", "2", "dropped")
    assert (ada["days left"], ada["points"], ada["maximum"]) == ("0", "20", "20")
    assert (bob["points"], bob["three"]) == ("15", "0")


def test_other_rules_make_another_run_without_a_grading(term, pretended, tmp_path):
    (tmp_path / "policy.toml").write_text("[late]\npoints = 3\n")
    code, out, _err, _rows, _graded = pretended("score", tmp_path / "one", "--policy", tmp_path / "policy.toml")

    assert (code, "run 2 of" in out) == (0, True)
    assert "ada: 10 -> 4 (-6), because of: policy" in pretended("diff", tmp_path / "one")[1]
    later = (DUE + timedelta(weeks=1, hours=6)).isoformat()
    pretended("score", tmp_path / "one", "--due", later)
    assert (
        "ada: 4 -> 7 (+3), because of: times or due dates"
        in pretended("diff", f"{tmp_path}/one@2", f"{tmp_path}/one@3")[1]
    )
    with Store(tmp_path / "one" / STORE) as store:
        assert len(store.query("SELECT * FROM results")) == 2
        assert [row.state for row in store.rows(3)] == [State.GRADED] * 2


def test_a_class_list_has_due_dates_of_single_persons(term, pretended, tmp_path):
    (tmp_path / "policy.toml").write_text("[late]\npoints = 3\n")
    (tmp_path / "class.csv").write_text(f"email,due\nada@x.edu,{(DUE + timedelta(days=20)).isoformat()}\nnew@x.edu,\n")
    rules = ("--policy", tmp_path / "policy.toml", "--roster", tmp_path / "class.csv")
    pretended("score", tmp_path / "one", *rules)

    with Store(tmp_path / "one" / STORE) as store:
        found = Side(store, store.runs()[1]).grades()
    assert {who: grade.points for who, grade in found.items()} == {"ada@x.edu": 10, "bob@x.edu": 10}
