"""The questions of the bank that `check.py hint` may ask: those of beliefs that a public check rejects."""

import ast
import json
from collections.abc import Iterator

from grader.assignment import Assignment, Course, read_misconceptions


def questions(course: Course) -> str:
    """A JSON file: for each assignment a list of questions, each with the public checks that its belief must fail.

    No belief is in it, and no hidden check.
    """
    return json.dumps({a.name: list(_of(a)) for a in course.assignments}, indent=0, ensure_ascii=False) + "\n"


def _of(assignment: Assignment) -> Iterator[dict[str, object]]:
    public = set(_public_names(assignment))
    for misconception in read_misconceptions(assignment.folder):
        if fails := [name for name in misconception.fails if name in public]:
            yield {"question": misconception.hint, "fails": fails}


def _public_names(assignment: Assignment) -> Iterator[str]:
    """Such as "Linear/test_worked_example"."""
    for file in assignment.public_files:
        for node in ast.parse(file.read_bytes()).body:
            if isinstance(node, ast.ClassDef):
                yield from (f"{node.name.removeprefix('Test')}/{name}" for name in _tests(node))


def _tests(node: ast.ClassDef) -> Iterator[str]:
    return (one.name for one in node.body if isinstance(one, ast.FunctionDef) and one.name.startswith("test_"))
