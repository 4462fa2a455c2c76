"""Which attempts of each person are graded: all or the last one, as far as the limits of the policy allow."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from grader.cohort.rows import Row, State
from grader.policy import Attempt, Submissions, refusal

ONLY_THE_LAST = "only the last attempt is graded, which is {}"


def selected(rows: Iterable[Row], limits: Submissions, every: bool) -> list[Row]:
    """The rows, of which those that are not to be graded say why. Without `every`, only the last attempt is graded."""
    people: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        people[row.who].append(row)
    return [row for theirs in people.values() for row in _of_one(theirs, limits, every)]


def _of_one(rows: list[Row], limits: Submissions, every: bool) -> list[Row]:
    waiting = sorted((row for row in rows if row.state is State.WAITING), key=lambda row: row.order)
    done: list[Row] = []
    for row in waiting:
        done.append(_refused(row, done, limits))
    graded = [row for row in done if row.state is State.WAITING]
    if not every and graded:
        said = ONLY_THE_LAST.format(graded[-1].name)
        done = [replace(row, state=State.EARLIER, note=said) if row in graded[:-1] else row for row in done]
    return [*done, *(row for row in rows if row.state is not State.WAITING)]


def _refused(row: Row, before: list[Row], limits: Submissions) -> Row:
    """The row, with the reason why a limit forbids to grade it. Without a time, it is as if there were no limit."""
    if row.submitted is None:
        return row
    attempts = [Attempt(each.submitted, 0.0, each.state is State.WAITING) for each in before if each.submitted]
    attempts += [Attempt(time, points) for time, points in row.history]
    reason = refusal(attempts, row.submitted, limits)
    return replace(row, state=State.REFUSED, note=reason) if reason else row
