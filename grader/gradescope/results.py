"""A report becomes results.json under a policy: the score that counts, when hidden checks are shown, and what stands above them."""

from dataclasses import replace
from typing import Any

from grader.formats.gradescope import SOME_LATER, results, validate
from grader.formats.schema import InvalidReport
from grader.formats.student import clean
from grader.gradescope.metadata import Metadata
from grader.policy import Attempt, CheckPoints, Policy, Score, best, ceiling, lateness, refusal, score, standing
from grader.result import CheckResult, Outcome, Report, Visibility

MAX_REFUSED = 1000  # times of refused submissions that are carried on
TIME = "%Y-%m-%d %H:%M"
MOST = 1_000_000  # points; what the schema allows
LATER = ("hidden", "after_published", "after_due_date")  # the strictest first
_VEIL = {
    "name": "The checks of your earlier submission",
    "name_format": "text",
    "score": 0,
    "max_score": 0,
    "status": "failed",
    "output": "Some of them are shown later, and the score with them.",
    "output_format": "text",
    "extra_data": {"id": "earlier", "outcome": str(Outcome.INTERNAL)},
}


def composed(report: Report, policy: Policy, metadata: Metadata, finished: bool) -> dict[str, Any]:
    """The content of results.json; `finished` is False as long as checks are missing in it, or points are withheld.

    Until then the score is at least that of the earlier submission that counts: a failure of the grader costs nothing.
    """
    data = results(_shown(report, policy))
    found = counted(data, policy, metadata)
    lines = (
        [*found.steps, f"Score: {found.points:g} of {found.maximum:g} points."] if found.points != data["score"] else []
    )
    data["score"] = found.points
    if finished and (earlier := better(found, policy, metadata)):
        data["score"] = round(min(earlier.score, found.maximum * ceiling(policy.points)), 4)
        lines.append(f"An earlier submission of yours, of {earlier.time.strftime(TIME)}, was better and counts.")
    if data["output"].startswith(SOME_LATER):
        lines = []  # they tell of checks that are not shown yet
    if not finished and (earlier := standing(metadata.attempts, policy.submissions)):
        # What a score can be is known once all checks are; until then the earlier one stands as the platform knows it.
        data["score"] = max(data["score"], round(min(earlier.score, MOST), 4))
        data["tests"] = data["tests"] or _veil(policy, metadata)
        lines.append(
            f"Until this submission is graded, your score is no less than that of your submission of {earlier.time.strftime(TIME)}."
        )
    data["output"] = clean("\n".join([data["output"], *filter(None, [found.lateness]), *lines]))
    data["extra_data"] |= {
        "finished": finished,
        "refused": [time.isoformat() for time in metadata.refused],
        "maximum": found.maximum,
        "steps": [clean(step) for step in found.steps],
        "notes": list(metadata.problems),
    }
    return data


def _veil(policy: Policy, metadata: Metadata) -> list[dict[str, Any]]:
    """A check that is not shown now, if the score is made of such: Gradescope shows no score as long as there is one."""
    later = [v for v in LATER if v in (policy.hidden_checks, *metadata.visibilities)]
    return [_VEIL | {"visibility": later[0]}] if later else []


def counted(data: dict[str, Any], policy: Policy, metadata: Metadata) -> Score:
    """The score of the checks in a results.json, new or stored, by a policy; nothing is run for it."""
    checks = [CheckPoints(t["extra_data"]["id"], t["score"], t["max_score"]) for t in data["tests"]]
    return score(checks, policy, lateness(metadata.created_at, metadata.members, policy.extensions))


def better(found: Score, policy: Policy, metadata: Metadata) -> Attempt | None:
    """The earlier submission that counts instead; None if this one does."""
    earlier = best(metadata.attempts) if policy.submissions.keep == "best" else None
    return earlier if earlier and earlier.score > found.points else None


def refused(policy: Policy, metadata: Metadata) -> dict[str, Any] | None:
    """The results of the last graded submission with a word on why this one is not graded; None if it is to be graded.

    It is graded too if there is nothing valid to be kept: a limit must not cost anybody a score.
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
    except (InvalidReport, RecursionError):  # of another version of the grader, or not ours at all
        return None
    return data


def _shown(report: Report, policy: Policy) -> Report:
    """The report with hidden checks shown when the policy says; what an author said of a check stays."""

    def placed(result: CheckResult) -> CheckResult:
        check = result.check
        if check.public or check.visibility is not Visibility.VISIBLE:
            return result
        return replace(result, check=replace(check, visibility=Visibility(policy.hidden_checks)))

    assignments = tuple(replace(a, results=tuple(map(placed, a.results))) for a in report.assignments)
    return replace(report, assignments=assignments)
