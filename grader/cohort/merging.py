"""Puts stores together that were filled on several machines."""

import re
from collections.abc import Sequence
from dataclasses import replace

from grader.cohort.diff import Side
from grader.cohort.rows import Row
from grader.cohort.store import Run, Store

_PART = re.compile(r" \(part (\d+)/(\d+)\)$")
_RESULT = "made, version, assignments, seed, walls, submission, checks, reference, grader, machine"
_REST = "earned, points, withheld, seconds, by_assignment, report"
# Checks, beliefs and evidence have other numbers in each store, so they are found by their texts.
_COPY = (
    "INSERT OR IGNORE INTO checks (name, assignment, component, title, public)"
    " SELECT name, assignment, component, title, public FROM part.checks ORDER BY check_id",
    "INSERT OR IGNORE INTO beliefs (name, sentence) SELECT name, sentence FROM part.beliefs",
    "INSERT OR IGNORE INTO evidence (sentence) SELECT sentence FROM part.evidence",
    "DROP TABLE IF EXISTS temp.number",
    # Old and new number of each result. One that is there already keeps its number.
    "CREATE TEMP TABLE number AS SELECT p.result AS old, coalesce(m.result, p.result + (SELECT ifnull(max(result), 0)"
    " FROM main.results)) AS new, m.result IS NOT NULL AS known FROM part.results p LEFT JOIN main.results m"
    " ON m.key = p.key AND m.made = p.made AND m.report = p.report",
    f"INSERT INTO results (result, key, {_RESULT}, {_REST}) SELECT new, key, {_RESULT}, {_REST}"
    " FROM part.results JOIN temp.number ON old = result WHERE NOT known",
    "INSERT INTO outcomes SELECT new, c.check_id, outcome, earned, points, seconds, b.belief, e.evidence"
    " FROM part.outcomes o JOIN temp.number ON old = o.result AND NOT known"
    " JOIN part.checks pc ON pc.check_id = o.check_id JOIN main.checks c ON c.name = pc.name"
    " LEFT JOIN part.beliefs pb ON pb.belief = o.belief LEFT JOIN main.beliefs b ON b.name = pb.name"
    " LEFT JOIN part.evidence pe ON pe.evidence = o.evidence LEFT JOIN main.evidence e ON e.sentence = pe.sentence",
)


class Unlike(Exception):
    """The parts do not belong together. The text says why."""


def common_run(parts: Sequence[Side]) -> Run:
    """What the runs of all parts have in common.

    Raises:
        Unlike: if they were made from other checks, say, or under another policy.
    """
    first = parts[0]
    for part in parts[1:]:
        if fields := part.run.made_from.differences(first.run.made_from):
            raise Unlike(f"{part.store.path} and {first.store.path} differ in {', '.join(fields)}")
        if part.run.policy != first.run.policy:
            raise Unlike(f"{part.store.path} and {first.store.path} have other policies")
    return replace(first.run, source=_PART.sub("", first.run.source))


def missing_parts(parts: Sequence[Side]) -> list[str]:
    """The parts of the class that are not there, as in "3/4", and those whose run did not end."""
    found = [_PART.search(part.run.source) for part in parts]
    numbers = {(int(each[1]), int(each[2])) for each in found if each}
    wanted = {(i, n) for _, n in numbers for i in range(1, n + 1)}
    stopped = [f"{part.store.path.parent}, whose run did not end" for part in parts if not part.run.ended]
    return [f"part {i}/{n}" for i, n in sorted(wanted - numbers)] + stopped


def merge(into: Store, parts: Sequence[Side]) -> tuple[int, list[Row]]:
    """Copy all results of the parts, and make one run of their runs.

    A submission that is in several parts has the result of the last of them that has one.

    Returns:
        The number of the run, and its rows.

    Raises:
        Unlike: as `common_run`.
    """
    run = common_run(parts)
    rows: dict[str, Row] = {}
    for part in parts:
        for row in _copied(into, part):
            if row.name not in rows or row.result is not None:
                rows[row.name] = row
    number = into.begin(run, rows.values())
    into.end(number)
    return number, into.rows(number)


def _copied(into: Store, part: Side) -> list[Row]:
    """The rows of a part, with the numbers that its results have now."""
    with into.attached(part.store.path), into.transaction() as db:
        for statement in _COPY:
            db.execute(statement)
        numbers = dict(map(tuple, db.execute("SELECT old, new FROM temp.number").fetchall()))
    return [replace(row, result=numbers.get(row.result)) for row in part.store.rows(part.run.number)]
