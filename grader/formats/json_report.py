"""The whole report as JSON, for programs; report.schema.json describes it."""

import json
from collections.abc import Iterable
from dataclasses import asdict, replace
from functools import lru_cache
from numbers import Real
from pathlib import Path
from typing import Any

from grader.formats.schema import require_valid
from grader.formats.student import clean
from grader.result import AssignmentReport, CheckResult, Report

VERSION = "grader.report/1"  # grows when a field is removed or changes its meaning; new fields may come at any time
SCHEMA = Path(__file__).with_name("report.schema.json")


def to_json(report: Report, finished: bool = True) -> str:
    """Render the report. It is validated only once the grading has finished, as that takes longer than a check.

    Raises:
        InvalidReport: if it breaks its schema; the message names the place.
        ValueError: if a number is not finite.
    """
    if not finished:
        return _draft(report)
    assignments = [{**_facts(a), "results": [_result(r) for r in a.results]} for a in report.assignments]
    data = {"schema": VERSION, **_facts(report), "assignments": assignments}
    text = json.dumps(data, indent=2, allow_nan=False)
    require_valid(data, SCHEMA)
    return text


def _draft(report: Report) -> str:
    """The same in one line, put together of texts: it is written after every check, and each result is encoded once."""
    assignments = [_with(_facts(a), "results", map(_result_text, a.results)) for a in report.assignments]
    return _with({"schema": VERSION, **_facts(report)}, "assignments", assignments)


def _with(facts: dict[str, Any], name: str, items: Iterable[str]) -> str:
    """The JSON of facts, in which a list of what is JSON already takes the place of what has this name."""
    bare = {key: value for key, value in facts.items() if key != name}
    return f'{json.dumps(bare, allow_nan=False)[:-1]}, "{name}": [{", ".join(items)}]}}'


def _facts(part: Report | AssignmentReport) -> dict[str, Any]:
    """All fields but the results, and the sums."""
    bare = replace(part, **{name: () for name in ("results", "assignments") if hasattr(part, name)})
    return _cleaned({"earned": part.earned, "points": part.points, "withheld": part.withheld, **asdict(bare)})


@lru_cache(maxsize=4096)
def _result(result: CheckResult) -> dict[str, Any]:
    return _cleaned(asdict(result))


@lru_cache(maxsize=4096)
def _result_text(result: CheckResult) -> str:
    return json.dumps(_result(result), allow_nan=False)


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(str(value))
    if isinstance(value, dict):
        return {key: _cleaned(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(item) for item in value]
    if isinstance(value, Real) and not isinstance(value, int):  # NumPy's numbers too
        return round(float(value), 6)
    return value
