"""The generated tables in a course's README.md. Each is between two marks, and is never written by hand."""

import re
from pathlib import Path

from grader.assignment import Assignment, AssignmentError, Course
from grader.assignment.records import Record, records_of, state_of

ASSIGNMENTS = "assignments", "`grader release table`"  # what a table is of, and what writes it
AUDIT = "audit", "`grader release table`"
PROVED = (  # by law
    "seeds that cost the reference nothing",
    "points for nothing",
    "misconceptions rejected",
    "checks that one fails",
    "mutants killed",
    "misconceptions named",
    "promises asked",
    "not taken for another",
)
NUMBERS = re.compile(r"\d+(?: of \d+)?")  # an evidence begins with what was counted


def begin(table: tuple[str, str]) -> str:
    """The line before a table."""
    return f"<!-- {table[0]}: {table[1]} writes what follows -->"


def end(table: tuple[str, str]) -> str:
    """The line after a table."""
    return f"<!-- end of the {table[0]} -->"


def replaced(readme: Path, text: str, table: tuple[str, str], rows: list[list[str]]) -> str:
    """The text of a README with these rows, the first of which is the head, between the marks of a table.

    Raises:
        AssignmentError: if the marks are not there, each once and in their order.
    """
    first, last = begin(table), end(table)
    before, _, rest = text.partition(f"{first}\n")
    _, found, after = rest.partition(last)
    if not found or first in rest or last in before + after:
        raise AssignmentError(readme, f"the table belongs between two lines, {first} and {last}")
    lines = [f"| {' | '.join(row)} |".replace("|  |", "| |") for row in (rows[0], ["---"] * len(rows[0]), *rows[1:])]
    return "\n".join([f"{before}{first}\n", *lines, f"\n{last}{after}"])


def with_table(course: Course, text: str) -> str:
    """The text of the course's README with the tables of its assignments and of what audits found, if it has that one.

    Raises:
        AssignmentError: as `replaced`.
    """
    rows = [["", "title", "points", "requires"], *map(_row, course.assignments)]
    text = replaced(course.root / "README.md", text, ASSIGNMENTS, rows)
    if begin(AUDIT) not in text:
        return text
    laws = [f"{law} {what}" for law, what in enumerate(PROVED, 1)]
    return replaced(course.root / "README.md", text, AUDIT, [["", *laws], *map(_proved, course.assignments)])


def _proved(assignment: Assignment) -> list[str]:
    """A row: what was counted for each law. A star says that the assignment has changed since."""
    records, state = records_of(assignment), state_of(assignment)
    found = [records.get(law) for law in range(1, len(PROVED) + 1)]
    return [assignment.number, *(_cell(record, state) if record else "–" for record in found)]


def _cell(record: Record, state: str) -> str:
    numbers = NUMBERS.match(record.evidence)
    said = numbers[0] if numbers else record.evidence
    return f"{said}{'' if record.holds else ' (broken)'}{'' if record.state == state else ' *'}"


def _row(a: Assignment) -> list[str]:
    return [a.number, f"[{a.title}](assignments/{a.name}/README.md)", f"{a.points:g}", ", ".join(a.requires)]
