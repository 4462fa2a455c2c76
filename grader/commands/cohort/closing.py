"""What a run says at its end: what became of the class, and what its results say."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from grader.cohort.beliefs import beliefs
from grader.cohort.rows import Row, State
from grader.cohort.scores import Grade
from grader.cohort.sheet import Sheet, sheet
from grader.cohort.statistics import Item, items
from grader.cohort.store import Store
from grader.cohort.summary import SUMMARY
from grader.commands.cohort.plan import Plan
from grader.formats.student import clean

MAX_TOLD = 20  # submissions that are named
MAX_CHECKS = 20
MAX_BELIEFS = 10
NOT_GRADED = (State.UNREADABLE, State.OURS, State.REFUSED, State.ABSENT, State.WAITING, State.STALE, State.EARLIER)


def closing(store: Store, plan: Plan, graded: dict[str, Grade], folder: Path) -> Iterator[str]:
    """All lines."""
    rows = sorted(plan.rows.values(), key=lambda row: row.name)
    yield from _about_rows(rows, plan, folder)
    counted = [grade.row for grade in graded.values() if grade.row.result is not None]
    if plan.same:
        yield "Nothing has changed since the last run; grader cohort report says what its results say."
    elif len(counted) > 1:
        found = sheet(store, counted)
        yield from _about_checks(items(found))
        yield from _about_beliefs(found)
        yield from _about_nothing(counted)


def _about_rows(rows: list[Row], plan: Plan, folder: Path) -> Iterator[str]:
    with_result = [row for row in rows if row.result is not None]
    before = f", {plan.stand} of them before" if plan.stand else ""
    again = f", {len(plan.stale)} of them again" if plan.stale else ""
    handed_in = [row for row in rows if row.state is not State.ABSENT]
    yield (
        f"{len(with_result)} of {len(handed_in)} submissions graded{before}{again};"
        f" reports and {SUMMARY} are in {folder}"
    )
    counts = Counter(row.state for row in rows)
    if more := ", ".join(f"{counts[state]} {state}" for state in NOT_GRADED if counts[state]):
        yield f"  {more}"
    if unknown := sum(row.late and row.submitted is None for row in rows):
        yield f"  {unknown} marked as late by the platform, which does not say when: no rule takes anything off"
    told = [line for row in rows if (line := _line(row))]
    yield from (f"  {clean(line)}" for line in told[:MAX_TOLD])
    if len(told) > MAX_TOLD:
        yield f"  ... and {len(told) - MAX_TOLD} more, see {SUMMARY}"


def _line(row: Row) -> str:
    if row.withheld:
        return f"{row.name}: {row.withheld:g} points withheld, as the grader itself failed"
    return f"{row.name}: {row.note}" if row.state in (State.UNREADABLE, State.OURS, State.REFUSED) else ""


def _about_checks(found: list[Item]) -> Iterator[str]:
    missed = sorted((item for item in found if item.passed < item.people), key=lambda item: item.passed / item.people)
    yield ""
    yield f"Checks: {len(found)}, of which {len(found) - len(missed)} were passed by everybody."
    for item in missed[:MAX_CHECKS]:
        share = f"{100 * item.passed / item.people:.0f} %"
        yield f"  {share:>5} passed {clean(item.check.name, 200)}"
    if len(missed) > MAX_CHECKS:
        yield f"  ... and {len(missed) - MAX_CHECKS} more: grader cohort report"


def _about_beliefs(found: Sheet) -> Iterator[str]:
    known = beliefs(found)
    if known:
        yield ""
        yield "The commonest beliefs:"
    for belief in known[:MAX_BELIEFS]:
        where, many = ", ".join(belief.by_assignment), f"{len(belief.rows)} of {len(found.rows)}"
        yield f"  {many} ({where}) {clean(belief.name, 100)}: {clean(belief.sentence, 300)}"


def _about_nothing(counted: Iterable[Row]) -> Iterator[str]:
    names = sorted(row.person.name or row.name for row in counted if not row.earned)
    if names:
        yield ""
        more = f" and {len(names) - MAX_TOLD} more, see {SUMMARY}" if len(names) > MAX_TOLD else ""
        yield f"Earned nothing: {', '.join(clean(name, 100) for name in names[:MAX_TOLD])}{more}"
