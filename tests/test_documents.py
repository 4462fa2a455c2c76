"""Documents are held to their JSON schemas as another implementation, the package jsonschema-rs, would hold them."""

import copy
import json
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.assignment.folder import SCHEMA as ASSIGNMENT
from grader.documents import first_breach, parts
from grader.formats import classroom50, gradescope, json_report
from grader.policy.rules import SCHEMA as POLICY
from grader.result import AssignmentReport, Check, CheckResult, Outcome, Report

TINY = Path(__file__).parent / "tiny_course"
CHECK = Check("01/hidden/Linear/test_forward", "01", "Linear", "Linear computes y = x W^T + b.", 2, public=False)
REPORT = Report(
    "alice",
    7,
    (AssignmentReport("01", "Modules", 2, (CheckResult(CHECK, Outcome.FAILED, kind="No.", message="y is 3"),)),),
)
ORIGIN = classroom50.Origin(
    dict.fromkeys(classroom50.REQUIRED, "group") | {"submission": "submit/1"}, datetime(2026, 6, 1, tzinfo=UTC)
)
SOUND = {
    ASSIGNMENT: tomllib.loads((TINY / "assignments/02_chain/assignment.toml").read_text()) | {"requires": ["01"]},
    POLICY: {"late": {"penalty": 0.1, "per": "day"}, "points": {"at_most": 1.5}, "submissions": {"per_day": 3}},
    json_report.SCHEMA: json.loads(json_report.to_json(REPORT)),
    gradescope.SCHEMA: json.loads(gradescope.to_gradescope(REPORT)),
    classroom50.SCHEMA: json.loads(classroom50.to_classroom50(REPORT, ORIGIN)),
}
NEW = st.sampled_from(
    [None, True, -1, 0, 0.5, 3, 1e9, "", "01", "01\n", "x" * 300, "../a.py", [], ["a", "a"], {}, {"k": 1}]
)


def places(data, place=()):
    """Every place in a document."""
    yield place
    for key, value in parts(data):
        yield from places(value, (*place, key))


@st.composite
def changed(draw, data):
    """The document with something replaced, left out or added, once or twice."""
    data = copy.deepcopy(data)
    for _ in range(draw(st.integers(1, 2))):
        place = draw(st.sampled_from(list(places(data))))
        holder, key = data, draw(st.sampled_from(["unknown", "score", "title"]))
        for key_of_part in place[:-1]:
            holder = holder[key_of_part]
        if place and draw(st.booleans()):
            del holder[place[-1]]
        else:
            holder[place[-1] if place else key] = copy.deepcopy(draw(NEW))
    return data


@pytest.mark.parametrize("schema", SOUND, ids=lambda schema: f"{schema.parent.name}/{schema.name}")
def test_a_sound_document_keeps_its_schema(schema):
    assert first_breach(SOUND[schema], schema) is None


@pytest.mark.parametrize("schema", SOUND, ids=lambda schema: f"{schema.parent.name}/{schema.name}")
@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_what_breaks_a_schema_is_what_another_implementation_finds(schema, data):
    document = data.draw(changed(SOUND[schema]))
    errors = list(jsonschema_rs.validator_for(json.loads(schema.read_text())).iter_errors(document))

    found = first_breach(document, schema)

    assert bool(found) == bool(errors)
    if found:
        assert found[0] in {".".join(map(str, error.instance_path)) for error in errors}


@pytest.mark.parametrize(
    "odd",
    [b"bytes", json.loads("[" * 300 + "]" * 300), {"a": ["\ud800"]}, {"\ud800": 1}],
    ids=["bytes", "deep", "half", "half a key"],
)
def test_what_cannot_be_written_as_json_breaks_every_schema(odd):
    assert "cannot be checked" in first_breach(SOUND[ASSIGNMENT] | {"title": odd}, ASSIGNMENT)[1]


def test_a_key_that_is_not_known_is_named_before_one_that_is_missing():
    document = {"titel" if key == "title" else key: value for key, value in SOUND[ASSIGNMENT].items()}

    assert first_breach(document, ASSIGNMENT) == ("", "there is no key 'titel'; is 'title' meant?")
