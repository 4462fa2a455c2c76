"""What a file holds while the grading goes on: every check that has ended, in every format, put into words once."""

import json
import re
from dataclasses import replace

import pytest

from grader.commands.rendering import drafted
from grader.formats import FORMATS, classroom50, draft, gradescope, json_report, junit
from grader.formats.schema import require_valid
from grader.result import Outcome, Report
from tests.formats.test_classroom50 import RUNNER

MEMOS = {
    "text": draft._line, "github": draft._line, "html": draft._line, "json": json_report._result,
    "gradescope": gradescope._test, "classroom50": classroom50._test, "junit": junit._brief,
}  # fmt: skip
SCHEMAS = {"json": json_report.SCHEMA, "gradescope": gradescope.SCHEMA, "classroom50": classroom50.SCHEMA}
COUNT = 30


@pytest.fixture(autouse=True)
def runner(monkeypatch):
    for name, value in RUNNER.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def growing(report, result) -> list[Report]:
    """The reports of a grading in which check after check ends; those without a result are withheld."""
    outcomes = [o for o in Outcome if o is not Outcome.INTERNAL]
    ended = [
        result(outcomes[i % len(outcomes)], True, component=f"C{i}", title=f"Title {i} ends", message=f"y is {i}")
        for i in range(COUNT)
    ]
    waiting = [replace(r, outcome=Outcome.INTERNAL, earned=0.0, kind="", message="") for r in ended]
    return [report(*ended[:n], *waiting[n:], notices=("framework/nn/x.py is missing.",)) for n in range(COUNT + 1)]


@pytest.mark.parametrize("form", FORMATS)
def test_it_holds_every_check_that_has_ended_and_how(growing, form):
    for number, report in enumerate(growing):
        text = drafted(report, form)
        bad = [i for i in range(number) if report.assignments[0].results[i].outcome is not Outcome.PASSED]

        listed = bad if form == "markdown" else range(number)  # markdown only counts what passed
        assert all(f"Title {i} ends" in text for i in listed)
        assert len(set(re.findall(r"y is \d+", text))) == len(bad)


@pytest.mark.parametrize("form", ["json", "gradescope", "classroom50"])
def test_what_programs_read_is_valid_at_every_moment(growing, form):
    for report in growing:
        require_valid(json.loads(drafted(report, form)), SCHEMAS[form])


@pytest.mark.parametrize("form", MEMOS)
def test_a_check_is_put_into_words_once_and_not_again_after_every_other(growing, form):
    MEMOS[form].cache_clear()
    for report in growing:
        drafted(report, form)

    assert MEMOS[form].cache_info().misses <= 2 * COUNT  # with a result and without one


@pytest.mark.parametrize("form", ["text", "github", "html"])
def test_what_people_read_says_that_it_is_not_the_end(growing, form):
    text = drafted(growing[7], form)

    assert "alice: 4 of 60 points so far, 7 of 30 checks" in text
    assert "The grading has not ended, or was interrupted." in text
    assert "framework/nn/x.py is missing." in text


@pytest.mark.parametrize("form", [f for f in FORMATS if f not in ("text", "json")])
def test_it_tells_students_no_more_than_the_report_does(report, result, form):
    text = drafted(report(result(message="SECRET", detail="SECRET")), form)

    assert "SECRET" not in text
    assert "Linear computes y" in text


@pytest.mark.parametrize("form", FORMATS)
def test_hostile_text_leaves_it_what_it_is(filled, hostile, form):
    from tests.formats.test_any_text import RENDER

    text = drafted(filled(hostile), form)

    text.encode()
    assert not set(text) & set("\x1b\0\x07\x9b\r\u202e\u2066\u200b\ufeff\ufffe")
    if form not in ("text", "github"):  # lines are as long as they are, and the log has a token of its own
        RENDER[form][1](text)
