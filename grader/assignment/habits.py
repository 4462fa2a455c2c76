"""Larger edits than slips.

A value is stored only once, one variable replaces another, half of a loop or tree is missing, an option is not read, or
an order changes.

These edits depend on the structure of the function, so each also gets the `Scope` in which it is made.
"""

import ast
from collections.abc import Iterator
from copy import deepcopy

from grader.assignment.edits import Edit
from grader.assignment.scope import Function, Scope

HABITS = frozenset(
    (
        *(
            "stored only the first time",
            "stored once for each shape",
            "another variable",
            "option ignored",
            "last for first",
            "first for last",
        ),
        *("only the first item", "order reversed", "order sorted", "recursion cut after one level"),
    )
)
# The value that an argument of this name (as in PyTorch) has if there is nothing special: no decay, no own group.
_RAW = {"group": ("self.defaults", "self"), "grad": ("p.grad", "p")}
_ANY_ORDER = {"sum", "fsum", "any", "all", "max", "min", "set", "sorted", "len", "frozenset"}


def habits(node: ast.AST, parent: ast.AST, field: str, scope: Scope) -> Iterator[Edit]:
    """All edits of a node that stands in `parent.field`."""
    if isinstance(node, Function) and node is scope.node:
        yield from _of_recursion(node)
    elif isinstance(node, ast.expr):
        if _is_stored(node, parent, field, scope):
            yield from _of_storing(node)
        if isinstance(getattr(node, "ctx", None), ast.Load):
            yield from _of_names(node, scope)
            yield from _of_options(node, parent, scope)
        if field == "iter":
            yield from _of_loops(node, parent, scope)


# What a method stores


def _is_stored(node: ast.expr, parent: ast.AST, field: str, scope: Scope) -> bool:
    """Whether a method stores a value in self: by `self.x = node`, or by giving it to `self.save...`."""
    if scope.owner is None or getattr(scope.node, "name", "__init__") == "__init__" or isinstance(node, ast.Constant):
        return False
    match parent:
        case ast.Assign(targets=[ast.Attribute(value=ast.Name(id="self"))], value=value):
            return value is node
        case ast.Call(func=ast.Attribute(value=ast.Name(id="self"), attr=name)):
            return field == "args" and name.startswith("save") and not isinstance(node, ast.Starred)
    return False


def _of_storing(node: ast.expr) -> Iterator[Edit]:
    yield "stored only the first time", _parsed("vars(self).setdefault('_first', X)", X=node)
    if isinstance(node, ast.Attribute) and node.attr == "dtype":
        return  # which has no shape
    shape = _parsed("f'_first{np.shape(X)}'", X=node)
    yield "stored once for each shape", _parsed("vars(self).setdefault(S, X)", S=shape, X=node)


# Names


def _of_names(node: ast.expr, scope: Scope) -> Iterator[Edit]:
    for other in scope.namesakes(node):
        yield "another variable", _parsed(other)
    if isinstance(node, ast.Name) and node.id in _RAW:
        other, needed = _RAW[node.id]
        if needed in [*(a.arg for a in scope.arguments), "self" if scope.owner else ""]:
            yield "another variable", _parsed(other)


def _of_options(node: ast.expr, parent: ast.AST, scope: Scope) -> Iterator[Edit]:
    match node:
        case ast.Name(id=name) if name in scope.defaults:
            yield "option ignored", deepcopy(scope.defaults[name])
        case ast.Attribute(value=ast.Name(id="self"), attr=name) if name in scope.options:
            yield "option ignored", deepcopy(scope.options[name])
        case ast.Subscript(slice=ast.Constant(value=str(name))) if name in scope.options:
            yield "option ignored", deepcopy(scope.options[name])
        case ast.Subscript(slice=ast.Constant(value=0)):
            yield "last for first", ast.Subscript(node.value, ast.Constant(-1), ast.Load())
        case ast.Subscript(slice=ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1))):
            yield "first for last", ast.Subscript(node.value, ast.Constant(0), ast.Load())


