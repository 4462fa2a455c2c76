"""The report as JSON: whole, valid, and the same numbers."""

import json
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from grader.formats.json_report import SCHEMA, VERSION, to_json
from grader.formats.read_json import from_json
from grader.formats.schema import InvalidReport
from grader.result import (
    AssignmentReport,
    Caught,
    Check,
    CheckResult,
    Diagnosis,
    LeaderboardEntry,
    Matrix,
    Outcome,
    Report,
    Visibility,
)


def test_it_holds_everything(report, result):
    data = json.loads(to_json(report(result(Outcome.PASSED), result(Outcome.INTERNAL), notices=("a note",))))

    assert {key: data[key] for key in ("schema", "earned", "points", "withheld", "submission", "seed", "seconds")} == {
        "schema": "grader.report/1",
        "earned": 2.0,
        "points": 4,
        "withheld": 2.0,
        "submission": "alice",
        "seed": 7,
        "seconds": 1.25,
    }
    [assignment] = data["assignments"]
    assert assignment["notices"] == ["a note"]
    assert [r["outcome"] for r in assignment["results"]] == ["passed", "internal"]
    assert assignment["results"][1]["message"] == "y[0] is 3, but should be 4 (1 of 1 differ)"
    assert assignment["results"][0]["check"]["visibility"] == "visible"


def test_hostile_text_stays_text(filled, hostile):
    data = json.loads(to_json(filled(hostile)))

    assert len(data["assignments"][0]["results"]) == 2 * len(Outcome)


@given(text=st.text(st.characters(codec=None), max_size=300))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_gives_valid_ascii(filled, text):
    written = to_json(filled(text))

    assert written.isascii()
    json.loads(written)


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_number_that_is_not_finite_is_refused(report, result, number):
    with pytest.raises(ValueError, match="JSON compliant"):
        to_json(report(result(earned=number)))


@pytest.mark.parametrize("value", [np.float32(0.5), np.float64(0.5), np.float16(0.5), 0.5])
def test_numbers_of_numpy_are_numbers(report, result, value):
    data = json.loads(to_json(report(result(earned=value), leaderboard=(LeaderboardEntry("loss", value),))))

    assert data["assignments"][0]["leaderboard"] == [{"name": "loss", "value": 0.5, "order": "desc"}]
    assert data["earned"] == 0.5


# The schema


def test_the_schema_knows_every_field_of_the_data_classes():
    """A field that is added there is added here, and to the reader's description."""
    rules = json.loads(SCHEMA.read_text(encoding="utf-8"))
    parts = {
        "assignment": AssignmentReport,
        "column": LeaderboardEntry,
        "result": CheckResult,
        "check": Check,
        "diagnosis": Diagnosis,
        "matrix": Matrix,
        "caught": Caught,
    }
    sums = {"earned", "points", "withheld"}

    assert set(rules["properties"]) == {f.name for f in fields(Report)} | sums | {"schema"}
    for name, kind in parts.items():
        known = set(rules["$defs"][name]["properties"])
        assert known == {f.name for f in fields(kind)} | (sums if kind is AssignmentReport else set())
        assert set(rules["$defs"][name]["required"]) == known
    assert rules["$defs"]["result"]["properties"]["outcome"]["enum"] == [str(o) for o in Outcome]
    assert rules["$defs"]["check"]["properties"]["visibility"]["enum"] == [str(v) for v in Visibility]


def test_the_schema_is_valid_and_names_the_version():
    rules = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(rules)

    assert rules["properties"]["schema"]["const"] == VERSION == rules["title"]


def test_what_breaks_the_schema_is_refused_with_its_place(report, result):
    with pytest.raises(InvalidReport, match=r"assignments\.0\.results\.0\.seconds"):
        to_json(report(result(seconds=-1)))


def test_a_report_in_the_middle_is_written_without_a_look_at_the_schema(report, result):
    assert json.loads(to_json(report(result(earned=-1)), finished=False))["earned"] == -1


def test_a_report_in_the_middle_holds_what_a_finished_one_does(report, result):
    middle = report(result(Outcome.PASSED), result(Outcome.INTERNAL, message='"]}'), notices=("a note",))

    assert json.loads(to_json(middle, finished=False)) == json.loads(to_json(middle))


def test_an_assignment_has_its_own_sums(report, result):
    [assignment] = json.loads(to_json(report(result(Outcome.PASSED), result(Outcome.INTERNAL))))["assignments"]

    assert (assignment["earned"], assignment["points"], assignment["withheld"]) == (2, 4, 2)


def test_a_report_reads_back_as_it_was_written(report, result):
    whole = report(
        result(Outcome.PASSED),
        result(
            diagnosis=Diagnosis("one", "two", "three", ("01/a", "01/b")),
            matrix=Matrix(("test_a",), (Caught("belief", ("test_a",)),), 2, ("test_b",)),
            picture=((0, 1), (5, 0)),
            tags=("slow",),
            visibility=Visibility.AFTER_DUE_DATE,
        ),
        notices=("a note",),
        leaderboard=(LeaderboardEntry("accuracy", 0.9), LeaderboardEntry("team", "*****", "asc")),
    )
    whole = replace(whole, made_from={"date": "2026-03-06"}, isolation={"filter": "holds"})

    assert from_json(to_json(whole)) == whole
