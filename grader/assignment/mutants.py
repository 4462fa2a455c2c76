"""Mutants: the reference with one small edit in what students write.

A check that no mutant fails, or a mutant that no check fails, says something about the checks. Holes are mutated, and
the private functions and constants beside them, which are part of the solution. Docstrings, annotations, decorators and
the messages of exceptions are not mutated.
"""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from grader.assignment.edits import Edit, edits
from grader.assignment.habits import habits
from grader.assignment.holes import find_holes, private_parts
from grader.assignment.scope import Scope

MAX_TEXT = 100  # characters of a statement that go into a name
# The most edits of one kind from `habits` in one function. More of them would tell nothing new about the checks, and
# take as long as all others together.
MAX_HABITS = 12


@dataclass(frozen=True)
class Mutant:
    """One file with one edit.

    `name` has no line number, so it stays the same as long as the function and the statement do. `description` is for
    people, and `kind` is the part of it that says what was done. `tree` is the whole file, see
    `variants.Variants.importer`.
    """

    name: str
    description: str
    kind: str
    file: str
    function: str
    line: int
    tree: ast.Module = field(compare=False, repr=False)


class _Step(NamedTuple):
    """A step down the tree: the node in `parent.field`, or in a list at `index`."""

    parent: ast.AST
    field: str
    index: int | None
    node: ast.AST


_Path = tuple[_Step, ...]


def mutants(
    file: str, tree: ast.Module, holes: Iterable[str] | None, component: str | None = None, *, with_habits: bool = False
) -> Iterator[Mutant]:
    """All mutants of one file, in an order that only depends on its text; no two of a function with the same text.

    Args:
        holes: what is mutated, or None for all functions: of a file that somebody wrote alone.
        component: only those in this class or function, as checks name it.
        with_habits: also those made by `habits`, after the slips of each function.

    Raises:
        HoleError: if the file has no such hole.
    """
    for function, path in _paths(tree, holes):
        if component not in (None, function.partition(".")[0]):
            continue
        whole = path[-1].node
        seen = {ast.unparse(whole)}
        names: Counter[str] = Counter()
        for steps, (kind, new) in chain(_slips(path), _habits(tree, path) if with_habits else ()):
            changed = _replaced(steps, new)
            text = ast.unparse(_at(changed, path))
            if text not in seen:
                seen.add(text)
                yield _mutant(file, function, steps, kind, new, changed, names)


def _slips(path: _Path) -> Iterator[tuple[_Path, Edit]]:
    for steps in _inside(path):
        yield from ((steps, edit) for edit in edits(steps[-1].node, steps[-1].parent, steps[-1].field))


