"""From the clues of all failed checks of a submission to one diagnosis for each."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from grader.assignment import Misconception
from grader.diagnosis.clues import Clues, Investigation, short_name
from grader.result import CheckResult, Diagnosis, Outcome

EXACTLY = "Your results are exactly those of this belief:"
ELSEWHERE = "Other checks show this belief, and it fails this one too:"


def diagnosed(results: Sequence[CheckResult], investigation: Investigation) -> list[CheckResult]:
    """The results of a submission, those that failed with a diagnosis where there are clues."""
    found_out = []
    for number, bank in investigation.banks.items():
        mine = [r for r in results if r.check.assignment == number]
        clues = {r.check.id: investigation.clues[r.check.id] for r in mine if r.check.id in investigation.clues}
        found_out += _diagnosed(mine, clues, bank)
    return found_out


def _diagnosed(
    results: Sequence[CheckResult], clues: Mapping[str, Clues], bank: Sequence[Misconception]
) -> list[CheckResult]:
    """The same of one assignment.

    Of several causes that explain a check, the one is believed that explains most failures of the submission, then the one that names the
    check among those it has to fail, then the first of the bank. A cause is none if a check passed that it has to fail. Where none
    explains a check, one that explains others may be named: what is drawn at random leaves other evidence each time.
    """
    by_name = {m.name: m for m in bank}
    refuted = _refuted(results, bank)
    likely = {name: [c for c in found.causes if not refuted & set(c.split(" + "))] for name, found in clues.items()}
    weight = Counter(cause for causes in likely.values() for cause in causes)

    def named(cause: str) -> list[Misconception]:
        return [by_name[name] for name in cause.split(" + ")]

    def has_to_fail(cause: str, check: str) -> bool:
        return any(check in m.fails for m in named(cause))

    def one(result: CheckResult) -> Diagnosis | None:
        found = clues.get(result.check.id)
        if found is None:
            return None
        check = short_name(result.check)
        if causes := sorted(likely[result.check.id], key=lambda c: (-weight[c], not has_to_fail(c, check))):
            return _worded(found.observation, EXACTLY, named(causes[0]), causes)
        causes = [cause for cause, _ in weight.most_common() if has_to_fail(cause, check)]
        return _worded(found.observation, ELSEWHERE, named(causes[0]) if causes else [], causes)

    return [replace(result, diagnosis=one(result)) for result in results]


def _refuted(results: Iterable[CheckResult], bank: Iterable[Misconception]) -> set[str]:
    outcomes: dict[str, set[bool]] = {}
    for result in results:
        outcomes.setdefault(short_name(result.check), set()).add(result.outcome is Outcome.PASSED)
    passed = {name for name, passed in outcomes.items() if passed == {True}}
    return {m.name for m in bank if passed & set(m.fails)}


def _worded(observation: str, introduction: str, named: Sequence[Misconception], causes: Sequence[str]) -> Diagnosis | None:
    explanation = " ".join(m.convention or f'{introduction} "{m.belief}"' for m in named)
    hint = " ".join(m.hint for m in named)
    return Diagnosis(observation, explanation, hint, tuple(causes)) if observation or explanation else None
