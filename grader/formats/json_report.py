"""The whole report as JSON, for programs; report.schema.json describes it."""

import json
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
    assignments = [{**_facts(a), "results": [_result(r) for r in a.results]} for a in report.assignments]
    data = {"schema": VERSION, **_facts(report), "assignments": assignments}
    text = json.dumps(data, indent=2 if finished else None, allow_nan=False)
    if finished:
        require_valid(data, SCHEMA)
    return text


def _facts(part: Report | AssignmentReport) -> dict[str, Any]:
    """All fields but the results, and the sums."""
    bare = replace(part, **{name: () for name in ("results", "assignments") if hasattr(part, name)})
    return _cleaned({"earned": part.earned, "points": part.points, "withheld": part.withheld, **asdict(bare)})


@lru_cache(maxsize=4096)
def _result(result: CheckResult) -> dict[str, Any]:
    return _cleaned(asdict(result))


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
