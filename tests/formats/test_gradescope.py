"""results.json: always valid, no number that Gradescope rejects, and of a hidden check only its name and hint."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.formats import gradescope
from grader.formats.gradescope import results, to_gradescope, validate
from grader.formats.schema import InvalidReport
from grader.result import LeaderboardEntry, Outcome, Visibility


def test_a_report_becomes_scores_that_add_up(report, result):
    data = results(report(result(Outcome.PASSED), result(earned=0.5), result(Outcome.TIMEOUT)))

    assert data["score"] == 2.5
    assert [(t["score"], t["max_score"], t["status"]) for t in data["tests"]] == [
        (2, 2, "passed"),
        (0.5, 2, "failed"),
        (0.0, 2, "failed"),
    ]
    assert sum(t["score"] for t in data["tests"]) == data["score"]


def test_a_hidden_check_shows_its_name_and_hint_and_nothing_else(report, result):
    secret = dict(message="SECRET: y[0] is 3.25", detail="SECRET", hint="Look at the batch.")

    [test] = results(report(result(Outcome.ERROR, **secret)))["tests"]

    assert test["output"] == "The values are not the expected ones.\nLook at the batch."
    assert "SECRET" not in json.dumps(test)
    assert test["extra_data"] == {"id": "01/hidden/Linear/test_forward", "outcome": "error"}


def test_a_public_check_shows_its_message(report, result):
    [test] = results(report(result(public=True)))["tests"]

    assert test["name"] == "Linear: Linear computes y = x W^T + b."
    assert test["output"] == "y[0] is 3, but should be 4 (1 of 1 differ)"


def test_what_the_author_said_of_a_check_is_passed_on(report, result):
    [plain, told] = results(
        report(result(), result(visibility=Visibility.AFTER_PUBLISHED, number="1.2", tags=("gradient", "bias")))
    )["tests"]

    assert (told["visibility"], told["number"], told["tags"]) == ("after_published", "1.2", ["gradient", "bias"])
    assert plain["visibility"] == "visible"
    assert not {"number", "tags"} & plain.keys()


def test_notices_and_the_number_of_hidden_checks_stand_above(report, result):
    text = results(report(result(), result(public=True), notices=("framework/nn/linear.py is missing.",)))["output"]

    assert text.splitlines() == [
        "0 of 4 points",
        "01 Modules: 0 of 4",
        "  framework/nn/linear.py is missing.",
        "1 of the checks are hidden: they look at the same behaviour with other inputs.",
    ]


def test_words_of_a_student_never_stand_where_a_line_of_the_summary_begins(report, result):
    made = report(result(), notices=("framework/a.py could not be imported: ValueError: x\n01 Modules: 4 of 4",))

    text = results(replace(made, notices=("one\ntwo\r\nthree",)))["output"]

    assert [line for line in text.splitlines() if not line.startswith(" ")] == [
        "0 of 2 points",
        "01 Modules: 0 of 2",
        "1 of the checks are hidden: they look at the same behaviour with other inputs.",
    ]


def test_withheld_points_are_explained(report, result):
    data = results(report(result(Outcome.INTERNAL, detail="Traceback", kind="The grader itself failed here.")))

    assert "2 points are withheld: the grader itself failed" in data["output"]
    assert data["extra_data"]["withheld"] == 2
    assert "Traceback" not in json.dumps(data)


@pytest.mark.parametrize("value", [0.5, np.float32(0.5), "*****"])
def test_a_leaderboard_is_passed_on(report, result, value):
    data = json.loads(to_gradescope(report(result(), leaderboard=(LeaderboardEntry("loss", value, "asc"),))))

    assert data["leaderboard"] == [{"name": "loss", "value": value, "order": "asc"}]


def test_without_a_leaderboard_there_is_no_key(report, result):
    assert "leaderboard" not in results(report(result()))


# What is refused


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -1.0, 2.0001])
def test_a_score_that_cannot_be_is_refused(report, result, number):
    with pytest.raises(InvalidReport):
        to_gradescope(report(result(earned=number)))


def test_a_leaderboard_value_that_is_not_finite_is_refused(report, result):
    with pytest.raises(InvalidReport, match=r"leaderboard\.0\.value is nan"):
        to_gradescope(report(result(), leaderboard=(LeaderboardEntry("loss", float("nan")),)))


BROKEN = [
    ("score", "2", "score"),
    ("score", True, "score"),
    ("execution_time", "0.00", "execution_time"),
    ("execution_time", -1, "execution_time"),
    ("output", None, "output"),
    ("output", "x" * 20_001, "output"),
    ("output_format", "html", "output_format"),
    ("visibility", "never", "visibility"),
    ("stdout_visibility", "visible", "stdout_visibility"),
    ("tests", {}, "tests"),
    ("tests", [{"name": "x"}], "tests.0"),
    ("leaderboard", [{"name": "", "value": 1, "order": "asc"}], "leaderboard.0.name"),
    ("leaderboard", [{"name": "x", "value": None, "order": "asc"}], "leaderboard.0.value"),
    ("leaderboard", [{"name": "x", "value": 1, "order": "up"}], "leaderboard.0.order"),
    ("extra", 1, "the whole"),
]


@pytest.mark.parametrize(("key", "value", "place"), BROKEN, ids=[f"{k}={v!r:.20}" for k, v, _p in BROKEN])
def test_the_schema_refuses_and_names_the_place(report, result, key, value, place):
    data = results(report(result()))
    validate(data)

    with pytest.raises(InvalidReport) as caught:
        validate(data | {key: value})

    assert str(caught.value).startswith(f"{place}: ")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("status", "error"),
        ("name", ""),
        ("number", 1),
        ("tags", "a"),
        ("visibility", "x"),
        ("score", -1),
        ("max_score", None),
        ("more", 1),
    ],
)
def test_the_schema_refuses_a_broken_test(report, result, key, value):
    data = results(report(result()))
    data["tests"][0][key] = value

    with pytest.raises(InvalidReport, match=r"tests\.0"):
        validate(data)


# Text of any kind


def test_hostile_text_stays_text(filled, hostile):
    data = json.loads(to_gradescope(filled(hostile)))

    texts = [data["output"], *(t["output"] + t["name"] for t in data["tests"])]
    assert not any(c in text for text in texts for c in "\x1b\0\x9b\u202e\r")


@given(text=st.text(st.characters(codec=None), max_size=300))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_gives_valid_ascii(filled, text):
    written = to_gradescope(filled(text))

    assert written.isascii()
    json.loads(written)


def test_every_text_is_capped(filled):
    data = json.loads(to_gradescope(filled("é" * 10**6)))

    assert len(data["output"]) <= 20_000
    assert all(len(test["output"]) <= 20_000 and len(test["name"]) <= 1000 for test in data["tests"])


def test_the_whole_file_is_capped_and_still_explains_every_check(report, result):
    many = [result(public=True, message=f"{i} {'é' * 20_000}") for i in range(300)]

    written = to_gradescope(report(*many))

    assert len(written) <= gradescope.MAX_SIZE
    assert all(test["output"].startswith(f"{i} é") for i, test in enumerate(json.loads(written)["tests"]))
