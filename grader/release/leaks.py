"""Finds lines of a solution in what students receive."""

import ast
from collections.abc import Mapping

from grader.assignment import AssignmentError, Course
from grader.assignment.holes import Function, find_holes, private_parts

Content = str | bytes  # of a file that is released: bytes of data
MIN_LENGTH = 20  # characters without spaces; shorter lines ("return x", "super().__init__(") reveal nothing


def leaks(course: Course, files: Mapping[str, Content]) -> list[str]:
    """Name every place where a line of a hole's body, or of a private function or constant, is still there.

    Lines are compared without spaces and without comments, so neither layout nor a remark hides one. A line that the
    given parts of the reference have too is no secret.
    """
    secret = _secret_lines(course)
    authored = {inside.file.relative_to(course.root).as_posix(): inside.text for inside in course.inside.values()}
    return [
        f"{path}:{number}: {line.strip()}"
        for path, content in sorted({**files, **authored}.items())
        for number, line in enumerate(_text(content).split("\n"), 1)
        if _bare(line) in secret
    ]


def require_no_leak(course: Course, files: Mapping[str, Content]) -> None:
    """Raise `AssignmentError`, naming the places, if a line of a solution is in what students receive."""
    found = leaks(course, files)
    if found:
        raise AssignmentError("what students receive", "lines of the solution would leak:\n" + "\n".join(found))


def _text(content: Content) -> str:
    return content if isinstance(content, str) else content.decode(errors="replace")


def _secret_lines(course: Course) -> set[str]:
    secret: set[str] = set()
    given: set[str] = set()
    for file, text in course.reference.items():
        hidden = _hidden_line_numbers(course, file, text)
        for number, line in enumerate(text.split("\n"), 1):
            (secret if number in hidden else given).add(_bare(line))
    return {line for line in secret - given if len(line) >= MIN_LENGTH}


def _hidden_line_numbers(course: Course, file: str, text: str) -> set[int]:
    if file not in course.owners:
        return set()
    tree = ast.parse(text)
    holes = [node for _name, node in find_holes(tree, course.owners[file].holes[file])]
    return {line for node in [*holes, *private_parts(tree)] for line in _lines_of_code(node)}


def _lines_of_code(node: ast.stmt) -> range:
    """The lines of a constant, or of a function's body without its docstring."""
    if not isinstance(node, Function):
        return range(node.lineno, (node.end_lineno or 0) + 1)
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return range(body[0].lineno, (node.end_lineno or 0) + 1) if body else range(0)


def _bare(line: str) -> str:
    code = line.partition("#")[0]
    return "".join((code if code.strip() else line).split())
