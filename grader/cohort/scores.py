"""From checks to the score of each person, under a policy. All of it comes from what is stored; nothing is graded.

The rules are those of Gradescope (`gradescope.results`): groups of checks, lateness, and which attempt counts.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from grader.cohort.rows import Row, State
from grader.cohort.store import Store
from grader.policy import Attempt, CheckPoints, Member, Points, Policy, Score, after_due, ceiling, score, standing
from grader.policy.timing import ON_TIME, in_words

TIME = "%Y-%m-%d %H:%M"


@dataclass(frozen=True)
class Grade:
    """The score of one person. `row` is the submission that counts, or the last one if none does.

    `late` is how late that was ("" if it was in time), `said` has sentences about how the score came about.
    """

    who: str
    row: Row
    points: float
    maximum: float
    late: str = ""
    said: tuple[str, ...] = ()


def grades(store: Store, run: int, policy: Policy, rows: Iterable[Row] | None = None) -> dict[str, Grade]:
    """The grade of everybody in a run, by the key of the person."""
    rows = list(store.rows(run) if rows is None else rows)
    checks = _checks(store, run) if policy.points != Points() else {}
    highest = max((row.points for row in rows if row.points is not None), default=0.0)
    people: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        people[row.who].append(row)
    return {who: _grade(who, theirs, checks, policy, highest) for who, theirs in people.items()}


def late_by(row: Row, policy: Policy) -> timedelta:
    """How late a row was."""
    emails = row.person.email.split("; ") if row.person.email else [""]
    return after_due(row.submitted, [Member(email, row.due) for email in emails], policy.extensions)


def _grade(who: str, rows: list[Row], checks: Mapping[int, list[CheckPoints]], policy: Policy, highest: float) -> Grade:
    rows = sorted(rows, key=lambda row: row.order)
    scored = [(row, _score(row, checks, policy)) for row in rows if row.result is not None]
    if not scored:
        return _earlier(Grade(who, rows[-1], 0.0, highest, said=(rows[-1].note,)), policy)
    # Of equal scores the first counts, as on Gradescope.
    best = policy.submissions.keep == "best"
    row, found = max(scored, key=lambda each: each[1].points) if best else scored[-1]
    by = late_by(row, policy)
    said = (*found.steps, *filter(None, [found.lateness]))
    return _earlier(Grade(who, row, found.points, found.maximum, in_words(by) if by > ON_TIME else "", said), policy)


def _earlier(grade: Grade, policy: Policy) -> Grade:
    """The grade, or that of an earlier attempt of which only time and score are known, if that is better and counts.

    If the limits refused the last attempt, the one before it counts, as if the last had not been made.
    """
    attempts = [Attempt(time, points) for time, points in grade.row.history]
    refused = grade.row.state is State.REFUSED
    best_counts = policy.submissions.keep == "best"
    found = standing(attempts, policy.submissions) if refused or best_counts else None
    if found is None or found.score <= grade.points:
        return grade
    kept = round(min(found.score, grade.maximum * ceiling(policy)), 4)
    said = f"An earlier submission, of {found.time.strftime(TIME)}, earned {found.score:g} points and counts."
    return Grade(grade.who, grade.row, kept, grade.maximum, grade.late, (*grade.said, said))


def _score(row: Row, checks: Mapping[int, list[CheckPoints]], policy: Policy) -> Score:
    """The score of one row. Without rules about single checks, all of them are as good as one."""
    found = checks.get(row.result) or [CheckPoints("all", row.earned or 0.0, row.points or 0.0)]
    return score(found, policy, late_by(row, policy))


def _checks(store: Store, run: int) -> dict[int, list[CheckPoints]]:
    found: dict[int, list[CheckPoints]] = defaultdict(list)
    for result, *facts in store.query(
        "SELECT result, checks.name, earned, points FROM outcomes JOIN checks USING (check_id)"
        " WHERE result IN (SELECT result FROM entries WHERE run = ?)",
        run,
    ):
        found[result].append(CheckPoints(*facts))
    return found
