"""Finds out which `raise` statements of the solution are executed. A call before each of them notes it."""

import ast
from collections.abc import Iterable, Mapping
from copy import deepcopy

from grader.assignment import Assignment, Course
from grader.assignment.mutants import solution

_reached: set[str] = set()
_CALL = f"__import__({__name__!r}, fromlist=['reached']).reached"
MAX_TEXT = 100  # characters of a statement that go into a name, as of a mutant


def reached(name: str) -> None:
    """Note that a statement is about to be executed."""
    _reached.add(name)


def forget() -> None:
    """Forget what was reached."""
    _reached.clear()


def names_reached() -> frozenset[str]:
    """What was reached since the last `forget`."""
    return frozenset(_reached)


def noting_trees(course: Course, assignment: Assignment) -> tuple[Mapping[str, ast.Module], list[str]]:
    """The files of an assignment with such calls in them, and the names of all `raise` statements of the solution."""
    trees: dict[str, ast.Module] = {}
    names: list[str] = []
    for file, holes in assignment.holes.items():
        trees[file] = ast.parse(course.reference[file])
        names += _note(file, trees[file], holes)
    return trees, list(dict.fromkeys(names))


def _note(file: str, tree: ast.Module, holes: Iterable[str]) -> list[str]:
    noting = _Noting()
    for function, node in solution(tree, holes):
        noting.scope = f"{file}:{function}"
        noting.generic_visit(node)
    ast.fix_missing_locations(tree)
    return noting.names


class _Noting(ast.NodeTransformer):
    scope = ""

    def __init__(self) -> None:
        self.names: list[str] = []

    def visit_Raise(self, node: ast.Raise) -> list[ast.stmt]:
        name = f"{self.scope}: {ast.unparse(node).partition(chr(10))[0][:MAX_TEXT]}"
        self.names.append(name)
        call = ast.Call(deepcopy(ast.parse(_CALL, mode="eval").body), [ast.Constant(name)], [])
        return [ast.copy_location(ast.Expr(call), node), node]
