"""JUnit's XML. There is no official schema, so it follows the conventions that CI systems share.

Source: github.com/testmoapp/junitxml. There is a suite for each assignment and a case for each check. A wrong answer is
a failure. An exception, a time-out, a file that cannot be imported and a fault of the grader are errors. A check that
was not run is skipped. Points are properties.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import starmap
from xml.etree.ElementTree import Element, indent, tostring

from grader.formats.student import finding
from grader.formats.tree import node
from grader.result import AssignmentReport, Check, CheckResult, Outcome, Report

ELEMENT = {
    Outcome.FAILED: "failure",
    Outcome.ERROR: "error",
    Outcome.TIMEOUT: "error",
    Outcome.BLOCKED: "error",
    Outcome.INTERNAL: "error",
    Outcome.NOT_RUN: "skipped",
}
MAX_MESSAGE = 500  # characters of the attribute that lists show; the element's text has all of it


def to_junit(report: Report, finished: bool = True) -> str:
    """Render the report. The text is ASCII, so that no encoding of a pipe or file can break it.

    Until the grading has finished, a case only says how it ended, because the file is written after every check.
    """
    results = report.all_results
    suites = [_suite(a, report.notices, finished) for a in report.assignments]
    counts = _counts(results)
    if not suites:  # CI systems take a file without tests for a success
        suites, counts = [_nothing(report)], _counts([], errors=1)
    root = node("testsuites", *suites, name=report.submission, **counts, time=_seconds(report.seconds))
    if finished:
        indent(root)
    return tostring(root, encoding="us-ascii", xml_declaration=True).decode() + "\n"


def _suite(assignment: AssignmentReport, notices: Sequence[str], finished: bool) -> Element:
    facts = {"points": assignment.points, "earned": assignment.earned, "withheld": assignment.withheld}
    told = "\n".join([*notices, *assignment.notices])
    return node(
        "testsuite",
        _properties({name: f"{value:g}" for name, value in facts.items()}),
        *(starmap(_case, _with_first(assignment.results)) if finished else map(_brief, assignment.results)),
        node("system-out", told) if told else None,
        name=assignment.heading,
        **_counts(assignment.results),
        time=_seconds(assignment.seconds),
    )


def _nothing(report: Report) -> Element:
    """The suite of a grading that did not begin: one error, with what is known."""
    error = node("error", "\n".join(report.notices), message="Nothing was graded.", type="interrupted")
    case = node("testcase", error, name="The submission is graded.", classname="grading", time=_seconds(0))
    return node("testsuite", case, name="grading", **_counts([], errors=1), time=_seconds(0))


def _with_first(results: Sequence[CheckResult]) -> Iterator[tuple[CheckResult, CheckResult]]:
    """Each result, and the first result of the same cause. Only the first tells it, as a hundred cases may share it."""
    firsts: dict[str, CheckResult] = {}
    for result in results:
        yield result, firsts.setdefault(finding(result).cause, result)


def _case(result: CheckResult, first: CheckResult) -> Element:
    check = result.check
    facts = {
        "id": check.id,
        "points": f"{check.points:g}",
        "earned": f"{result.earned:g}",
        "public": str(check.public).lower(),
    }
    return node(
        "testcase",
        _properties(facts),
        _problem(result, first),
        name=check.title,
        classname=_class(check),
        time=_seconds(result.seconds),
    )


@lru_cache(maxsize=4096)
def _brief(result: CheckResult) -> Element:
    what = finding(result).what[:MAX_MESSAGE]
    problem = None if result.outcome is Outcome.PASSED else node(ELEMENT[result.outcome], message=what)
    return node(
        "testcase", problem, name=result.check.title, classname=_class(result.check), time=_seconds(result.seconds)
    )


def _class(check: Check) -> str:
    return f"{check.assignment}.{check.component}".lstrip(".")


def _problem(result: CheckResult, first: CheckResult) -> Element | None:
    if result.outcome is Outcome.PASSED:
        return None
    told = finding(result)
    if told.cause and first is not result:
        told = replace(told, cause=f"For the same reason as {_class(first.check)}: {first.check.title}")
    if result.outcome is Outcome.NOT_RUN:
        return node("skipped", told.text, message=told.what[:MAX_MESSAGE])
    return node(ELEMENT[result.outcome], told.text, message=told.what[:MAX_MESSAGE], type=str(result.outcome))


def _properties(facts: dict[str, str]) -> Element:
    return node("properties", *(node("property", name=name, value=value) for name, value in facts.items()))


def _counts(results: Sequence[CheckResult], errors: int = 0) -> dict[str, str]:
    """The attributes that count cases. `errors` are added that belong to no check."""
    found = [ELEMENT.get(r.outcome) for r in results] + ["error"] * errors
    named = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    return {"tests": str(len(found)), **{plural: str(found.count(one)) for plural, one in named.items()}}


def _seconds(value: float) -> str:
    return f"{value:.3f}"
