"""What a grading has found so far, on disk: whatever ends it, no finished check is lost.

One JSON object a line, each flushed to the disk before the grading goes on:

    {"begin": {...}}     the submission, the seed, the assignments with their points
    {"checks": [...]}    all checks that are going to run
    {"result": {...}}    one finished check

A line cut off by a crash is the last one, and is left out when the journal is read.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Self

from grader.result import (
    AssignmentReport,
    Check,
    CheckResult,
    Outcome,
    Report,
    Visibility,
)


class Journal:
    """Appends to a journal; every method returns once its line is on the disk."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8")

    def begin(self, report: Report) -> None:
        """Note what is about to be graded; the report has no results yet."""
        self._write({"begin": asdict(report)})

    def collected(self, checks: Iterable[Check]) -> None:
        """Note every check that is going to run."""
        self._write({"checks": [asdict(check) for check in checks]})

    def finished(self, result: CheckResult) -> None:
        """Note one finished check."""
        self._write({"result": {**asdict(result), "check": result.check.id}})

    def _write(self, entry: dict[str, Any]) -> None:
        # Text of the student's may hold lone surrogates: ASCII escapes keep the file readable whatever it holds.
        self._file.write(json.dumps(entry, allow_nan=False) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._file.close()


@dataclass(frozen=True)
class Progress:
    """A journal as it was read."""

    report: Report
    checks: tuple[Check, ...]
    results: tuple[CheckResult, ...]


def read_journal(path: Path) -> Progress | None:
    """Read what a grading left; None if it had not even begun."""
    entries = list(_entries(path))
    begun = next((e["begin"] for e in entries if "begin" in e), None)
    if begun is None:
        return None
    checks = tuple(_check(c) for e in entries for c in e.get("checks", ()))
    by_id = {check.id: check for check in checks}
    results = tuple(_result(e["result"], by_id) for e in entries if "result" in e)
    return Progress(_report(begun), checks, results)


def completed(progress: Progress, reason: str, kind: str) -> Report:
    """The report of a grading that was interrupted: what was found stands, every other check is listed as not run."""
    done = {result.check.id for result in progress.results}
    missing = [
        CheckResult(check, Outcome.INTERNAL, kind=kind, message=reason) for check in progress.checks if check.id not in done
    ]
    results = [*progress.results, *missing]
    assignments = tuple(
        replace(a, results=tuple(r for r in results if r.check.assignment == a.number)) for a in progress.report.assignments
    )
    return replace(progress.report, assignments=assignments, notices=(*progress.report.notices, reason))


def _entries(path: Path) -> Iterable[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            yield json.loads(line)
        except ValueError:
            return  # cut off in the middle of writing


def _check(data: dict[str, Any]) -> Check:
    return Check(**{**data, "visibility": Visibility(data["visibility"]), "tags": tuple(data["tags"])})


def _result(data: dict[str, Any], by_id: dict[str, Check]) -> CheckResult:
    return CheckResult(**{**data, "check": by_id[data["check"]], "outcome": Outcome(data["outcome"])})


def _report(data: dict[str, Any]) -> Report:
    assignments = tuple(
        AssignmentReport(**{**a, "results": (), "notices": tuple(a["notices"]), "leaderboard": ()}) for a in data["assignments"]
    )
    return Report(**{**data, "assignments": assignments, "notices": tuple(data["notices"])})
