"""Annotations of a GitHub Actions run, as workflow commands (docs.github.com, "Workflow commands for GitHub Actions").

GitHub shows 10 errors and 10 warnings of a step and drops the rest silently (actions/toolkit,
docs/problem-matchers.md). So annotations are sorted by the points lost, and the last one counts what is left. The log
above them has the whole report.
"""

import re
from collections.abc import Iterable

from grader.formats.findings import Group, Reason, lost, named, plural, reasons
from grader.formats.student import clean, finding
from grader.result import AssignmentReport, CheckResult, Report

MAX_ANNOTATIONS = 10  # of one kind
MAX_GROUPS = 4  # of checks that ended alike, told in one annotation
MAX_TITLES = 4  # of checks that ended alike
MAX_MESSAGE = 4000  # characters of one annotation, which GitHub folds after a few lines
# How a message names a place in the submission, for an exception and for a file that cannot be imported
_PLACE = re.compile(r"(framework/[\w./-]+\.py)(?:, line | could not be imported: .*\(line )(\d{1,6})\b")


def to_github(report: Report, log: str, token: str) -> str:
    """Render what a step prints: first the log, with workflow commands switched off, then the annotations.

    Args:
        log: the report for people. It may contain text of the student's.
        token: the word that switches workflow commands on again. It must not be guessable.

    Raises:
        ValueError: if the log contains the token.
    """
    return "\n".join([*quoted(log, token), *_errors(report), *_warnings(report), _total(report)]) + "\n"


def quoted(log: str, token: str) -> list[str]:
    """The text, with workflow commands switched off before it and on again after it.

    Raises:
        ValueError: if it contains the token.
    """
    if token in log:
        raise ValueError("the token that ends the log stands in the log")
    return [f"::stop-commands::{token}", log.rstrip("\n"), f"::{token}::"]


def command(name: str, message: str, **properties: str) -> str:
    """One workflow command. It is escaped, so that nothing in it can end it or begin another one."""
    told = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {told}::{_data(clean(message, MAX_MESSAGE))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(clean(text, 200)).replace(":", "%3A").replace(",", "%2C")


def _errors(report: Report) -> list[str]:
    """One annotation for each reason that was found out, and one for each component that lost other points."""
    costly = [(a, group) for a in report.assignments for group in _together(reasons(r for r in a.results if lost([r])))]
    costly.sort(key=lambda pair: -lost(_results(pair[1])))
    return _capped([_error(a, group) for a, group in costly], "error", "mistakes lost points too; the summary has them")


def _together(found: Iterable[Reason]) -> list[list[Reason]]:
    groups: dict[str, list[Reason]] = {}
    for reason in found:
        groups.setdefault(reason.told or reason.results[0].check.component, []).append(reason)
    return list(groups.values())


def _results(found: Iterable[Reason]) -> list[CheckResult]:
    return [result for reason in found for result in reason.results]


def _error(assignment: AssignmentReport, found: list[Reason]) -> str:
    bad = _results(found)
    groups = [group for reason in found for group in reason.groups]
    lines = [line for reason in found[:1] for line in (reason.told, reason.question) if line]
    lines += [line for group in groups[:MAX_GROUPS] for line in _told(group)]
    if rest := sum(len(group.results) for group in groups[MAX_GROUPS:]):
        lines.append(f"and {plural(rest, 'more check')}")
    title = f"{assignment.number} {named(bad)}".strip() + f": {lost(bad):g} of {assignment.points:g} points lost"
    return command("error", "\n".join(lines), **_place(bad), title=title)


def _told(group: Group) -> list[str]:
    """The titles of checks that ended alike, then why."""
    titles = [f"- {result.check.title}" for result in group.results[:MAX_TITLES]]
    if len(group.results) > MAX_TITLES:
        titles.append(f"- and {plural(len(group.results) - MAX_TITLES, 'check')} more")
    return [*titles, *(f"  {line}" for line in (group.how, group.what, group.like, group.hint) if line)]


def _place(results: Iterable[CheckResult]) -> dict[str, str]:
    """The file and line where the first exception came from, so that GitHub shows the annotation there."""
    found = (_PLACE.search(text) for result in results for text in (finding(result).where, finding(result).what))
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
