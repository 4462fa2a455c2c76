"""Explains a class or function: its specification, the handout's section about it, and what its public checks ask."""

import ast
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

from grader.package import PACKAGE
from grader.student.course import Assignment, plain
from grader.student.handout import section_about
from grader.student.printing import WIDTH, paint, reflowed, wrapped
from grader.student.running import Check, run_checks
from grader.student.source import Definition, Found, find, signature


def explain(root: Path, course: Sequence[Assignment], asked: str) -> Iterator[str]:
    """The lines of the explanation.

    Raises:
        Refused: if there is nothing of this name.
    """
    found = find(root, asked)
    assignment = next((a for a in course if found.file in a.files), None)
    yield paint(f"{found.path}  ({PACKAGE}/{found.file}, line {found.node.lineno})", "bold")
    yield from _specification(found)
    if assignment is None:
        return
    if section := section_about(root / assignment.handout, found.owner):
        yield from ("", paint(f'{assignment.handout}, "{section.title}"', "bold"), "", reflowed(section.text))
        yield from ("", f"What holds for several is in other sections of {assignment.handout}.")
    yield from _sentences(root, assignment, found)


def _specification(found: Found) -> Iterator[str]:
    yield from _definition(found.node, "")
    methods = found.node.body if isinstance(found.node, ast.ClassDef) else []
    for node in methods:
        if isinstance(node, ast.FunctionDef) and (node.name == "__init__" or not node.name.startswith("_")):
            yield from ("", *_definition(node, "    "))
    if about_file := ast.get_docstring(found.module):
        yield from ("", paint(f"What {PACKAGE}/{found.file} says of all in it", "bold"), "", reflowed(about_file))


def _definition(node: Definition, indent: str) -> Iterator[str]:
    yield textwrap.fill(
        signature(node), WIDTH, initial_indent=indent, subsequent_indent=f"{indent}    ", break_long_words=False
    )
    text = ast.get_docstring(node)
    if text:
        yield reflowed(text, f"{indent}    ")


def _sentences(root: Path, assignment: Assignment, found: Found) -> Iterator[str]:
    """What the public checks of it ask. They are only collected, not run."""
    run = run_checks(root, ["--collect-only", "-q", *assignment.tests], quiet=True)
    ours = [check for check in run.checks if _is_about(assignment, check, found)]
    if ours:
        yield from ("", paint("Its public checks", "bold"), "")
        yield from (wrapped("  - ", check.sentence) for check in ours)
        yield from ("", f"Run them: python check.py {assignment.number} -k {ours[0].component}")


def _is_about(assignment: Assignment, check: Check, found: Found) -> bool:
    hole = assignment.hole_of(check.component)
    return plain(check.component) == plain(found.owner) or hole == (found.file, found.owner)
