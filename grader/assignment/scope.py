"""What the names in a function stand for, as far as its text says: which are of one kind, what options default to."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

Function = ast.FunctionDef
_OF_ARRAYS = {"shape", "ndim", "size", "dtype", "sum", "mean", "T", "astype", "copy", "max", "min", "reshape"}
_NUMBERS = ("ndarray", "Array", "float", "int")  # in annotations
_COMPREHENSIONS = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


@dataclass(frozen=True)
class Scope:
    """A function (or constant) of a file, and the class that contains it, if any."""

    tree: ast.Module
    node: ast.AST
    owner: ast.ClassDef | None = None

    @cached_property
    def arguments(self) -> list[ast.arg]:
        """The arguments without self."""
        found = _arguments(self.node)
        return found[1:] if self.owner and found and found[0].arg == "self" else found

    @cached_property
    def defaults(self) -> dict[str, ast.expr]:
        """The arguments of the function that have a default, with the default."""
        return _defaults(self.node)

    @cached_property
    def options(self) -> dict[str, ast.expr]:
        """The options of the class's constructor, which may be inherited in this file.

        Inside the constructor there are none.
        """
        if self.owner is None or getattr(self.node, "name", "") == "__init__":
            return {}
        return next((_defaults(m) for c in self._lineage(self.owner) for m in _methods(c) if m.name == "__init__"), {})

    def _lineage(self, owner: ast.ClassDef) -> Iterator[ast.ClassDef]:
        yield owner
        for base in owner.bases:
            for other in self.tree.body:
                if isinstance(other, ast.ClassDef) and other.name == ast.unparse(base) and other is not owner:
                    yield from self._lineage(other)

    @cached_property
    def kinds(self) -> dict[str, set[str]]:
        """For each name and attribute of self ("x", "self.beta") how it is used.

        It is used as a "number" (or array), "options", a "parameter" or "many".
        """
        kinds: dict[str, set[str]] = {}
        for holder in filter(None, (self.owner, self.node)):
            attributes_only = holder is self.owner
            for node, parent in _with_parents(holder):
                key = key_of(node)
                if key and (kind := _use(node, parent)) and (not attributes_only or "." in key):
                    kinds.setdefault(key, set()).add(kind)
        for argument in self.arguments:
            if argument.annotation and any(word in ast.unparse(argument.annotation) for word in _NUMBERS):
                kinds.setdefault(argument.arg, set()).add("number")
        return {key: found for key, found in kinds.items() if key not in self._methods}

    @cached_property
    def _methods(self) -> set[str]:
        return {f"self.{m.name}" for c in (self._lineage(self.owner) if self.owner else ()) for m in _methods(c)}

    @cached_property
    def bound(self) -> dict[str, int]:
        """Local variables, with the line in which they are first assigned; not those of comprehensions."""
        hidden = {
            id(n)
            for c in ast.walk(self.node)
            if isinstance(c, _COMPREHENSIONS)
            for g in c.generators
            for n in ast.walk(g.target)
        }
        names = (
            n
            for n in ast.walk(self.node)
            if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store) and id(n) not in hidden
        )
        return {name.id: name.lineno for name in sorted(names, key=lambda n: -n.lineno)}

    def namesakes(self, node: ast.expr) -> Iterator[str]:
        """Names that somebody could mistake for a name or an attribute of self.

        For a name these are arguments, and the variable that was assigned last before it. For an attribute they are two
        others.
        """
        key = key_of(node)
        if not key or not (kinds := self.kinds.get(key)):
            return
        others = [other for other, found in self.kinds.items() if found & kinds and other != key]
        if "." in key:
            yield from [other for other in others if "." in other][:2]
            return
        arguments = {a.arg for a in self.arguments}
        yield from (other for other in others if other in arguments)
        before = [o for o in others if o not in arguments and self.bound.get(o, node.lineno) < node.lineno]
        yield from sorted(before, key=lambda o: -self.bound[o])[:1]


def key_of(node: ast.AST) -> str:
    """ "x" for a name, "self.x" for an attribute of self, "" for anything else."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=ast.Name(id="self"), attr=name):
            return f"self.{name}"
    return ""


def _use(node: ast.AST, parent: ast.AST) -> str:
    match parent:
        case ast.BinOp() | ast.UnaryOp() | ast.AugAssign():
            return "number"
        case ast.Compare(ops=ops):
            return "" if any(isinstance(op, ast.Is | ast.IsNot | ast.In | ast.NotIn) for op in ops) else "number"
        case ast.Call(func=ast.Attribute(value=ast.Name(id="np"))) if node in parent.args:
            return "number"
        case ast.Attribute(attr=name):
            return "number" if name in _OF_ARRAYS else "parameter" if name in ("data", "grad") else ""
        case ast.Subscript(value=value, slice=inside) if value is node:
            return "options" if isinstance(inside, ast.Constant) and isinstance(inside.value, str) else "number"
        case ast.For(iter=value) | ast.comprehension(iter=value) if value is node:
            return "many"
        case ast.Assign(
            targets=[target], value=ast.BinOp() | ast.Call(func=ast.Attribute(value=ast.Name(id="np")))
        ) if target is node:
            return "number"
    return ""


def _with_parents(root: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
    return ((node, parent) for parent in ast.walk(root) for node in ast.iter_child_nodes(parent))


def _methods(owner: ast.ClassDef) -> Iterable[Function]:
    return (m for m in owner.body if isinstance(m, Function))


def _arguments(node: ast.AST) -> list[ast.arg]:
    return [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs] if isinstance(node, Function) else []


def _defaults(node: ast.AST) -> dict[str, ast.expr]:
    if not isinstance(node, Function):
        return {}
    positional = [*node.args.posonlyargs, *node.args.args]
    last = positional[len(positional) - len(node.args.defaults) :]
    pairs = [
        *zip(last, node.args.defaults, strict=True),
        *zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True),
    ]
    return {argument.arg: default for argument, default in pairs if default is not None}
