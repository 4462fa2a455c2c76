"""What the results of a class say: numbers that can be computed by hand, a page without a network, tables."""

import csv
import io
import json
import math
import re
from dataclasses import replace

import numpy as np
import pytest

from grader.cohort.beliefs import beliefs, clusters
from grader.cohort.page.data import Class, data
from grader.cohort.page.html import to_page
from grader.cohort.rows import Person, Row, State
from grader.cohort.scores import Grade
from grader.cohort.sheet import sheet
from grader.cohort.statistics import items, reliability
from grader.cohort.store import STORE, Run, Store
from grader.formats.json_report import to_json
from grader.provenance import Provenance
from tests.cohort.pretending import Mark, hand_in, report_of

MADE_FROM = Provenance("01", "", "hold", "", "c", "r", "g", "m")
A, B, C = (f"01/hidden/Scale/test_{name}" for name in "abc")
HOSTILE = "</script><img src=x onerror=alert(1)>\x1b[31m\u202e"
CLASS = {
    "ada": {A: Mark(), B: Mark(), C: Mark()},
    "bob": {A: Mark(), B: Mark(0.5), C: Mark(0.0, belief="C is free.")},
    "eve": {A: Mark(), B: Mark(0.0), C: Mark(0.0, seen="It is empty.")},
    "zoe": {A: Mark(), B: Mark(0.0), C: Mark(0.0, seen="It is empty.")},
    "mal": {A: Mark(0.0, outcome="internal"), B: Mark(), C: Mark(0.0, belief="C is free.")},
}


@pytest.fixture
def found(tmp_path):
    """The class above in a store: (store, rows)."""
    with Store(tmp_path / STORE, create=True) as store:
        run = store.begin(Run("made up", "", MADE_FROM), [])
        rows = [
            store.keep(run, Row(name, "x", Person(name, f"{number}")), MADE_FROM.of(name), as_data(name, marks))
            for number, (name, marks) in enumerate(CLASS.items())
        ]
        yield store, rows


def as_data(name: str, marks: dict[str, Mark]) -> dict:
    return json.loads(to_json(report_of(name, marks)))


def test_the_sheet_has_every_outcome_in_its_place(found):
    made = sheet(*found)

    assert [check.name for check in made.checks] == [A, B, C]
    expected = [[mark.share * mark.points for mark in marks.values()] for marks in CLASS.values()]
    assert made.earned.tolist() == expected
    assert made.points.tolist() == [2, 2, 2]
    assert np.isnan(made.share[4, 0])  # the grader failed there, which says nothing about the student
    assert made.outcome.shape == (5, 3)


def test_rows_with_one_result_and_rows_without_any(found):
    store, rows = found
    made = sheet(store, [rows[0], Row("absent"), replace(rows[0], name="twin")])

    assert (len(made.rows), made.earned[0].tolist()) == (2, made.earned[1].tolist())
    assert sheet(store, []).earned.shape == (0, 0)


def test_difficulty_and_discrimination_are_those_of_the_formulas(found):
    a, b, c = items(sheet(*found))

    assert (a.people, a.passed, a.difficulty, a.is_dead) == (4, 4, 1.0, True)
    assert math.isnan(a.discrimination)
    assert (b.people, b.passed, b.difficulty) == (5, 2, 0.5)
    # Of B, the parts are 1, 0.5, 0, 0, 1; of the other checks, these people have 4, 2, 2, 2 and 0 points.
    assert b.discrimination == pytest.approx(np.corrcoef([1, 0.5, 0, 0, 1], [4, 2, 2, 2, 0])[0, 1])
    assert (c.passed, c.difficulty, c.is_dead) == (1, 0.2, False)


def test_reliability_is_cronbachs_alpha(found):
    points = np.array([[2, 2, 2], [2, 1, 0], [2, 0, 0], [2, 0, 0]])  # of those who have all checks
    alpha = 3 / 2 * (1 - points.var(axis=0, ddof=1).sum() / points.sum(axis=1).var(ddof=1))

    assert reliability(sheet(*found)) == pytest.approx(alpha)


def test_who_believes_what_and_who_needs_the_same_help(found):
    made = sheet(*found)
    [belief] = beliefs(made)
    [group] = clusters(made)

    assert (belief.name, belief.sentence, belief.rows, belief.by_assignment) == (
        "01/C is free.",
        "C is free.",
        (1, 4),
        {"01": 2},
    )
    assert (group.component, group.rows) == ("Scale", (2, 3))
    assert group.checks == ((1, "The values are not the expected ones."), (2, "It is empty."))


