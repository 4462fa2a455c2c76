"""What the process of a suite said becomes a report in which every declared test has a result."""

import contextlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from grader.result import AssignmentReport, Check, CheckResult, LeaderboardEntry, Outcome, Report, Visibility
from grader.suite.listing import Declared

SHARED = "This suite ran in one process with the student's code, which could have changed what it says; checks of this grader's own do not."


@dataclass
class Story:
    """What the process has said so far, checked line by line: it may have been the student's code that said it."""

    collected: list[str] = field(default_factory=list)
    ended: dict[str, dict[str, Any]] = field(default_factory=dict)
    broken: list[dict[str, Any]] = field(default_factory=list)
    running: str | None = None
    done: bool = False

    def hear(self, line: bytes) -> None:
        """Take in one line; one that is not as agreed is passed over."""
        with contextlib.suppress(ValueError, TypeError, AttributeError, RecursionError):
            said = json.loads(line)
            if "collected" in said:
                self.collected = self.collected or [str(name) for name in said["collected"]][:10_000]
            elif "began" in said:
                self.running = str(said["began"])
            elif "ended" in said:
                self.ended.setdefault(str(said["ended"]), said)
                self.running = None
            elif "broken" in said:
                self.broken.append(said)
            self.done = self.done or said.get("done") is True


def report_of(
    suite: str, submission: str, declared: Mapping[str, Declared], story: Story, deaths: Mapping[str, Outcome], seconds: float
) -> Report:
    """The report. `deaths` are tests during which a process ended, by a crash (ERROR) or at the end of the time (TIMEOUT)."""
    listed = {**declared, **{name: _found(name, story) for name in story.collected if name not in declared and "_FailedTest" not in name}}
    entries = tuple(e for test in listed.values() if (e := _entry(test, story)))
    results = tuple(_result(test, story, deaths) for test in listed.values() if test.leaderboard is None)
    points = round(math.fsum(r.check.points for r in results), 4)
    assignment = AssignmentReport("", suite, points, results, (SHARED,), seconds, entries)
    return Report(submission, 0, (assignment,), seconds=seconds)


def _found(name: str, story: Story) -> Declared:
    """A test that only running the suite has shown: made by a loop, inherited from elsewhere."""
    said = story.ended.get(name, {})
    return Declared(name, str(said.get("title") or ""), _number(said.get("weight")))


def _check(test: Declared) -> Check:
    *place, method = test.id.split(".")
    visibility = test.visibility if test.visibility in set(Visibility) else Visibility.VISIBLE
    return Check(
        f"suite/{test.id}",
        "",
        place[-1] if place else "suite",
        test.title or method,
        test.weight or 0.0,
        public=True,
        visibility=Visibility(visibility),
        number=test.number,
        tags=test.tags,
        hint=test.hide_errors,
    )


_ENDS = {
    "passed": (Outcome.PASSED, ""),
    "failed": (Outcome.FAILED, "The test failed."),
    "error": (Outcome.ERROR, "The test ended with an error."),
    "skipped": (Outcome.NOT_RUN, "The test was skipped."),
}


def _result(test: Declared, story: Story, deaths: Mapping[str, Outcome]) -> CheckResult:
    check = _check(test)
    said = story.ended.get(test.id)
    if said is None:
        return _unfinished(check, test, story, deaths)
    outcome, kind = _ENDS.get(str(said.get("outcome")), _ENDS["error"])
    share = _number(said.get("score"))
    earned = (check.points if outcome is Outcome.PASSED else 0.0) if share is None else min(max(share, 0.0), check.points)
    if outcome is Outcome.PASSED and earned < check.points:
        outcome, kind = Outcome.FAILED, "The test gave part of its points."
    return CheckResult(check, outcome, round(earned, 4), kind, str(said.get("message") or ""), str(said.get("printed") or ""))


def _unfinished(check: Check, test: Declared, story: Story, deaths: Mapping[str, Outcome]) -> CheckResult:
    """A test that never said how it ended: it died, its class or module could not be set up, or its turn never came."""
    if test.id in deaths:
        kind = "The process ended during this test." if deaths[test.id] is Outcome.ERROR else "The time of the suite was used up in this test."
        return CheckResult(check, deaths[test.id], kind=kind, message=kind)
    place = test.id.rpartition(".")[0]
    for said in story.broken:
        if f"({place})" in str(said.get("broken")) or f"({test.module})" in str(said.get("broken")):
            skipped = said.get("outcome") == "skipped"
            kind = "The test was skipped." if skipped else "What stands before this test could not be set up."
            return CheckResult(check, Outcome.NOT_RUN if skipped else Outcome.BLOCKED, kind=kind, message=str(said.get("message")))
    missing = story.ended.get(f"unittest.loader._FailedTest.{test.module}")
    if missing:
        kind = f"{test.module} could not be imported."
        return CheckResult(check, Outcome.BLOCKED, kind=kind, message=str(missing.get("message")))
    kind = "This test was not run: the suite ended before it."
    return CheckResult(check, Outcome.NOT_RUN, kind=kind, message=kind)


def _entry(test: Declared, story: Story) -> LeaderboardEntry | None:
    said = story.ended.get(test.id, {})
    value = said.get("leaderboard_value")
    if test.leaderboard is None or not (isinstance(value, str) or _number(value) is not None):
        return None
    return LeaderboardEntry(test.leaderboard, value, "asc" if said.get("leaderboard_sort_order") == "asc" else "desc")


def _number(value: Any) -> float | None:
    """A finite number of points, or None."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    with contextlib.suppress(OverflowError):  # an int of 400 digits
        return float(value) if math.isfinite(value) else None
    return None


