"""Annotations of a GitHub Actions run, as workflow commands (docs.github.com, "Workflow commands for GitHub Actions").

GitHub shows 10 errors and 10 warnings of a step and drops the rest without a word (actions/toolkit, docs/problem-matchers.md), so
what cost the most points comes first and the last one counts what is left. The whole report stands in the log above them.
"""

import re
from collections.abc import Iterable

from grader.formats.findings import alike, by_component, failed, lost, plural, score
from grader.formats.student import clean, finding
from grader.result import AssignmentReport, CheckResult, Report

MAX_ANNOTATIONS = 10  # of one kind
MAX_CAUSES = 4  # told in one annotation
MAX_TITLES = 4  # of checks that ended alike
MAX_MESSAGE = 4000  # characters of one annotation, which GitHub folds after a few lines
_PLACE = re.compile(r"(framework/[\w./-]+\.py), line (\d{1,6})\b")  # how a place in the submission is told


def to_github(report: Report, log: str, token: str) -> str:
    """Render what a step prints: the log, while commands are switched off, then the annotations.

    Args:
        log: the report for people; it may hold the student's words.
        token: what switches commands on again; it must not be guessable.

    Raises:
        ValueError: if the log holds the token.
    """
    if token in log:
        raise ValueError("the token that ends the log stands in the log")
    quoted = [f"::stop-commands::{token}", log.rstrip("\n"), f"::{token}::"]
    return "\n".join([*quoted, *_errors(report), *_warnings(report), _total(report)]) + "\n"


def command(name: str, message: str, **properties: str) -> str:
    """One workflow command, escaped so that nothing in it ends it or begins another."""
    told = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {told}::{_data(clean(message, MAX_MESSAGE))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(clean(text, 200)).replace(":", "%3A").replace(",", "%2C")


def _errors(report: Report) -> list[str]:
    """One for each component that lost points."""
    costly = [(a, group) for a in report.assignments for group in by_component(a.results).values() if lost(group)]
    costly.sort(key=lambda pair: -lost(pair[1]))
    return _capped([_error(a, group) for a, group in costly], "error", "components lost points too; the summary has them")


def _error(assignment: AssignmentReport, results: list[CheckResult]) -> str:
    component = results[0].check.component
    bad = [r for r in failed(results) if lost([r])]
    causes = alike(bad)
    lines = [line for cause in causes[:MAX_CAUSES] for line in _told(cause)]
    if rest := sum(map(len, causes[MAX_CAUSES:])):
        lines.append(f"and {plural(rest, 'more check')}")
    title = f"{assignment.number} {component}: {score(results)} points"
    return command("error", "\n".join(lines), **_place(bad), title=title)


def _told(cause: list[CheckResult]) -> list[str]:
    """The titles of checks that ended alike, then why."""
    told = finding(cause[0])
    titles = [f"- {result.check.title}" for result in cause[:MAX_TITLES]]
    if len(cause) > MAX_TITLES:
        titles.append(f"- and {plural(len(cause) - MAX_TITLES, 'check')} more")
    return [*titles, *(f"  {line}" for line in (told.what, told.hint) if line)]


def _place(results: Iterable[CheckResult]) -> dict[str, str]:
    """Where in the submission the first exception came from, so that GitHub shows the annotation there."""
    found = (_PLACE.search(finding(result).where) for result in results)
    match = next(filter(None, found), None)
    return {"file": match[1], "line": match[2]} if match else {}


def _warnings(report: Report) -> list[str]:
    said = [command("warning", n, title="Note") for part in (report, *report.assignments) for n in part.notices]
    if report.withheld:
        told = "The grader itself failed in some checks. That costs the student nothing; it has to be graded again."
        said.insert(0, command("warning", told, title=f"{report.withheld:g} points are withheld"))
    return _capped(said, "warning", "notes; the summary has them")


def _capped(commands: list[str], name: str, rest: str) -> list[str]:
    if len(commands) <= MAX_ANNOTATIONS:
        return commands
    shown = commands[: MAX_ANNOTATIONS - 1]
    return [*shown, command(name, f"{len(commands) - len(shown)} more {rest}.", title="More")]


def _total(report: Report) -> str:
    return command("notice", f"{report.earned:g} of {report.points:g} points", title="Graded")
