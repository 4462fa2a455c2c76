"""What the formats for people share: results grouped, added up and put into sentences."""

from collections.abc import Iterable

from grader.formats.student import Finding, clean, finding
from grader.result import CheckResult, Outcome, Report

VERDICT = {
    Outcome.PASSED: "passed",
    Outcome.FAILED: "failed",
    Outcome.ERROR: "error",
    Outcome.TIMEOUT: "out of time",
    Outcome.BLOCKED: "could not be imported",
    Outcome.NOT_RUN: "not run",
    Outcome.INTERNAL: "points withheld",
}


def failed(results: Iterable[CheckResult]) -> list[CheckResult]:
    """Those that did not pass."""
    return [r for r in results if r.outcome is not Outcome.PASSED]


def by_component(results: Iterable[CheckResult]) -> dict[str, list[CheckResult]]:
    """Results under the names of their components, in the order of the checks."""
    groups: dict[str, list[CheckResult]] = {}
    for result in results:
        groups.setdefault(result.check.component, []).append(result)
    return groups


def alike(results: Iterable[CheckResult]) -> list[list[CheckResult]]:
    """Those that did not pass, together where they ended in the same way and the same is to be said of them."""
    groups: dict[tuple[Outcome, Finding], list[CheckResult]] = {}
    for result in failed(results):
        groups.setdefault((result.outcome, finding(result)), []).append(result)
    return list(groups.values())


def lost(results: Iterable[CheckResult]) -> float:
    """Points that these checks cost; what is withheld is not lost."""
    return round(sum(r.check.points - r.earned for r in failed(results) if r.outcome is not Outcome.INTERNAL), 4)


def score(results: Iterable[CheckResult]) -> str:
    """The points of some checks, as in "1.5 of 4"."""
    results = list(results)
    return f"{round(sum(r.earned for r in results), 4):g} of {round(sum(r.check.points for r in results), 4):g}"


def passed(results: Iterable[CheckResult]) -> str:
    """How many of some checks passed, as in "3 of 4"."""
    results = list(results)
    return f"{len(results) - len(failed(results))} of {len(results)}"


def plural(count: int, noun: str) -> str:
    """A number of things, as in "1 check" and "2 checks"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def remarks(report: Report) -> list[str]:
    """What has to be said of a report as a whole, one sentence each."""
    said = [clean(notice, 2000) for notice in report.notices]
    if report.withheld:
        said.append(
            f"Withheld points: {report.withheld:g}. The grader itself failed in some checks."
            " That costs you nothing; your course staff will have it graded again."
        )
    return said


def about_hidden(report: Report) -> str:
    """What the number of hidden checks means; nothing where there are none."""
    count = sum(not r.check.public for a in report.assignments for r in a.results)
    return f"{count} of the checks are hidden: they look at the same behaviour with other inputs." if count else ""
