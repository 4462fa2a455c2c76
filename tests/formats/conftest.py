"""Reports made by hand, so that each format is seen with anything that a grading could find."""

from dataclasses import replace

import pytest

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
)

CHECK = Check("01/hidden/Linear/test_forward", "01", "Linear", "Linear computes y = x W^T + b.", 2, public=False)
FAILED = CheckResult(
    CHECK,
    Outcome.FAILED,
    kind="The values are not the expected ones.",
    message="y[0] is 3, but should be 4 (1 of 1 differ)",
)


def _result(outcome: Outcome = Outcome.FAILED, public: bool = False, **changes) -> CheckResult:
    """A result; what belongs to the check goes there."""
    of_check = {name: changes.pop(name) for name in list(changes) if name in vars(CHECK)}
    changed = replace(FAILED, outcome=outcome, check=replace(CHECK, public=public, **of_check), **changes)
    if outcome is Outcome.PASSED:
        return replace(changed, earned=changed.check.points, kind="", message="", detail="")
    return changed


def _report(
    *results: CheckResult, notices: tuple[str, ...] = (), leaderboard: tuple[LeaderboardEntry, ...] = ()
) -> Report:
    """A report of one assignment."""
    points = sum(r.check.points for r in results)
    assignment = AssignmentReport("01", "Modules", points, tuple(results), notices, 0.5, leaderboard)
    return Report("alice", 7, (assignment,), seconds=1.25)


@pytest.fixture
def result():
    return _result


@pytest.fixture
def report():
    return _report


HOSTILE = {
    "colours": "\x1b[31mred\x1b[0m\x1b]0;title\x07",
    "markup": "[bold]b[/bold] [/] [link=http://x]y[/link] :smile: <b>b</b> **b**",
    "line ends": "one\r\ntwo\rthree\n",
    "NUL": "a\0b",
    "surrogates": "a\ud800b\udfffc",
    "C1": "a\x85b\x9bc",
    "reversed": "a\u202eb\u2066c\u200bd\ufeffe",
    "tags": "a\U000e0041b",
    "workflow command": "::error file=x::y",
    "long word": "x" * 5000,
    "wide letters": "層" * 300,
    "combining": "e" + "\u0301" * 500,
    "empty": "",
    "blank": " \n\t\n ",
}


@pytest.fixture(params=HOSTILE.values(), ids=HOSTILE.keys())
def hostile(request) -> str:
    return request.param


@pytest.fixture(scope="session")
def filled():
    """A report with a text in every place that a student's words or an author's could reach, for every outcome."""

    def make(text: str) -> Report:
        diagnosis = Diagnosis(text, text, text, (text,))
        matrix = Matrix((text, "test_edge"), (Caught(text, (text,)),), 1)
        results = [
            _result(
                outcome,
                public,
                diagnosis=diagnosis,
                kind="It is wrong.",
                message=text,
                detail=text,
                title=f"t{text}",
                component=f"c{text}",
                hint=text or None,
                matrix=matrix,
            )
            for outcome in Outcome
            for public in (True, False)
        ]
        board = (LeaderboardEntry(f"n{text}", text), LeaderboardEntry("loss", 0.5, "asc"))
        return replace(_report(*results, notices=(text,), leaderboard=board), submission=text, notices=(text,))

    return make
