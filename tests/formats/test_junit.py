"""JUnit's XML: one suite for each assignment, one case for each check, and the counts that CI systems show."""

from xml.etree import ElementTree

import pytest

from grader.formats.junit import to_junit
from grader.result import Diagnosis, Outcome, Report

# What an element may hold, and the attributes it has: the conventions that Jenkins, GitLab and others share.
COUNTS = {"tests", "failures", "errors", "skipped"}
CHILDREN = {
    "testsuites": {"testsuite"},
    "testsuite": {"properties", "testcase", "system-out"},
    "testcase": {"properties", "failure", "error", "skipped"},
    "properties": {"property"},
}
ATTRIBUTES = {
    "testsuites": COUNTS | {"name", "time"},
    "testsuite": COUNTS | {"name", "time"},
    "testcase": {"name", "classname", "time"},
    "property": {"name", "value"},
    "failure": {"message", "type"},
    "error": {"message", "type"},
    "skipped": {"message"},
}


def parsed(report) -> ElementTree.Element:
    text = to_junit(report)
    assert text.isascii()
    root = ElementTree.fromstring(text)
    assert root.tag == "testsuites"
    for element in root.iter():
        assert {child.tag for child in element} <= CHILDREN.get(element.tag, set())
        assert set(element.attrib) == ATTRIBUTES.get(element.tag, set())
    return root


def test_suites_and_cases_are_assignments_and_checks(report, result):
    root = parsed(report(result(Outcome.PASSED), result(public=True)))

    assert dict(root.attrib) == {
        "name": "alice",
        "tests": "2",
        "failures": "1",
        "errors": "0",
        "skipped": "0",
        "time": "1.250",
    }
    [suite] = root
    assert suite.get("name") == "01 Modules"
    assert {p.get("name"): p.get("value") for p in suite.find("properties")} == {
        "points": "4",
        "earned": "2",
        "withheld": "0",
    }
    _good, bad = suite.findall("testcase")
    assert (bad.get("classname"), bad.get("name")) == ("01.Linear", "Linear computes y = x W^T + b.")
    assert bad.find("failure").text == "y[0] is 3, but should be 4 (1 of 1 differ)"
    assert {p.get("name"): p.get("value") for p in bad.find("properties")} == {
        "id": "01/hidden/Linear/test_forward",
        "points": "2",
        "earned": "0",
        "public": "true",
    }


@pytest.mark.parametrize(
    ("outcome", "element"),
    [
        (Outcome.PASSED, None),
        (Outcome.FAILED, "failure"),
        (Outcome.ERROR, "error"),
        (Outcome.TIMEOUT, "error"),
        (Outcome.BLOCKED, "error"),
        (Outcome.INTERNAL, "error"),
        (Outcome.NOT_RUN, "skipped"),
    ],
)
def test_an_outcome_is_a_failure_an_error_or_skipped(report, result, outcome, element):
    root = parsed(report(result(outcome)))
    [case] = root.iter("testcase")

    assert [child.tag for child in case][1:] == ([element] if element else [])
    counts = {name: int(root.get(name)) for name in ("failures", "errors", "skipped")}
    assert sum(counts.values()) == (0 if element is None else 1)
    assert element is None or counts[{"failure": "failures", "error": "errors", "skipped": "skipped"}[element]] == 1


def test_a_cause_is_told_in_its_first_case_and_named_in_the_others(report, result):
    belief = Diagnosis("It is half of what it should be.", "You believe this.", "Is it so?")
    told = [
        f.text
        for f in parsed(report(*[result(title=f"Title {i}", diagnosis=belief) for i in range(3)])).iter("failure")
    ]

    assert told[0].endswith("It is half of what it should be.\nYou believe this. Is it so?")
    assert all(
        text.endswith("It is half of what it should be.\nFor the same reason as 01.Linear: Title 0")
        for text in told[1:]
    )


def test_notices_are_the_output_of_the_suite(report, result):
    [told] = parsed(report(result(), notices=("one", "two"))).iter("system-out")

    assert told.text == "one\ntwo"


def test_a_grading_that_did_not_begin_is_an_error():
    """A file without tests would be taken for a success."""
    root = parsed(Report("bob", 0, (), ("It was interrupted.",)))

    assert (root.get("tests"), root.get("errors")) == ("1", "1")
    assert next(root.iter("error")).text == "It was interrupted."


@pytest.mark.parametrize(
    "text", ["a]]>b", "<failure/>", "a & b \"c\" 'd'", "x\ud800y", "tab\tand\nline", "\x00\x1b[1m\ufffe\uffff"]
)
def test_what_students_print_is_text(report, result, text):
    [failure] = parsed(report(result(public=True, message=text))).iter("failure")

    shown = "".join(c if c in "\t\n" or (c >= " " and c not in "\ud800\ufffe\uffff") else "\ufffd" for c in text)
    assert failure.text == shown
    assert failure.get("message") == shown
