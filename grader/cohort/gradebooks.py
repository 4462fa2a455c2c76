"""Scores as tables that Canvas, Moodle and Gradescope know, and as JSON lines for programs.

The columns are those that these platforms write and read themselves, as public programs and their guides have them.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from grader.cohort.scores import Grade
from grader.cohort.store import Published, Store
from grader.cohort.summary import table


def canvas(grades: Iterable[Grade], column: str) -> str:
    """A gradebook that Canvas imports. `column` is the assignment's, as Canvas writes it: "Homework 1 (4711)"."""
    columns = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section", column)
    return table(
        columns,
        (
            {
                "Student": each.row.person.name or each.row.name,
                "ID": each.row.person.id,
                "SIS Login ID": each.row.person.login or each.row.person.email,
                column: each.points,
            }
            for each in grades
        ),
        mark="",
    )


def moodle(grades: Iterable[Grade], column: str) -> str:
    """A table that Moodle imports ("Grades", "Import", "CSV file")."""
    columns = ("Full name", "ID number", "Email address", "Username", column)
    return table(
        columns,
        (
            {
                "Full name": each.row.person.name or each.row.name,
                "ID number": each.row.person.id,
                "Email address": each.row.person.email,
                "Username": each.row.person.login,
                column: each.points,
            }
            for each in grades
        ),
        mark="",
    )


def gradescope(grades: Iterable[Grade], _column: str) -> str:
    """A table with the columns of Gradescope's own "Download Grades"."""
    columns = ("Name", "SID", "Email", "Total Score", "Max Points", "Status", "Submission ID", "Submission Time")
    return table(
        columns,
        (
            {
                "Name": each.row.person.name or each.row.name,
                "SID": each.row.person.id,
                "Email": each.row.person.email,
                "Total Score": each.points,
                "Max Points": each.maximum,
                "Status": "Graded" if each.row.result is not None else "Missing",
                "Submission ID": each.row.name.rpartition("submission_")[2],
                "Submission Time": each.row.submitted.strftime("%Y-%m-%d %H:%M:%S %z") if each.row.submitted else "",
            }
            for each in grades
        ),
        mark="",
    )


GRADEBOOKS: dict[str, Callable[[Iterable[Grade], str], str]] = {
    "canvas": canvas,
    "moodle": moodle,
    "gradescope": gradescope,
}


def json_lines(store: Store, grades: Iterable[Grade]) -> Iterator[str]:
    """A line of JSON for each person: the score, how it came about, and every check of the submission that counts."""
    for each in grades:
        row, who = each.row, each.row.person
        facts: dict[str, Any] = {
            "person": each.who,
            "name": who.name,
            "id": who.id,
            "email": who.email,
            "login": who.login,
            "submission": row.name,
            "state": str(row.state),
            "submitted": row.submitted and row.submitted.isoformat(),
            "late": each.late,
            "score": each.points,
            "maximum": each.maximum,
            "said": list(each.said),
            "earned": row.earned,
            "withheld": row.withheld,
            "checks": _checks(store, row.result),
        }
        yield json.dumps(facts, allow_nan=False)


def _checks(store: Store, result: int | None) -> dict[str, dict[str, Any]]:
    found = store.query(
        "SELECT checks.name, outcome, earned, points, seconds, beliefs.name AS belief, evidence.sentence AS evidence"
        " FROM outcomes JOIN checks USING (check_id) LEFT JOIN beliefs USING (belief)"
        " LEFT JOIN evidence USING (evidence) WHERE result = ? ORDER BY check_id",
        result,
    )
    return {row["name"]: {key: row[key] for key in row.keys() if key != "name"} for row in found}  # noqa: SIM118


def as_published(grades: Mapping[str, Grade], published: Mapping[str, Published]) -> list[Grade]:
    """The grades with the scores that were given out, of those who were given one."""
    return [
        replace(grade, points=published[who].points, maximum=published[who].maximum)
        for who, grade in grades.items()
        if who in published
    ]
