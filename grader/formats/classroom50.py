"""result.json for Classroom 50, after its schema "classroom50/result/v1".

Source: github.com/foundation50/classroom50, schemas/result-v1.schema.json, and the page "Advanced Autograding" of its
wiki. That schema asks for whole numbers. So scores are written in hundredths of a point, for every submission and
assignment alike. The score and the maximum are those of the report, to the hundredth. The maxima of the tests add up to
the maximum. Of a check that is worth 0.375 points, one hundredth may be counted with the check after it.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

from grader.formats.schema import InvalidReport, require_valid
from grader.formats.student import clean, explanation
from grader.result import CheckResult, Outcome, Report, Visibility

SCHEMA = Path(__file__).with_name("classroom50.schema.json")
SCALE = 100
MAX_MESSAGE = 2000  # characters; the runner's own reports cut there
# Field of the result -> the environment variables in which the runner gives it. The first one that is set counts.
REQUIRED = {
    "classroom": ("CLASSROOM",),
    "assignment": ("ASSIGNMENT",),
    "assignment_type": ("ASSIGNMENT_TYPE",),
    "owner": ("OWNER", "USERNAME"),
    "submission": ("SUBMISSION_TAG",),
    "commit": ("COMMIT_URL",),
    "release": ("RELEASE_URL",),
    "review": ("REVIEW_URL", "COMMIT_URL"),
}


@dataclass(frozen=True)
class Origin:
    """What Classroom 50's runner says about the submission."""

    facts: Mapping[str, str]
    time: datetime

    @classmethod
    def of(cls, environment: Mapping[str, str], time: datetime) -> "Origin":
        """Read the runner's environment variables.

        Raises:
            KeyError: if variables are missing; it has their names.
        """
        found = {field: next(filter(None, map(environment.get, names)), "") for field, names in REQUIRED.items()}
        found["assignment_type"] = (
            found["assignment_type"] or "individual"
        )  # older runners leave it out, and add it later
        missing = [REQUIRED[field][0] for field, value in found.items() if not value]
        if missing:
            raise KeyError(", ".join(missing))
        return cls(found, time)


def to_classroom50(report: Report, origin: Origin, finished: bool = True) -> str:
    """Render result.json. It is validated only once the grading has finished.

    Raises:
        InvalidReport: if it breaks the schema; the message names the place.
    """
    tests = _tests(report)
    stamp = origin.time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    data = {
        "schema": "classroom50/result/v1",
        **origin.facts,
        "datetime": stamp,
        "graded_at": stamp,
        "score": _hundredths(report.earned),
        "max-score": sum(test["max-score"] for test in tests),
        "tests": tests,
    }
    if finished:
        _validate(data)
    return json.dumps(data, indent=1, allow_nan=False)


def _tests(report: Report) -> list[dict[str, Any]]:
    """One entry for each check that students see now, and a single entry for all other checks.

    The format has no hidden entries, but the score must include every check.
    """
    results = report.all_results
    now = [r for r in results if r.check.visibility is Visibility.VISIBLE]
    later = [r for r in results if r.check.visibility is not Visibility.VISIBLE]
    *maxima, rest = _shares([*(r.check.points for r in now), math.fsum(r.check.points for r in later)])
    tests = [_test(result, maximum) for result, maximum in zip(now, maxima, strict=True)]
    if later:
        lost = _hundredths(math.fsum(r.check.points - r.earned for r in later))
        tests.append(_entry("Checks that are not shown now", rest - lost, rest, not lost))
    return tests


def _shares(points: Sequence[float]) -> list[int]:
    """The points of each in hundredths, rounded so that any first few of them together are right to the hundredth."""
    return [end - start for start, end in pairwise(map(_hundredths, accumulate(points, initial=0.0)))]


@lru_cache(maxsize=4096)
def _test(result: CheckResult, maximum: int) -> dict[str, Any]:
    check = result.check
    name = f"{check.place}: {check.title}"
    passed = result.outcome is Outcome.PASSED
    entry = _entry(name, maximum - _hundredths(check.points - result.earned), maximum, passed)
    return (
        entry
        if passed
        else entry | {"outcome": str(result.outcome), "message": clean(explanation(result), MAX_MESSAGE)}
    )


def _entry(name: str, score: int, maximum: int, passed: bool) -> dict[str, Any]:
    return {"test-name": clean(name, 1000), "passed": passed, "score": max(score, 0), "max-score": maximum}


def _hundredths(points: float) -> int:
    return round(points * SCALE)


def _validate(data: dict[str, Any]) -> None:
    require_valid(data, SCHEMA)
    for test in (*data["tests"], data):
        if test["score"] > test["max-score"]:
            raise InvalidReport(f"{test.get('test-name', 'the sum')}: its score is above its maximum")
