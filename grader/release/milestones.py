"""Milestones: programs of an assignment that run on nothing but what students wrote, once they have written it.

They are the files of `milestones/` in the assignment's folder. Each imports `board`, which says how to show something,
and what the framework lacks. The first line of its docstring is its title.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from grader.assignment import Assignment, Course

FOLDER = "milestones"
BOARD = Path(__file__).with_name("board.py")
SECTION = """## Milestones

Programs that did something for the first time in history, on nothing but your framework. Each says what was reported
then, and what yours does. They are not graded. Where matplotlib is installed, they save a picture.

| after | what | |
|---|---|---|
"""


def milestone_files(course: Course) -> dict[str, str]:
    """What students receive: path -> text. Nothing where no assignment has a milestone."""
    files = [file for _assignment, file in _milestones(course)]
    return {f"{FOLDER}/{file.name}": file.read_text(encoding="utf-8") for file in (*files, BOARD) if files}


def milestone_section(course: Course) -> str:
    """The section of the students' README that lists them; nothing where there are none."""
    rows = [f"| {a.number} | {_title(file)} | `python {FOLDER}/{file.name}` |\n" for a, file in _milestones(course)]
    return "".join([SECTION, *rows, "\n"]) if rows else ""


def _milestones(course: Course) -> Iterator[tuple[Assignment, Path]]:
    for assignment in course.assignments:
        for file in sorted((assignment.folder / FOLDER).glob("*.py")):
            yield assignment, file


def _title(file: Path) -> str:
    docstring = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or file.stem
    return docstring.splitlines()[0].rstrip(".")
