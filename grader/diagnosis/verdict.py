"""From the clues of all failed checks of a submission to one diagnosis for each."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from grader.diagnosis.cause import Cause
from grader.diagnosis.clues import Clues
from grader.diagnosis.investigation import Investigation
from grader.result import CheckResult, Diagnosis


def diagnosed(results: Sequence[CheckResult], investigation: Investigation) -> list[CheckResult]:
    """The results of a submission, those that failed with a diagnosis where there are clues."""
    assignments = dict.fromkeys(r.check.assignment for r in results)
    return [one for number in assignments for one in _diagnosed([r for r in results if r.check.assignment == number], investigation.clues)]


def _diagnosed(results: Sequence[CheckResult], clues: Mapping[str, Clues]) -> list[CheckResult]:
    """The same of one assignment.

    Of several causes that explain a check, the one is believed that explains most failures of the submission, then the one that names the
    check among those it has to fail, then the first of the bank. Where none explains a check, one that explains others may be named:
    what is drawn at random leaves other evidence each time.
    """
    found_out = {r.check.id: clues[r.check.id] for r in results if r.check.id in clues}
    weight = Counter(cause for found in found_out.values() for cause in found.causes)

    def one(result: CheckResult) -> Diagnosis | None:
        found = found_out.get(result.check.id)
        if found is None:
            return None
        check = result.check.short_name
        if causes := sorted(found.causes, key=lambda c: (-weight[c], check not in c.fails)):
            return _worded(found.observation, causes[0].here, causes)
        causes = [cause for cause, _ in weight.most_common() if check in cause.fails]
        return _worded(found.observation, causes[0].elsewhere if causes else "", causes)

    return [replace(result, diagnosis=one(result)) for result in results]


def _worded(observation: str, explanation: str, causes: Sequence[Cause]) -> Diagnosis | None:
    if not (observation or explanation):
        return None
    return Diagnosis(observation, explanation, causes[0].hint if causes else "", tuple(c.name for c in causes))