# Loops


def _of_loops(items: ast.expr, loop: ast.AST, scope: Scope) -> Iterator[Edit]:
    """Edits of what a loop or comprehension runs over."""
    yield "only the first item", _parsed("list(X)[:1]", X=items)
    if not _order_matters(loop, scope):
        return
    yield "order reversed", items.args[0] if _is_call(items, {"reversed"}) else _parsed("reversed(list(X))", X=items)
    if _is_named(items):
        yield "order sorted", _parsed("sorted(X, key=lambda item: item[0])", X=items)


def _order_matters(loop: ast.AST, scope: Scope) -> bool:
    """Whether items come out in an order, and not just in that of a dict.

    That is so if they are yielded or listed, or if each changes what the next one finds.
    """
    if isinstance(loop, ast.For):
        inside = [n for statement in loop.body for n in ast.walk(statement)]
        return any(isinstance(n, ast.Yield | ast.YieldFrom) or _is_call(n, {"append"}) or _is_fold(n) for n in inside)
    unordered = (c for c in ast.walk(scope.node) if _is_call(c, _ANY_ORDER))
    whole = next(c for c in ast.walk(scope.node) if loop in getattr(c, "generators", ()))
    if isinstance(whole, ast.SetComp | ast.DictComp) or any(whole in call.args for call in unordered):
        return False
    return any(
        isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store) and n.id in _read(whole) for n in ast.walk(loop.target)
    )


def _read(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}


def _is_fold(node: ast.AST) -> bool:
    """`x = f(x)`"""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            return any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(value))
    return False


def _is_named(items: ast.expr) -> bool:
    """Whether it gives pairs that begin with a name."""
    return (
        isinstance(items, ast.Call)
        and isinstance(items.func, ast.Attribute)
        and (items.func.attr == "items" or "named" in items.func.attr)
    )


def _is_call(node: ast.AST, names: set[str]) -> bool:
    if not isinstance(node, ast.Call):
        return False
    return getattr(node.func, "id", getattr(node.func, "attr", "")) in names


# Recursion


def _of_recursion(function: Function) -> Iterator[Edit]:
    """Let a function that calls itself on parts of its argument go down only one level."""
    if not any(_calls_itself(node, function.name) for node in ast.walk(function)):
        return
    shallow = _Renamed(function.name, None).visit(deepcopy(function))
    shallow.name, shallow.decorator_list, shallow.returns = "one_level", [], None
    deep = _Renamed(function.name, "one_level").visit(deepcopy(function))
    deep.body = [shallow, *deep.body]
    yield "recursion cut after one level", deep


def _calls_itself(node: ast.AST, name: str) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(value=value, attr=attr)):
            return attr == name and not (_is_call(value, {"super"}) or getattr(value, "id", "") in ("self", "np"))
        case ast.Call(func=ast.Name(id=called)):
            return called == name
    return False


class _Renamed(ast.NodeTransformer):
    """Calls of a function by itself become calls of another one, or nothing at all."""

    def __init__(self, name: str, other: str | None) -> None:
        self.name, self.other = name, other

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if not _calls_itself(node, self.name):
            return node
        if self.other is None:
            return ast.Tuple([], ast.Load())
        on = [node.func.value] if isinstance(node.func, ast.Attribute) else []
        return ast.Call(ast.Name(self.other, ast.Load()), [*on, *node.args], node.keywords)


# Making nodes


def _parsed(text: str, **parts: ast.expr) -> ast.expr:
    """An expression, in which names stand for other expressions."""
    return _Filled(parts).visit(ast.parse(text, mode="eval").body)


class _Filled(ast.NodeTransformer):
    def __init__(self, parts: dict[str, ast.expr]) -> None:
        self.parts = parts

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return deepcopy(self.parts[node.id]) if node.id in self.parts else node