def _habits(tree: ast.Module, path: _Path) -> Iterator[tuple[_Path, Edit]]:
    """At most `MAX_HABITS` edits of a kind, from all parts of the function."""
    owner = path[0].node
    scope = Scope(tree, path[-1].node, owner if isinstance(owner, ast.ClassDef) else None)
    found: dict[str, list[tuple[_Path, Edit]]] = {}
    for steps in chain([path], _inside(path)):
        for edit in habits(steps[-1].node, steps[-1].parent, steps[-1].field, scope):
            found.setdefault(edit[0], []).append((steps, edit))
    for made in found.values():
        yield from made[:: -(-len(made) // MAX_HABITS)]


def solution(tree: ast.Module, holes: Iterable[str] | None) -> Iterator[tuple[str, ast.AST]]:
    """What students write, function by function, by name and in the order of the file.

    Without holes it is the whole file.
    """
    return ((function, path[-1].node) for function, path in _paths(tree, holes))


def _paths(tree: ast.Module, holes: Iterable[str] | None) -> Iterator[tuple[str, _Path]]:
    wanted = {id(node) for node in private_parts(tree)} | {id(node) for _, node in find_holes(tree, holes or ())}

    def is_wanted(node: ast.AST) -> bool:
        return id(node) in wanted or (holes is None and isinstance(node, ast.FunctionDef))

    for step in _children(tree):
        if isinstance(step.node, ast.ClassDef):
            for inner in _children(step.node):
                is_part = is_wanted(step.node) and isinstance(inner.node, ast.FunctionDef)  # of a private class
                if is_part or is_wanted(inner.node):
                    yield f"{step.node.name}.{_name(inner.node)}", (step, inner)
        elif is_wanted(step.node):
            yield _name(step.node), (step,)


def _name(node: ast.AST) -> str:
    """The name of a function, or the left side of a constant."""
    target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
    return node.name if isinstance(node, ast.FunctionDef) else ast.unparse(target) if target else ""


def _inside(path: _Path) -> Iterator[_Path]:
    """The paths to all nodes below that may be edited, from the top."""
    for step in _children(path[-1].node):
        if _may_change(step):
            steps = (*path, step)
            yield steps
            yield from _inside(steps)


def _children(node: ast.AST) -> Iterator[_Step]:
    for name, value in ast.iter_fields(node):
        if isinstance(value, ast.AST):
            yield _Step(node, name, None, value)
        elif isinstance(value, list):
            yield from (_Step(node, name, i, item) for i, item in enumerate(value) if isinstance(item, ast.AST))


def _may_change(step: _Step) -> bool:
    if step.field in ("annotation", "returns", "decorator_list", "exc", "cause", "type"):
        return False
    docstring = isinstance(step.node, ast.Expr) and isinstance(step.node.value, ast.Constant)
    return not (docstring or isinstance(step.node, ast.JoinedStr | ast.expr_context))


def _replaced(steps: _Path, new: ast.AST | None) -> ast.Module:
    """The tree with a new node at the end of the path. Nodes along the path are copied, all others are shared."""
    if new is not None:
        new = ast.fix_missing_locations(ast.copy_location(copy(new), steps[-1].node))
    for parent, name, index, _node in reversed(steps):
        parent, items = copy(parent), getattr(parent, name)
        if index is None:
            setattr(parent, name, new)
        else:
            setattr(parent, name, [*items[:index], *([] if new is None else [new]), *items[index + 1 :]])
        new = parent
    assert isinstance(new, ast.Module)
    return new


def _at(tree: ast.AST, path: _Path) -> ast.AST:
    """The node of another tree to which the path leads.

    No list along the path may have become shorter before that place.
    """
    for step in path:
        value = getattr(tree, step.field)
        tree = value if step.index is None else value[step.index]
    return tree


def _mutant(
    file: str, function: str, steps: _Path, kind: str, new: ast.AST | None, tree: ast.Module, names: Counter[str]
) -> Mutant:
    old = steps[-1].node
    change = f"{_text(old)} => {'nothing' if new is None else kind if isinstance(old, ast.FunctionDef) else _text(new)}"
    context = _context(steps)
    name = f"{file}:{function}: {change if context == _text(old) else f'{context} [{change}]'}"
    names[name] += 1
    if names[name] > 1:
        name += f" #{names[name]}"
    line = next(s.node.lineno for s in reversed(steps) if hasattr(s.node, "lineno"))
    return Mutant(name, f"{file}, line {line}, in {function}: {kind}: {change}", kind, file, function, line, tree)


def _context(steps: _Path) -> str:
    """The statement around an edit; for a default value, its argument."""
    for step in reversed(steps):
        if isinstance(step.parent, ast.arguments):
            return f"{_argument(step)}={_text(step.node)}"
        if isinstance(step.node, ast.stmt):
            return _text(step.node)
    return ""


def _argument(step: _Step) -> str:
    arguments = step.parent
    assert isinstance(arguments, ast.arguments)
    if step.field == "kw_defaults":
        return arguments.kwonlyargs[step.index or 0].arg
    return (arguments.posonlyargs + arguments.args)[(step.index or 0) - len(arguments.defaults)].arg


def _text(node: ast.AST) -> str:
    """A node's first line, cut if it is long."""
    line = ast.unparse(ast.fix_missing_locations(copy(node))).strip().partition("\n")[0]
    return line if len(line) <= MAX_TEXT else f"{line[:MAX_TEXT]}..."
