"""Turns a report into results.json under a policy.

It decides the score that counts, when hidden checks are shown, and the text above all checks.
"""

from dataclasses import replace
from typing import Any

from grader.formats.gradescope import results, strictest, validate
from grader.formats.schema import InvalidReport
from grader.formats.student import clean
from grader.gradescope.metadata import Metadata
from grader.policy import Attempt, CheckPoints, Policy, Score, after_due, best, ceiling, refusal, score, standing
from grader.result import CheckResult, Outcome, Report, Visibility

MAX_REFUSED = 1000  # times of refused submissions that are copied into new results
TIME = "%Y-%m-%d %H:%M"
MOST = 1_000_000  # points; what the schema allows
ABOUT_SCORE = "score"  # the id of a test that says how the score comes about
_INFORMS = {"name_format": "text", "score": 0, "max_score": 0, "status": "passed", "output_format": "text"}
_VEIL = _INFORMS | {
    "name": "The checks of your earlier submission",
    "status": "failed",
    "output": "They are not listed here. Its score stands until this submission is graded.",
    "extra_data": {"id": "earlier", "outcome": str(Outcome.INTERNAL)},
}


def composed(report: Report, policy: Policy, metadata: Metadata, finished: bool) -> dict[str, Any]:
    """The content of results.json.

    `finished` is False as long as checks are missing, or points are withheld. Until then the score is at least that of
    the earlier submission that counts, so a failure of the grader costs nothing.
    """
    data = results(_shown(report, policy, metadata))
    found = counted(data, policy, metadata)
    lines = (
        [*found.steps, f"Score: {found.points:g} of {found.maximum:g} points."] if found.points != data["score"] else []
    )
    data["score"] = found.points
    if finished and (earlier := better(found, policy, metadata)):
        most = found.maximum * ceiling(policy)
        data["score"], said = _kept(earlier, most, f"this one, which earned {found.points:g}")
        lines.append(said)
    data["output"] = clean("\n".join([data["output"], *filter(None, [found.lateness])]))
    if not finished and (earlier := standing(metadata.attempts, policy.submissions)):
        # The maximum is unknown until all checks are collected, so the earlier score is kept as the platform has it.
        data["score"] = max(data["score"], round(min(earlier.score, MOST), 4))
        of = earlier.time.strftime(TIME)
        data["output"] += (
            f"\nUntil this submission is graded, your score is no less than that of your submission of {of}."
        )
        data["tests"] = data["tests"] or _veil(policy, metadata)
    _explain(data, lines)
    data["extra_data"] |= {
        "finished": finished,
        "refused": [time.isoformat() for time in metadata.refused],
        "maximum": found.maximum,
        "steps": [clean(step) for step in found.steps],
        "notes": list(metadata.problems),
    }
    return data


def _kept(earlier: Attempt, most: float, listed: str) -> tuple[float, str]:
    """The score of an earlier submission that counts, and a sentence about it and the one whose tests are `listed`."""
    kept = round(min(earlier.score, most), 4)
    cap = f", of which no more than {most:.6g} count" if earlier.score > most else ""
    return kept, (
        f"An earlier submission of yours, of {earlier.time.strftime(TIME)}, was better and counts:"
        f" it earned {earlier.score:.6g} points{cap}. The tests that are listed are those of {listed}."
    )


def _explain(data: dict[str, Any], lines: list[str]) -> None:
    """Say how the score comes about: above all tests, or in a test that is shown when the last of them is.

    A sentence about the score would tell of checks that are not shown yet.
    """
    later = strictest({test.get("visibility", "visible") for test in data["tests"]})
    if lines and later is None:
        data["output"] = clean("\n".join([data["output"], *lines]))
    elif lines:
        said = {"name": "How the score comes about", "visibility": str(later), "output": clean("\n".join(lines))}
        data["tests"] = [*data["tests"], _INFORMS | said | {"extra_data": {"id": ABOUT_SCORE, "outcome": "passed"}}]


def _veil(policy: Policy, metadata: Metadata) -> list[dict[str, Any]]:
    """A test that is not shown now, if the checks are of that kind. While there is one, Gradescope shows no score."""
    later = strictest({policy.hidden_checks, *metadata.visibilities})
    return [_VEIL | {"visibility": str(later)}] if later else []


def counted(data: dict[str, Any], policy: Policy, metadata: Metadata) -> Score:
    """The score of the checks in a results.json, new or stored, under a policy. No code is run for it."""
    checks = [
        CheckPoints(test["extra_data"]["id"], test["score"], test["max_score"])
        for test in data["tests"]
        if test["extra_data"]["id"] != ABOUT_SCORE
    ]
    return score(checks, policy, after_due(metadata.created_at, metadata.members, policy.extensions))


def better(found: Score, policy: Policy, metadata: Metadata) -> Attempt | None:
    """The earlier submission that counts instead of this one; None if this one counts."""
    earlier = best(metadata.attempts) if policy.submissions.keep == "best" else None
    return earlier if earlier and earlier.score > found.points else None


def refused(policy: Policy, metadata: Metadata) -> dict[str, Any] | None:
    """The results of the last graded submission, with the reason why this one is not graded.

    None if this one is to be graded. If there are no valid results to be kept, it is graded too: a limit must not cost
    anybody a score.
    """
    if metadata.created_at is None or metadata.previous is None:
        return None
    reason = refusal(metadata.attempts, metadata.created_at, policy.submissions)
    if reason is None:
        return None
    extra = dict(metadata.previous.get("extra_data") or {})
    extra["graded_output"] = graded = extra.get("graded_output", metadata.previous.get("output", ""))
    extra["refused"] = [time.isoformat() for time in (*metadata.refused, metadata.created_at)][-MAX_REFUSED:]
    output = clean(f"{reason}\nBelow are the results of your last submission that was graded.\n\n{graded}")
    data = metadata.previous | {"output": output, "extra_data": extra}
    try:
        validate(data)
    except (InvalidReport, RecursionError):  # written by another version of the grader, or not by us
        return None
    return _with_best(data, policy, metadata)


def _with_best(data: dict[str, Any], policy: Policy, metadata: Metadata) -> dict[str, Any]:
    """Valid results of an earlier submission, with the score of the best one, if that counts and is higher.

    It can be higher if those results were made by other rules, as when the best did not count yet.
    """
    highest = best(metadata.attempts) if policy.submissions.keep == "best" else None
    maximum = data["extra_data"].get("maximum")
    if not highest or not isinstance(maximum, int | float):
        return data
    kept, said = _kept(highest, maximum * ceiling(policy), "the last one that was graded")
    if kept > data["score"]:
        data = data | {"score": kept, "tests": [t for t in data["tests"] if t["extra_data"]["id"] != ABOUT_SCORE]}
        _explain(data, [said])
    return data


def _shown(report: Report, policy: Policy, metadata: Metadata) -> Report:
    """The report, with hidden checks shown when the policy says. What an author said about a check takes precedence."""
    before = sum(attempt.graded for attempt in metadata.attempts)
    if policy.hidden_until is not None and before + 1 >= policy.hidden_until:
        return report

    def placed(result: CheckResult) -> CheckResult:
        check = result.check
        if check.public or check.visibility is not Visibility.VISIBLE:
            return result
        return replace(result, check=replace(check, visibility=Visibility(policy.hidden_checks)))

    assignments = tuple(replace(a, results=tuple(map(placed, a.results))) for a in report.assignments)
    return replace(report, assignments=assignments)
