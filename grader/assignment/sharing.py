"""Which files the variants of a package have in common, so that they need not be imported anew for each variant.

A file is shared if it holds no state, and neither do the files that it imports, none of them differs, and no file does
anything to it while it is imported. Then nobody can tell whether it was imported once or twice.
"""

import ast
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from pathlib import PurePosixPath

from grader.assignment.holes import Function

ROOT = "__init__.py"
_CACHES = {"cache", "lru_cache", "cached"}  # decorators that keep something between calls
_MAKERS = {"TypeVar", "field", "float", "frozenset", "vectorize"}  # calls whose results never change
_IMMUTABLE = ast.Constant | ast.Name | ast.Attribute | ast.Subscript | ast.Lambda
_HARMLESS = ast.Import | ast.ImportFrom | ast.Pass


class Sharing:
    """Knows which files of a package hold state, and which of them import which."""

    def __init__(self, trees: Mapping[str, ast.Module]) -> None:
        self._trees = trees

    def shared(self, changed: Collection[str]) -> frozenset[str]:
        """The files that a variant shares in which these files differ, such as "nn/module.py"."""
        own = {ROOT, *changed, *self._stateful, *self._meddled_with}
        while more := {file for file, needed in self._needed.items() if needed & own} - own:
            own |= more
        return frozenset(self._trees.keys() - own)

    @cached_property
    def _stateful(self) -> frozenset[str]:
        return frozenset(file for file, tree in self._trees.items() if holds_state(tree))

    @cached_property
    def _meddled_with(self) -> set[str]:
        """The files that another one may change when it is imported, as by `setattr` on a class of theirs."""
        meddlers = [file for file, tree in self._trees.items() if not all(map(_only_defines, _statements(tree)))]
        reached = set(meddlers)
        while more := set().union(*(self._needed[file] for file in reached)) - reached:
            reached |= more
        return reached

    @cached_property
    def _needed(self) -> dict[str, set[str]]:
        """What a file imports, in functions, too. A folder's `__init__.py` gives access to all files in it."""
        needed = {file: set(self._imported(PurePosixPath(file), tree)) for file, tree in self._trees.items()}
        for file in self._trees:
            for folder in PurePosixPath(file).parents:
                if (package := str(folder / ROOT)) in needed and package != file:
                    needed[package].add(file)
        return needed

    def _imported(self, file: PurePosixPath, tree: ast.Module) -> Iterator[str]:
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.level:
                base = file.parents[node.level - 1].joinpath(*(node.module or "").split("."))
                places = [base, *(base / alias.name for alias in node.names)]
                names = [name for place in places for name in (f"{place}.py", str(place / ROOT))]
                yield from (name for name in names if name in self._trees)


def holds_state(tree: ast.Module) -> bool:
    """Whether a module may keep something between two calls of what is in it, as far as its text shows."""
    nodes = list(ast.walk(tree))
    if any(isinstance(node, ast.Global) for node in nodes):
        return True
    functions = [node for node in nodes if isinstance(node, Function)]
    return any(map(_keeps, functions)) or not all(_is_harmless(node) for node in _statements(tree))


def _statements(scope: ast.Module | ast.ClassDef) -> Iterator[ast.stmt]:
    """The statements that run when the module is imported."""
    for node in scope.body:
        if isinstance(node, ast.ClassDef):
            yield from _statements(node)
        else:
            yield node


def _only_defines(node: ast.stmt) -> bool:
    """Whether a statement does no more than give names to values."""
    match node:
        case ast.Assign(targets=targets):
            return all(isinstance(target, ast.Name) for target in targets)
        case ast.AnnAssign(target=target):
            return isinstance(target, ast.Name)
        case ast.Expr(value=value):
            return isinstance(value, ast.Constant)
    return isinstance(node, _HARMLESS | Function)


def _keeps(function: ast.FunctionDef) -> bool:
    """Whether a function keeps results, or has a default that can change."""
    decorators = {ast.unparse(d).partition("(")[0].rpartition(".")[2] for d in function.decorator_list}
    defaults = [*function.args.defaults, *filter(None, function.args.kw_defaults)]
    return bool(decorators & _CACHES) or not all(map(_is_immutable, defaults))


def _is_harmless(node: ast.stmt) -> bool:
    match node:
        case ast.Expr(value=ast.Constant()) | ast.Assign(targets=[ast.Name(id="__all__")]):
            return True
        case ast.Assign(value=value) | ast.AnnAssign(value=value):
            return value is None or _is_immutable(value)
    return isinstance(node, _HARMLESS | Function)


def _is_immutable(value: ast.expr) -> bool:
    match value:
        case ast.Tuple(elts=parts):
            return all(map(_is_immutable, parts))
        case ast.UnaryOp(operand=operand):
            return _is_immutable(operand)
        case ast.BinOp(left=left, right=right):
            return _is_immutable(left) and _is_immutable(right)
        case ast.Call(func=function):
            return ast.unparse(function).rpartition(".")[2] in _MAKERS
    return isinstance(value, _IMMUTABLE)
