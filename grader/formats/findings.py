"""What the formats for people share: results are grouped, summed and put into sentences."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace

from grader.formats.student import clean, finding
from grader.result import CheckResult, Diagnosis, Outcome, Report

STUB = "NotImplementedError: "  # the message of a check begins so if it reached a part that is not written yet
MAX_NAMES = 4  # of components
UNWRITTEN = "A part that this check needs is not written yet."  # its kind

VERDICT = {
    Outcome.PASSED: "passed",
    Outcome.FAILED: "failed",
    Outcome.ERROR: "error",
    Outcome.TIMEOUT: "out of time",
    Outcome.BLOCKED: "could not be imported",
    Outcome.NOT_RUN: "not run",
    Outcome.INTERNAL: "points withheld",
}


def failed(results: Iterable[CheckResult]) -> list[CheckResult]:
    """The results of checks that did not pass."""
    return [r for r in results if r.outcome is not Outcome.PASSED]


def by_component(results: Iterable[CheckResult]) -> dict[str, list[CheckResult]]:
    """Results under the names of their components, in the order of the checks."""
    groups: dict[str, list[CheckResult]] = {}
    for result in results:
        groups.setdefault(result.check.component, []).append(result)
    return groups


@dataclass(frozen=True)
class Group:
    """Checks that ended alike, and what is said about them beyond the reason that they share. Each text may be "".

    `how` says how the reason is known for these checks, if that differs from the first check of the reason.
    """

    results: tuple[CheckResult, ...]
    what: str = ""
    how: str = ""
    like: str = ""
    hint: str = ""
    where: str = ""


@dataclass(frozen=True)
class Reason:
    """Why some checks did not pass.

    `told` is true of all these checks, and `question` helps the student to think about it. Either may be "".
    """

    told: str
    question: str
    groups: tuple[Group, ...]

    @property
    def results(self) -> tuple[CheckResult, ...]:
        """All its checks."""
        return tuple(result for group in self.groups for result in group.results)


def reasons(results: Iterable[CheckResult]) -> list[Reason]:
    """Why checks did not pass, each reason once.

    A reason is what diagnosis found, or a file that is missing, or else how the checks ended. Parts that are not
    written yet come last.
    """
    bad = failed(results)
    unwritten = [r for r in bad if is_unwritten(r)]
    gathered = _gathered((r for r in bad if not is_unwritten(r)), _in_common)
    return [_reason(group) for group in gathered] + [_unwritten(unwritten)] * bool(unwritten)


def is_unwritten(result: CheckResult) -> bool:
    """Whether a check reached a part that is not written yet."""
    return result.message.startswith(STUB) or result.kind == UNWRITTEN


def stubs(results: Iterable[CheckResult]) -> Counter[str]:
    """Name of each part that is not written yet -> how many checks stop there. A hidden check may not name its part."""
    return Counter(clean(r.message.removeprefix(STUB), 200) for r in results if r.message.startswith(STUB))


def _in_common(result: CheckResult) -> Hashable:
    """The key under which results are told together.

    That two checks ended alike is not enough. In another component it is another mistake, unless the place is the same.
    """
    found = result.diagnosis or Diagnosis()
    if why := _why_blocked(result):
        return why
    if found.explanation:
        return belief(found), found.hint
    return "" if result.detail else result.check.component, result.outcome, result.kind, finding(result)


def belief(found: Diagnosis) -> str:
    """The belief in an explanation, without how it is known; see `diagnosis.cause.of_misconceptions`."""
    return found.explanation.partition(': "')[2] or found.explanation


def _ended(result: CheckResult) -> Hashable:
    return result.outcome, result.kind, replace(finding(result), cause=""), _how(result)


def _how(result: CheckResult) -> str:
    """How an explanation is known, as in "This belief leads to the same."; "" if it names no belief."""
    introduction, _, belief = (result.diagnosis or Diagnosis()).explanation.partition(': "')
    return f"{introduction}." if belief else ""


def _reason(results: list[CheckResult]) -> Reason:
    """One reason for all these results. It is told the way it is known for most of them."""
    explanations = Counter((r.diagnosis or Diagnosis()).explanation for r in results)
    first = max(results, key=lambda r: explanations[(r.diagnosis or Diagnosis()).explanation])
    found = first.diagnosis or Diagnosis()
    told = clean(_why_blocked(first) or found.explanation)
    return Reason(
        told, clean(found.hint), tuple(_group(group, told, _how(first)) for group in _gathered(results, _ended))
    )


def _why_blocked(result: CheckResult) -> str:
    """The file that could not be imported, if students may know its name; else ""."""
    return (result.message or result.kind) if result.outcome is Outcome.BLOCKED else ""


def _group(results: list[CheckResult], told: str, how: str) -> Group:
    found, known = finding(results[0]), _how(results[0])
    what = "" if found.what == told else found.what
    return Group(tuple(results), what, "" if known == how else clean(known), found.like, found.hint, found.where)


def _unwritten(results: list[CheckResult]) -> Reason:
    """One reason for all checks that stop at a part which is not written yet. Hidden checks do not name the part."""
    known = stubs(results)
    which = f"{': ' if known.total() == len(results) else ', among others '}{', '.join(known)}" if known else "."
    told = f"{plural(len(results), 'check')} could not be run, as a part is not written yet{which}"
    return Reason(told, "", (Group(tuple(results)),))


def _gathered(results: Iterable[CheckResult], key: Callable[[CheckResult], Hashable]) -> list[list[CheckResult]]:
    """Results with the same key together, in the order of the first of them."""
    groups: dict[Hashable, list[CheckResult]] = {}
    for result in results:
        groups.setdefault(key(result), []).append(result)
    return list(groups.values())


def named(results: Iterable[CheckResult]) -> str:
    """The names of the components of these results, each once: "Linear, ReLU", or "A, B, C, D and 5 more"."""
    names = list(by_component(results))
    rest = len(names) - MAX_NAMES
    return ", ".join(names) if rest <= 1 else f"{', '.join(names[:MAX_NAMES])} and {rest} more"


def lost(results: Iterable[CheckResult]) -> float:
    """The points that these checks cost. Withheld points do not count as lost."""
    return round(sum(r.check.points - r.earned for r in failed(results) if r.outcome is not Outcome.INTERNAL), 4)


def score(results: Iterable[CheckResult]) -> str:
    """The points of some checks, as in "1.5 of 4"."""
    results = list(results)
    return f"{round(sum(r.earned for r in results), 4):g} of {round(sum(r.check.points for r in results), 4):g}"


def passed(results: Iterable[CheckResult]) -> str:
    """How many of some checks passed, as in "3 of 4"."""
    results = list(results)
    return f"{len(results) - len(failed(results))} of {len(results)}"


def plural(count: int, noun: str) -> str:
    """A number of things, as in "1 check" and "2 checks"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def remarks(report: Report) -> list[str]:
    """The notices about a report as a whole, one sentence each."""
    said = [clean(notice, 2000) for notice in (*report.notices, *unconfined(report))]
    if report.withheld:
        said.append(
            f"Withheld points: {report.withheld:g}. The grader itself failed in some checks."
            " That costs you nothing; your course staff will have it graded again."
        )
    return said


def unconfined(report: Report) -> list[str]:
    """For instructors: what student code could have done to this report."""
    return [sentence for name, sentence in report.isolation.items() if name == "unconfined"]


def origin(report: Report) -> str:
    """A sentence about when, by what and from what the report was made; "" if that was not noted."""
    made = report.made_from
    if not made:
        return ""
    digests = ", ".join(f"{name} {made[name][:12]}" for name in ("submission", "checks", "reference"))
    return clean(
        f"Graded on {made['date']} by grader {made['version']} ({made['grader'][:12]}) from {digests};"
        f" {made['machine']}."
    )


def about_hidden(report: Report) -> str:
    """A sentence about how many checks are hidden; "" if none are."""
    count = sum(not r.check.public for r in report.all_results)
    return f"{count} of the checks are hidden: they look at the same behaviour with other inputs." if count else ""
