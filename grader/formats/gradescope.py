"""results.json for Gradescope.

Source: gradescope-autograders.readthedocs.io, "Autograder Specifications".
"""

import json
import math
from collections.abc import Collection, Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from grader.formats.findings import about_hidden
from grader.formats.schema import InvalidReport, require_valid
from grader.formats.student import MAX_TEXT, clean, explanation
from grader.result import AssignmentReport, CheckResult, LeaderboardEntry, Outcome, Report, Visibility

SCHEMA = Path(__file__).with_name("gradescope.schema.json")
MAX_SIZE = 1_000_000  # characters of the file, which are ASCII
# What a student reads while checks are not shown. Gradescope shows the same text in all phases, so it is right in all.
NOT_ALL_SHOWN = {
    Visibility.HIDDEN: "Some checks are not shown to you, and so no score either.",
    Visibility.AFTER_PUBLISHED: "Some checks, and with them the score, are shown once the grades are published.",
    Visibility.AFTER_DUE_DATE: "Some checks, and with them the score, are shown once the due date is over.",
}


def to_gradescope(report: Report, finished: bool = True) -> str:
    """Render results.json. It is validated only once the grading has finished, as that takes longer than a check.

    Raises:
        InvalidReport: if it breaks the schema; the message names the place.
    """
    return written(results(report), finished)


def written(data: dict[str, Any], finished: bool = True) -> str:
    """The text of the file. If it would exceed `MAX_SIZE` characters, every output is cut to the same length.

    Args:
        data: the content of results.json.
        finished: whether to validate it.

    Raises:
        InvalidReport: if it breaks the schema; the message names the place.
    """
    if finished:
        validate(data)
    limit = MAX_TEXT
    indent = 1 if finished else None  # json writes ten times as fast without one, which counts after every check
    while len(text := json.dumps(data, indent=indent, allow_nan=False)) > MAX_SIZE and limit > 100:
        limit //= 2
        for test in data["tests"]:
            test["output"] = clean(test["output"], limit)
    return text


def results(report: Report) -> dict[str, Any]:
    """The content of results.json."""
    tests = [dict(_test(result)) for a in report.assignments for result in a.results]
    board = [_column(entry) for a in report.assignments for entry in a.leaderboard]
    return {
        "score": report.earned,
        "execution_time": round(report.seconds, 3),
        "output": clean("\n".join(_summary(report))),
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {"seed": report.seed, "withheld": report.withheld, "isolation": report.isolation}
        | ({"made_from": report.made_from} if report.made_from else {}),
        "tests": tests,
        **({"leaderboard": board} if board else {}),
    }


def validate(data: dict[str, Any]) -> None:
    """Validate against the schema, and check what a schema cannot say: finite numbers, and no score above its maximum.

    Raises:
        InvalidReport: the message names the place.
    """
    require_valid(data, SCHEMA)
    for test in data["tests"]:
        if not test["score"] <= test["max_score"]:
            raise InvalidReport(f"{test['name']}: its score is above its maximum")


@lru_cache(maxsize=4096)
def _test(result: CheckResult) -> dict[str, Any]:
    check = result.check
    passed = result.outcome is Outcome.PASSED
    return {
        "name": clean(f"{check.component}: {check.title}", 1000),
        "name_format": "text",
        "score": round(result.earned, 4),
        "max_score": round(check.points, 4),
        "status": "passed" if passed else "failed",
        **({"number": check.number} if check.number else {}),
        "output": explanation(result),
        "output_format": "text",
        **({"tags": list(check.tags)} if check.tags else {}),
        "visibility": str(check.visibility),
        "extra_data": {"id": check.id, "outcome": str(result.outcome)},
    }


def _column(entry: LeaderboardEntry) -> dict[str, Any]:
    value = clean(entry.value, 100) if isinstance(entry.value, str) else float(entry.value)
    return {"name": clean(entry.name, 100), "value": value, "order": entry.order}


def _summary(report: Report) -> list[str]:
    """What stands above all checks. Students see it at once, so it sums only the checks that are shown."""
    later = strictest({r.check.visibility for r in report.all_results})
    shown = later is None
    score = [f"{report.earned:g} of {report.points:g} points"] * bool(report.assignments)
    lines = [*(score if shown else [NOT_ALL_SHOWN[later]]), *_notes(report.notices)]
    if report.withheld:
        amount = f"{report.withheld:g} points" if shown else "Points"
        lines.append(
            f"{amount} are withheld: the grader itself failed in some checks. That costs you"
            " nothing; your course staff will have it graded again."
        )
    for assignment in report.assignments:
        lines.append(_line(assignment))
        lines += _notes(assignment.notices)
    hidden = about_hidden(report)
    return lines + [hidden] * bool(hidden)


def strictest(visibilities: Collection[str]) -> Visibility | None:
    """When the last of these checks is shown; None if all of them are shown at once."""
    return next((later for later in NOT_ALL_SHOWN if later in visibilities), None)


def _line(assignment: AssignmentReport) -> str:
    shown = [r for r in assignment.results if r.check.visibility is Visibility.VISIBLE]
    if len(shown) == len(assignment.results):
        return f"{assignment.heading}: {assignment.earned:g} of {assignment.points:g}"
    earned, points = math.fsum(r.earned for r in shown), math.fsum(r.check.points for r in shown)
    return f"{assignment.heading}: {earned:g} of {points:g} in the checks that are shown at once"


def _notes(notices: Iterable[str]) -> list[str]:
    """Notices, with all their lines indented. So no text of a student's can look like a line of the summary."""
    return ["  " + clean(notice).replace("\n", "\n    ") for notice in notices]
