"""JUnit's XML, after the conventions that CI systems share (github.com/testmoapp/junitxml): there is no official schema.

A suite for each assignment, a case for each check. A wrong answer is a failure; an exception, a time-out, a file that cannot be imported
and a fault of the grader are errors; a check that was not run is skipped. Points are properties.
"""

from xml.etree.ElementTree import Element, indent, tostring

from grader.formats.student import finding
from grader.formats.tree import node
from grader.result import AssignmentReport, CheckResult, Outcome, Report

ELEMENT = {
    Outcome.FAILED: "failure",
    Outcome.ERROR: "error",
    Outcome.TIMEOUT: "error",
    Outcome.BLOCKED: "error",
    Outcome.INTERNAL: "error",
    Outcome.NOT_RUN: "skipped",
}
MAX_MESSAGE = 500  # characters of the attribute that lists show; the element's text has all of it


def to_junit(report: Report) -> str:
    """Render the report; the text is ASCII, so that no encoding of a pipe or file can break it."""
    results = [r for a in report.assignments for r in a.results]
    suites = map(_suite, report.assignments)
    root = node("testsuites", *suites, name=report.submission, **_counts(results), time=_seconds(report.seconds))
    indent(root)
    return tostring(root, encoding="us-ascii", xml_declaration=True).decode() + "\n"


def _suite(assignment: AssignmentReport) -> Element:
    facts = {"points": assignment.points, "earned": assignment.earned, "withheld": assignment.withheld}
    return node(
        "testsuite",
        _properties({name: f"{value:g}" for name, value in facts.items()}),
        *(_case(result) for result in assignment.results),
        *(node("system-out", "\n".join(assignment.notices)) for _any in assignment.notices[:1]),
        name=f"{assignment.number} {assignment.title}",
        **_counts(assignment.results),
        time=_seconds(assignment.seconds),
    )


def _case(result: CheckResult) -> Element:
    check = result.check
    facts = {"id": check.id, "points": f"{check.points:g}", "earned": f"{result.earned:g}", "public": str(check.public).lower()}
    return node(
        "testcase",
        _properties(facts),
        _problem(result),
        name=check.title,
        classname=f"{check.assignment}.{check.component}",
        time=_seconds(result.seconds),
    )


def _problem(result: CheckResult) -> Element | None:
    if result.outcome is Outcome.PASSED:
        return None
    told = finding(result)
    kind = str(result.outcome)
    if result.outcome is Outcome.NOT_RUN:
        return node("skipped", told.text, message=told.what[:MAX_MESSAGE])
    return node(ELEMENT[result.outcome], told.text, message=told.what[:MAX_MESSAGE], type=kind)


def _properties(facts: dict[str, str]) -> Element:
    return node("properties", *(node("property", name=name, value=value) for name, value in facts.items()))


def _counts(results: tuple[CheckResult, ...] | list[CheckResult]) -> dict[str, str]:
    found = [ELEMENT.get(r.outcome) for r in results]
    named = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    return {"tests": str(len(results)), **{plural: str(found.count(one)) for plural, one in named.items()}}


def _seconds(value: float) -> str:
    return f"{value:.3f}"
