"""`grader cohort score` and `grader cohort term`: other rules for results that are stored. Nothing is graded."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from grader.cohort.scores import grades
from grader.cohort.summary import SUMMARY, table, to_csv
from grader.cohort.term import Sum, sums
from grader.commands.cohort.asked import policy_of
from grader.commands.cohort.roster import read_roster, with_due
from grader.commands.cohort.run import opened_to_write
from grader.commands.cohort.stored import opened
from grader.commands.output import show, write_atomically
from grader.policy import parse_policy


def score_command(folder: Path, policy_file: Path | None, due: datetime | None, roster: Path | None) -> None:
    """Make a new run of the last one, with the same results under another policy or with other due dates."""
    with opened(str(folder)) as [before], opened_to_write(folder) as store:
        last = before.run
        text, policy = policy_of(policy_file) if policy_file else (last.policy, parse_policy(last.policy))
        rows = store.rows(last.number)
        rows = [replace(row, due=due) for row in rows] if due else rows
        rows = with_due(rows, read_roster(roster)) if roster else rows
        number = store.begin(replace(last, policy=text), rows)
        store.end(number)
        write_atomically(folder / SUMMARY, to_csv(rows, grades(store, number, policy, rows)))
    show(f"run {number} of {folder} has the results of run {last.number}; grader cohort diff {folder} compares them\n")


def term_command(names: tuple[str, ...], policy_file: Path | None, output: Path | None) -> None:
    """Write a table of several assignments: a line for each person."""
    _text, policy = policy_of(policy_file)
    with opened(*names) as sides:
        found = sums(sides, policy)
    titles = [side.store.path.parent.name for side in sides]
    columns = ["name", "id", "email", *(part for title in titles for part in _columns(title))]
    text = table([*columns, "days left", "points", "maximum"], (dict(_cells(each, titles)) for each in found))
    if output:
        write_atomically(output, text)
    else:
        show(text)


def _columns(title: str) -> tuple[str, str, str]:
    return title, f"{title} late days", f"{title} dropped"


def _cells(found: Sum, titles: list[str]) -> Iterator[tuple[str, object]]:
    who = found.row.person
    yield from (("name", who.name or found.row.name), ("id", who.id), ("email", who.email))
    for title, part in zip(titles, found.parts, strict=True):
        values = (part.points, part.days, "dropped" if part.dropped else "")
        yield from zip(_columns(title), values, strict=True)
    yield from (("days left", found.days_left), ("points", found.points), ("maximum", found.maximum))
