"""The report as JSON: whole, valid, and the same numbers."""

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.formats.json_report import to_json
from grader.result import LeaderboardEntry, Outcome


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
