"""Reads a report back from its JSON, so that it can be shown in any other format later."""

import json
from typing import Any

from grader.result import (
    AssignmentReport,
    Caught,
    Check,
    CheckResult,
    Diagnosis,
    LeaderboardEntry,
    Matrix,
    Outcome,
    Report,
    Visibility,
)

SUMS = ("earned", "points", "withheld")


def from_json(text: str) -> Report:
    """The report of which `json_report.to_json` wrote this text.

    Raises:
        ValueError, KeyError, TypeError: if it wrote no such text.
    """
    return report_of(json.loads(text))


def report_of(data: dict[str, Any]) -> Report:
    """The same, from parsed JSON."""
    facts = {key: value for key, value in data.items() if key not in (*SUMS, "schema")}
    return Report(**facts | {"notices": tuple(data["notices"]), "assignments": tuple(map(_part, data["assignments"]))})


def _part(data: dict[str, Any]) -> AssignmentReport:
    facts = {key: value for key, value in data.items() if key not in ("earned", "withheld")}
    return AssignmentReport(
        **facts
        | {
            "results": tuple(map(_result, data["results"])),
            "notices": tuple(data["notices"]),
            "leaderboard": tuple(LeaderboardEntry(**entry) for entry in data["leaderboard"]),
        }
    )


def _result(data: dict[str, Any]) -> CheckResult:
    found, matrix = data["diagnosis"], data["matrix"]
    return CheckResult(
        **data
        | {
            "check": _check(data["check"]),
            "outcome": Outcome(data["outcome"]),
            "picture": tuple(map(tuple, data["picture"])),
            "diagnosis": found and Diagnosis(**found | {"causes": tuple(found["causes"])}),
            "matrix": matrix and _matrix(matrix),
        }
    )


def _check(data: dict[str, Any]) -> Check:
    return Check(**data | {"visibility": Visibility(data["visibility"]), "tags": tuple(data["tags"])})


def _matrix(data: dict[str, Any]) -> Matrix:
    caught = tuple(Caught(each["belief"], tuple(each["tests"])) for each in data["caught"])
    return Matrix(tuple(data["tests"]), caught, data["uncaught"], tuple(data["rejecting"]))
