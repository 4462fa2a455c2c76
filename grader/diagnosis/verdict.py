"""From the clues of all failed checks of a submission to one diagnosis for each."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from grader.diagnosis.cause import Cause, in_common
from grader.diagnosis.clues import Clues
from grader.diagnosis.investigation import Investigation
from grader.result import CheckResult, Diagnosis

# Different wrong numbers in which a cause agrees with the student's code, to rounding. In one or two, other mistakes may agree as well, above all
# where inputs are small whole numbers, as in worked examples; random inputs give dozens.
ENOUGH = 4
NOTHING = ("", "")  # an explanation and a question


def diagnosed(results: Sequence[CheckResult], investigation: Investigation) -> list[CheckResult]:
    """The results of a submission, those that failed with a diagnosis where there are clues."""
    assignments = dict.fromkeys(r.check.assignment for r in results)
    return [
        one
        for number in assignments
        for one in _diagnosed([r for r in results if r.check.assignment == number], investigation.clues)
    ]


def _diagnosed(results: Sequence[CheckResult], clues: Mapping[str, Clues]) -> list[CheckResult]:
    """The same of one assignment.

    Of several causes that explain a check, the one is believed that explains most failures of the submission, then the one that names the
    check among those it has to fail. Of several that are equal in that, none is told but what they have in common. Where none explains a check, one that explains others may be named:
    what is drawn at random leaves other evidence each time.

    That results are exactly a cause's is said where at least `ENOUGH` different wrong numbers agree, over all checks that it explains.
    """
    found_out = _consistent(results, {r.check.id: clues[r.check.id] for r in results if r.check.id in clues})
    weight = Counter(cause for found in found_out.values() for cause in found.causes)
    numbers = Counter(
        {cause: sum(found.numbers for found in found_out.values() if cause in found.causes) for cause in weight}
    )

    def one(result: CheckResult) -> Diagnosis | None:
        found = found_out.get(result.check.id)
        if found is None:
            return None
        check = result.check.short_name
        rank = {cause: (-weight[cause], check not in cause.fails) for cause in found.causes}
        if causes := sorted(found.causes, key=rank.get):
            told = _told(
                [c for c in causes if rank[c] == rank[causes[0]]], bool(found.numbers) and numbers[causes[0]] >= ENOUGH
            )
            return _worded(found.observation, told, causes)
        causes = [cause for cause, _ in weight.most_common() if check in cause.fails]
        return _worded(found.observation, (causes[0].elsewhere, causes[0].hint) if causes else NOTHING, causes)

    return [replace(result, diagnosis=one(result)) for result in results]


def _consistent(results: Sequence[CheckResult], found_out: Mapping[str, Clues]) -> dict[str, Clues]:
    """The same without causes that most of what they have to fail speaks against: it failed, but in another way.

    A wrong sum in one layer may look, in a check of a chain of layers, like a chain in the wrong order. The other checks of chains then tell.
    """
    short = {r.check.id: r.check.short_name for r in results}
    explained = {(cause, short[id]) for id, found in found_out.items() for cause in found.causes}
    failed = {short[id] for id in found_out}

    def fits(cause: Cause) -> bool:
        listed = failed.intersection(cause.fails)
        return not listed or 2 * sum((cause, check) in explained for check in listed) >= len(listed)

    return {id: replace(found, causes=tuple(filter(fits, found.causes))) for id, found in found_out.items()}


def _told(likeliest: Sequence[Cause], is_exact: bool) -> tuple[str, str]:
    """An explanation and a question."""
    [first, *others] = likeliest
    if others:
        return in_common(likeliest)
    return first.exactly if is_exact else first.likely, first.hint


def _worded(observation: str, told: tuple[str, str], causes: Sequence[Cause]) -> Diagnosis | None:
    return Diagnosis(observation, *told, tuple(c.name for c in causes)) if observation or told[0] else None
