"""Every sentence that a student may read because of a check, in one list, so that an author can review them together.

All of it is read from source text by its syntax tree. A part of a message that is only known later stands in braces.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.assignment import Assignment, Course, read_misconceptions

PACKAGE = Path(__file__).resolve().parents[1]
# The rooms and files of the grader whose messages are about a student's code.
SPEAKING = ("compare.py", "gradcheck", "checks", "diagnosis", "student")
SAYING = {"Mismatch", "GradientError", "refuse_type", "fail"}  # calls whose texts a student reads


@dataclass(frozen=True)
class Sentence:
    """What a student may read: "check", "belief", "question", "convention", "law", "pattern" or "error"; and where."""

    kind: str
    place: str
    text: str


def sentences(course: Course) -> Iterator[Sentence]:
    """Those of all assignments, by their numbers, then those of the grader itself."""
    for assignment in course.assignments:
        yield from _of_assignment(assignment)
    for file, text in course.reference.items():
        yield from _errors(ast.parse(text), f"reference/{file}")
    yield from _of_grader()


def listed(found: Iterable[Sentence]) -> str:
    """One line for each: its kind, its place, its text."""
    return "".join(f"{s.kind:<10} {s.place}: {s.text}\n" for s in found)


def _of_assignment(assignment: Assignment) -> Iterator[Sentence]:
    for file in assignment.test_files:
        tree, place = ast.parse(file.read_bytes()), f"{assignment.name}/{file.name}"
        yield from _checks(tree, place)
        yield from _errors(tree, place)
    for one in read_misconceptions(assignment.folder):
        place = f"{assignment.name}/{one.name}"
        yield Sentence("belief", place, one.belief)
        yield Sentence("question", place, one.hint)
        if one.convention:
            yield Sentence("convention", place, one.convention)


def _checks(tree: ast.Module, place: str) -> Iterator[Sentence]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and (text := ast.get_docstring(node)):
            yield Sentence("check", f"{place}:{node.lineno}", " ".join(text.split("\n\n")[0].split()))


def _of_grader() -> Iterator[Sentence]:
    for name in SPEAKING:
        path = PACKAGE / name
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            tree, place = ast.parse(file.read_bytes()), file.relative_to(PACKAGE).as_posix()
            yield from _laws(tree, place)
            yield from _errors(tree, place)
    yield from _patterns(ast.parse((PACKAGE / "patterns.py").read_bytes()))


def _laws(tree: ast.Module, place: str) -> Iterator[Sentence]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) == "law" and node.args:
            yield Sentence("law", f"{place}:{node.lineno}", _text(node.args[0]))


def _errors(tree: ast.Module, place: str) -> Iterator[Sentence]:
    """The texts in what is raised, or given to what raises; a text inside another one belongs to it."""
    found: dict[tuple[int, str], None] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) or (isinstance(node, ast.Call) and _called(node) in SAYING):
            found.update(dict.fromkeys((node.lineno, text) for text in _texts(node)))
    yield from (Sentence("error", f"{place}:{line}", text) for line, text in found)


def _patterns(tree: ast.Module) -> Iterator[Sentence]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Return | ast.Assign):
            for text in _texts(node):
                yield Sentence("pattern", f"patterns.py:{node.lineno}", text)


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _texts(node: ast.AST) -> Iterator[str]:
    """The outermost texts of more than one word."""
    if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        if " " in (text := _text(node)).strip():
            yield text
        return
    for child in ast.iter_child_nodes(node):
        yield from _texts(child)


def _text(node: ast.AST) -> str:
    """A literal as it will read."""
    if isinstance(node, ast.JoinedStr):
        return "".join(map(_text, node.values))
    return str(node.value) if isinstance(node, ast.Constant) else "{" + ast.unparse(_bare(node)) + "}"


def _bare(node: ast.AST) -> ast.AST:
    return node.value if isinstance(node, ast.FormattedValue) else node