def test_the_page_is_whole_and_no_text_of_a_student_is_markup(found):
    store, rows = found
    rows = [replace(row, person=Person(HOSTILE, row.person.id), note=HOSTILE) for row in rows]
    grades = {row.who: Grade(row.who, row, 1.0, 6.0, said=(HOSTILE,)) for row in rows}
    page = to_page(Class(store.runs()[0], rows, grades, sheet(store, rows), HOSTILE))

    assert page.isascii()
    assert "<img" not in page
    assert not re.search(r"(?:src|href)=\"?(?:https?:)?//|url\(|@import", page)
    assert page.count("<script") == page.count("</script>") == 2


def test_the_page_holds_what_is_known_of_everybody(found):
    store, rows = found
    rows = [*rows, Row("yan", person=Person("yan", "9"), state=State.ABSENT, note="nothing was handed in")]
    grades = {row.who: Grade(row.who, row, row.earned or 0.0, 6.0) for row in rows}
    made = data(Class(store.runs()[0], rows, grades, sheet(store, rows)))

    assert [person["n"] for person in made["people"]] == ["ada", "bob", "eve", "mal", "yan", "zoe"]
    assert [person.get("o") for person in made["people"]] == ["ppp", "p5f", "pff", "ipf", None, "pff"]
    assert made["people"][1]["w"] == [1, -1, 2, 0]  # B looks like the first sentence, C comes from the first belief
    assert made["sentences"][0] == "The values are not the expected ones."
    assert made["clusters"][0]["people"] == [2, 5]
    assert made["beliefs"][0]["people"] == [1, 3]
    assert sum(made["histogram"]) == 6
    assert made["facts"]["states"] == {"graded": 4, "ours": 1, "absent": 1}


@pytest.fixture
def week(tmp_path):
    for name, marks in CLASS.items():
        if name != "mal":
            hand_in(tmp_path / "week", name, marks)
    (tmp_path / "class.csv").write_text("submission,name,id,email\nada,=Ada,7,ada@x.edu\nbob,Bob,8,b@x.edu\n")
    return tmp_path / "week"


def test_the_report_is_a_page_with_links_to_all_reports(pretended, week, tmp_path):
    pretended("run", week, "--format", "html")
    code, out, _err, _rows, _graded = pretended(
        "report", tmp_path / "out", "-o", tmp_path / "report.html", "--title", "W"
    )

    assert (code, "the report on 4 people is" in out) == (0, True)
    assert '"reports":"out/{}.html"' in (tmp_path / "report.html").read_text()


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_gradebooks_have_what_was_given_out(pretended, week, tmp_path):
    out = tmp_path / "out"
    pretended("run", week, "--roster", tmp_path / "class.csv")
    assert "nothing was given out yet" in pretended("grades", out, "--format", "canvas")[2]
    pretended("publish", out)
    canvas = table(pretended("grades", out, "--format", "canvas", "--column", "HW 1 (42)")[1])
    moodle = table(pretended("grades", out, "--format", "moodle")[1])
    gradescope = table(pretended("grades", out, "--format", "gradescope")[1])

    assert {line["ID"]: line["HW 1 (42)"] for line in canvas} == {"7": "6", "8": "3", "": "2"}
    assert canvas[0]["Student"] == "'=Ada"  # no cell is a formula
    assert [(line["Email address"], line["Score"]) for line in moodle][:2] == [("ada@x.edu", "6"), ("b@x.edu", "3")]
    assert [(line["SID"], line["Total Score"], line["Max Points"]) for line in gradescope][1] == ("8", "3", "6")


def test_json_lines_have_every_check(pretended, week, tmp_path):
    pretended("run", week)
    lines = pretended("grades", tmp_path / "out", "--format", "jsonl", "--draft", "-o", tmp_path / "all.jsonl")
    bob = json.loads((tmp_path / "all.jsonl").read_text().splitlines()[1])

    assert lines[0] == 0
    assert (bob["person"], bob["score"], bob["maximum"], bob["state"]) == ("bob", 3, 6, "graded")
    assert bob["checks"][C] == {
        "outcome": "failed",
        "earned": 0,
        "points": 2,
        "seconds": 0,
        "belief": "01/C is free.",
        "evidence": None,
    }
