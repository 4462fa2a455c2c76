"""Turns what the process of a suite said into a report, in which every declared test has a result."""

import contextlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from grader.result import AssignmentReport, Check, CheckResult, LeaderboardEntry, Outcome, Report, Visibility
from grader.suite.listing import UNREADABLE, Declared

SHARED = (
    "A unittest suite shares a process with the student's code: whoever wants to can read its tests and forge their"
    " results. Look at surprising ones by hand. Checks of this grader's own share no process with student code."
)
OPEN = "The network was open to the suite, and with it to the student's code."


@dataclass
class Story:
    """What the process has said so far. Every line is validated, as the student's code may have written it."""

    collected: list[str] = field(default_factory=list)
    ended: dict[str, dict[str, Any]] = field(default_factory=dict)
    broken: list[dict[str, Any]] = field(default_factory=list)
    running: str | None = None
    walled: bool = False
    done: bool = False

    def hear(self, line: bytes) -> None:
        """Take in one line; ignore it if it breaks the protocol."""
        with contextlib.suppress(ValueError, TypeError, AttributeError, RecursionError):
            said = json.loads(line)
            if "walled" in said and not self.collected:
                self.walled = said["walled"] is True
            elif "collected" in said:
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
    suite: str,
    submission: str,
    declared: Mapping[str, Declared],
    story: Story,
    deaths: Mapping[str, Outcome],
    seconds: float,
) -> Report:
    """The report.

    `deaths` are the tests during which a process ended, by a crash (ERROR) or at the end of its time (TIMEOUT).
    """
    names = [
        name
        for name, test in declared.items()
        if not (test.doubtful and story.collected and name not in story.collected)
    ]
    names += [name for name in story.collected if name not in declared and "_FailedTest" not in name]
    listed = [_completed(declared.get(name, Declared(name)), story.ended.get(name, {})) for name in names]
    entries = tuple(e for test in listed if (e := _entry(test, story)))
    results = tuple(_result(test, story, deaths) for test in listed if test.leaderboard is None)
    points = round(math.fsum(r.check.points for r in results), 4)
    assignment = AssignmentReport("", suite, points, results, (), seconds, entries)
    isolation = {
        "unconfined": SHARED if story.walled else f"{SHARED} {OPEN}",
        "network": "refused" if story.walled else "open",
    }
    return Report(submission, 0, (assignment,), seconds=seconds, isolation=isolation)


def _completed(test: Declared, said: Mapping[str, Any]) -> Declared:
    """Add what the suite computes when it runs: names made by a loop, values that are not literals, inherited tests."""
    visibility, weight, tags = said.get("visibility"), _number(said.get("weight")), said.get("tags")
    ran = dict(
        title=str(said.get("title") or ""),
        weight=weight if weight is not None and weight >= 0 else None,
        visibility=visibility
        if visibility in set(Visibility)
        else Visibility.HIDDEN
        if test.visibility == UNREADABLE
        else Visibility.VISIBLE,
        number=_text(said.get("number")),
        tags=tuple(map(str, tags)) if isinstance(tags, list) else (),
        hide_errors=_text(said.get("hide_errors")),
        leaderboard=_text(said.get("leaderboard_column")),
    )
    empty = (None, "", (), UNREADABLE)
    return replace(test, **{name: value for name, value in ran.items() if getattr(test, name) in empty})


def _text(value: Any) -> str | None:
    return None if value is None else str(value)[:1000]


def _check(test: Declared) -> Check:
    *place, method = test.id.split(".")
    return Check(
        f"suite/{test.id}",
        "",
        place[-1] if place else "suite",
        test.title or method,
        test.weight or 0.0,
        public=True,
        visibility=Visibility(test.visibility),
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
    earned = (
        (check.points if outcome is Outcome.PASSED else 0.0) if share is None else min(max(share, 0.0), check.points)
    )
    if outcome is Outcome.PASSED and earned < check.points:
        # Nothing was raised, so there is no error to hide.
        check, outcome, kind = replace(check, hint=None), Outcome.FAILED, "The test gave part of its points."
    return CheckResult(
        check, outcome, round(earned, 4), kind, str(said.get("message") or ""), str(said.get("printed") or "")
    )


def _unfinished(check: Check, test: Declared, story: Story, deaths: Mapping[str, Outcome]) -> CheckResult:
    """The result of a test that never said how it ended.

    It died, or the set-up of its class or module failed, or its turn never came.
    """
    if test.id in deaths:
        kind = (
            "The process ended during this test."
            if deaths[test.id] is Outcome.ERROR
            else "This test took too long, and was ended: what is left of the suite's time belongs to the other tests."
        )
        return CheckResult(check, deaths[test.id], kind=kind, message=kind)
    place = test.id.rpartition(".")[0]
    for said in story.broken:
        if f"({place})" in str(said.get("broken")) or f"({test.module})" in str(said.get("broken")):
            skipped = said.get("outcome") == "skipped"
            kind = "The test was skipped." if skipped else "What stands before this test could not be set up."
            return CheckResult(
                check, Outcome.NOT_RUN if skipped else Outcome.BLOCKED, kind=kind, message=str(said.get("message"))
            )
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
