"""The generated tables in a course's README.md. Each is between two marks, and is never written by hand."""

from pathlib import Path

from grader.assignment import Assignment, AssignmentError, Course

ASSIGNMENTS = "assignments", "`grader release table`"  # what a table is of, and what writes it
AUDIT = "audit", "`grader audit --readme`"


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
    """The text of the course's README with the table of its assignments.

    Raises:
        AssignmentError: as `replaced`.
    """
    rows = [["", "title", "points", "requires"], *map(_row, course.assignments)]
    return replaced(course.root / "README.md", text, ASSIGNMENTS, rows)


def _row(a: Assignment) -> list[str]:
    return [a.number, f"[{a.title}](assignments/{a.name}/README.md)", f"{a.points:g}", ", ".join(a.requires)]
