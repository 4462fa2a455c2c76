"""The whole report as JSON, for programs."""

import json
from dataclasses import asdict
from numbers import Real
from typing import Any

from grader.formats.student import clean
from grader.result import Report

SCHEMA = "grader.report/1"


def to_json(report: Report) -> str:
    """Render the report.

    Raises:
        ValueError: if a number is not finite.
    """
    totals = {"earned": report.earned, "points": report.points, "withheld": report.withheld}
    data = {"schema": SCHEMA, **totals, **_cleaned(asdict(report))}
    return json.dumps(data, indent=2, allow_nan=False)


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
