"""Does a line of a solution stand in what students receive?"""

import ast
from collections.abc import Mapping

from grader.assignment import Course
from grader.assignment.holes import find_holes, is_private

MIN_LENGTH = 16  # characters without spaces; shorter lines ("return x", "self.eps = eps") say nothing


def leaks(course: Course, files: Mapping[str, str]) -> list[str]:
    """Name every place where a line of a hole's body, or of a private function, survives.

    Lines are compared without spaces and comments, so neither layout nor a remark hides one. Lines that the given parts of the
    reference have too are nobody's secret.
    """
    secret = _secret_lines(course)
    return [
        f"{path}:{number}: {line.strip()}"
        for path, text in sorted(files.items())
        for number, line in enumerate(text.splitlines(), 1)
        if _bare(line) in secret
    ]


def _secret_lines(course: Course) -> set[str]:
    secret: set[str] = set()
    given: set[str] = set()
    for file, text in course.reference.items():
        lines = text.splitlines()
        hidden = _hidden_line_numbers(course, file, text)
        for number, line in enumerate(lines, 1):
            (secret if number in hidden else given).add(_bare(line))
    return {line for line in secret - given if len(line) >= MIN_LENGTH}


def _hidden_line_numbers(course: Course, file: str, text: str) -> set[int]:
    if file not in course.owners:
        return set()
    tree = ast.parse(text)
    holes = find_holes(tree, course.owners[file].holes[file]).values()
    functions = (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef))
    private = [n for n in functions if is_private(n.name)]
    return {line for node in [*holes, *private] for line in _body_lines(node)}


def _body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> range:
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return range(body[0].lineno, (node.end_lineno or 0) + 1) if body else range(0)


def _bare(line: str) -> str:
    return "".join(line.split("#")[0].split())
