"""Turns the clues of all failed checks of a submission into one diagnosis for each."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from grader.diagnosis.cause import Cause, in_common
from grader.diagnosis.clues import Clues
from grader.diagnosis.evidence import ENOUGH
from grader.diagnosis.investigation import Investigation
from grader.diagnosis.theory import Fit
from grader.result import CheckResult, Diagnosis

NOTHING = ("", "")  # an explanation and a question
BEST_FIRST = (Fit.WHOLE, Fit.PART, Fit.ALIKE, Fit.PLACE)


def diagnosed(results: Sequence[CheckResult], investigation: Investigation) -> list[CheckResult]:
    """The results of a submission. Failed ones have a diagnosis if there are clues."""
    assignments = dict.fromkeys(r.check.assignment for r in results)
    return [
        one
        for number in assignments
        for one in _diagnosed([r for r in results if r.check.assignment == number], investigation.clues)
    ]


def _diagnosed(results: Sequence[CheckResult], clues: Mapping[str, Clues]) -> list[CheckResult]:
    """The same for one assignment.

    If several causes explain a check, the one that explains most of the check is accepted; then the one of most
    failures of the submission; then one that lists the check among those it must fail; then the one with the fewest
    components of its own that show nothing of it. If several are equal in all this, only what they have in common is
    told. That is also so if a cause that excludes it is accepted for another check of the component, or of another one
    that it is about.

    The results are called exactly those of a cause if at least `ENOUGH` different wrong numbers agree, over all checks
    that the cause explains.
    """
    found_out = {r.check.id: clues[r.check.id] for r in results if r.check.id in clues}
    explained = [(cause, found) for found in found_out.values() for cause in found.causes]
    weight = Counter(cause for cause, _ in explained)
    numbers: Counter[Cause] = Counter()
    for cause, found in explained:
        numbers[cause] += found.numbers * (found.fit(cause) is Fit.WHOLE)
    seen = {
        (cause, r.check.component) for r in results if r.check.id in found_out for cause in found_out[r.check.id].causes
    }
    unseen = {cause: len(cause.components) - sum(cause == one for one, _ in seen) for cause in weight}
    ranked = {
        r.check.id: _ranked(found_out[r.check.id], weight, unseen, r.check.short_name)
        for r in results
        if r.check.id in found_out
    }
    component = {r.check.id: r.check.component for r in results}

    def one(result: CheckResult) -> Diagnosis | None:
        found = found_out.get(result.check.id)
        if found is None:
            return None
        likeliest = ranked[result.check.id]
        rivals = [
            causes[0]
            for id, causes in ranked.items()
            if causes
            and likeliest
            and component[id] in {result.check.component, *likeliest[0].components}
            and causes[0].excludes(likeliest[0])
        ]
        told = _told(list(dict.fromkeys([*likeliest, *rivals])), found, numbers)
        causes = tuple(dict.fromkeys(cause.name for cause in (*likeliest, *found.causes)))
        return Diagnosis(found.observation, *told, causes) if found.observation or told[0] else None

    return [replace(result, diagnosis=one(result)) for result in results]


def _ranked(found: Clues, weight: Mapping[Cause, int], unseen: Mapping[Cause, int], check: str) -> list[Cause]:
    """The likeliest causes of a check: all that are equal in rank to the first."""
    rank = {c: (BEST_FIRST.index(found.fit(c)), -weight[c], check not in c.fails, unseen[c]) for c in found.causes}
    return [cause for cause in found.causes if rank[cause] == min(rank.values())]


def _told(likeliest: Sequence[Cause], found: Clues, numbers: Mapping[Cause, int]) -> tuple[str, str]:
    """An explanation and a question."""
    if not likeliest:
        return NOTHING
    [first, *others] = likeliest
    if others:
        return in_common(likeliest)
    if found.fit(first) is Fit.PLACE:
        return first.place, ""
    if found.fit(first) is Fit.WHOLE:
        return first.exactly if found.numbers and numbers[first] >= ENOUGH else first.likely, first.hint
    return first.partly if found.fit(first) is Fit.PART else first.elsewhere, first.hint
