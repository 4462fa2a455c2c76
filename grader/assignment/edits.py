"""Small edits of a syntax tree: slips that a person could make, made by a machine. Each changes one node.

An edit is (kind, new node). If the new node is None, the old one is removed.
"""

import ast
from collections.abc import Iterator
from copy import copy

Edit = tuple[str, ast.AST | None]

_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.MatMult: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_PAIRS = (
    ("sum", "mean"),
    ("max", "min"),
    ("maximum", "minimum"),
    ("argmax", "argmin"),
    ("any", "all"),
    ("floor", "ceil"),
)
_NAMESAKES = {one: other for a, b in _PAIRS for one, other in ((a, b), (b, a))} | {
    "zeros_like": "ones_like",
    "zeros": "ones",
}
# Functions of one array, and methods, whose call a slip may forget. What they are applied to stays.
_FUNCTIONS = {
    "abs",
    "asarray",
    "array",
    "copy",
    "deepcopy",
    "exp",
    "expm1",
    "float",
    "int",
    "list",
    "log",
    "log1p",
    "sqrt",
    "square",
    "tuple",
}
_METHODS = {"astype", "copy", "squeeze"}


def edits(node: ast.AST, parent: ast.AST, field: str) -> Iterator[Edit]:
    """All edits of a node that stands in `parent.field`."""
    if isinstance(node, ast.stmt):
        yield from _of_statement(node)
    elif isinstance(node, ast.keyword):
        if node.arg and not _saves_a_copy(node):
            yield "argument dropped", None
    elif isinstance(node, ast.expr):
        yield from _of_expression(node, parent)
        if _is_condition(parent, field):
            yield from _of_condition(node, endless=isinstance(parent, ast.While))
        elif isinstance(parent, ast.Return) and isinstance(node, ast.BinOp | ast.Call):
            yield "minus added", ast.UnaryOp(ast.USub(), node)


def _is_condition(parent: ast.AST, field: str) -> bool:
    return field == "ifs" or (field == "test" and isinstance(parent, ast.If | ast.IfExp | ast.While))


def _saves_a_copy(node: ast.AST) -> bool:
    """`copy=False` only saves time. Without it, values are the same."""
    return isinstance(node, ast.keyword) and node.arg == "copy" and ast.unparse(node.value) == "False"


def _of_condition(node: ast.expr, endless: bool) -> Iterator[Edit]:
    if not endless:
        yield "condition forced", ast.Constant(True)
    yield "condition forced", ast.Constant(False)
    if not isinstance(node, ast.Compare | ast.UnaryOp):
        yield "condition negated", ast.UnaryOp(ast.Not(), node)


def _of_statement(node: ast.stmt) -> Iterator[Edit]:
    match node:
        case ast.AugAssign():
            yield "statement deleted", ast.Pass()
            yield "only assigned", ast.Assign([node.target], node.value)
            if other := _OPERATORS.get(type(node.op)):
                yield "operator swapped", _with(node, op=other())
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript() as target]):
            yield "statement deleted", ast.Pass()
            if not isinstance(getattr(target, "slice", None), ast.Slice):
                yield "added on", ast.AugAssign(target, ast.Add(), node.value)
        case ast.Return(value=ast.Tuple(elts=[first, _, *_])) if not isinstance(first, ast.Starred):
            yield "statement deleted", ast.Pass()
            yield "first of a tuple", ast.Return(first)
        case ast.Assign() | ast.Return() | ast.Expr() | ast.Raise() | ast.For() | ast.Break() | ast.Continue():
            yield "statement deleted", ast.Pass()


def _of_expression(node: ast.expr, parent: ast.AST) -> Iterator[Edit]:
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            if other := _OPERATORS.get(type(op)):
                yield "operator swapped", _with(node, op=other())
            if isinstance(op, ast.Sub | ast.Div | ast.MatMult):
                yield "sides swapped", _with(node, left=right, right=left)
        case ast.Compare():
            yield from _of_comparison(node)
        case ast.BoolOp(op=op, values=values):
            yield "and/or swapped", _with(node, op=ast.Or() if isinstance(op, ast.And) else ast.And())
            for i in range(len(values)):
                rest = values[:i] + values[i + 1 :]
                yield "part dropped", rest[0] if len(rest) == 1 else _with(node, values=rest)
        case ast.UnaryOp(op=ast.Not() | ast.USub() | ast.Invert(), operand=operand):
            yield "sign dropped", operand
        case ast.Attribute(attr="T", value=value):
            yield ".T dropped", value
        case ast.Call():
            yield from _of_call(node)
        case ast.Constant(value=value) if not _saves_a_copy(parent):
            yield from (("constant changed", ast.Constant(new)) for new in _other_values(value))


def _of_comparison(node: ast.Compare) -> Iterator[Edit]:
    for i, op in enumerate(node.ops):
        for other in _COMPARISONS[type(op)]:
            yield "comparison swapped", _with(node, ops=[*node.ops[:i], other(), *node.ops[i + 1 :]])


def _of_call(node: ast.Call) -> Iterator[Edit]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name == "where" and len(node.args) == 3:
        condition, yes, no = node.args
        yield "arguments swapped", _with(node, args=[condition, no, yes])
    if name in _FUNCTIONS and node.args and not isinstance(node.args[0], ast.Starred):
        yield f"{name} dropped", node.args[0]
    if isinstance(node.func, ast.Attribute):
        if name in _METHODS and not _is_numpy(node.func.value):
            yield f"{name} dropped", node.func.value
        if other := _NAMESAKES.get(name):
            yield "function swapped", _with(node, func=_with(node.func, attr=other))
    elif isinstance(node.func, ast.Name) and (other := _NAMESAKES.get(name)) and other != "mean":
        yield "function swapped", _with(node, func=ast.Name(other, ast.Load()))


def _is_numpy(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("np", "copy")


def _other_values(value: object) -> tuple[object, ...]:
    if isinstance(value, bool):
        return (not value,)
    if isinstance(value, int):
        return (0, 2) if value == 1 else (value + 1,)
    if isinstance(value, float):
        return (1.0,) if value in (0.0, 0.5) else (2 * value,)
    return ()


def _with(node: ast.AST, **changes: object) -> ast.AST:
    new = copy(node)
    for name, value in changes.items():
        setattr(new, name, value)
    return new
