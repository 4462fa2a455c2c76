"""Derives a stub from the reference by its syntax tree.

A hole's body becomes `raise NotImplementedError("nn.Linear.forward")`; its signature and docstring stay, to the letter. What is private
(`_name`, but not `__init__`) is part of the solution and goes. The text is cut, not printed anew, so comments and layout elsewhere stay.
"""

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

Function = ast.FunctionDef | ast.AsyncFunctionDef


class HoleError(ValueError):
    """A hole is listed that the reference does not have."""


@dataclass(frozen=True)
class Cut:
    """Lines first..last (from 1, inclusive) to be replaced by `text`."""

    first: int
    last: int
    text: str = ""


def hollow(source: str, holes: Iterable[str], module_of: Callable[[str], str]) -> str:
    """Return the stub of one file.

    Args:
        source: the reference's text.
        holes: "Linear" (every method of the class), "Module.parameters" or "logsumexp".
        module_of: what a name is reached by, e.g. "nn" for "Linear.forward"; it goes into the stub's message.

    Raises:
        HoleError: if the source has no such class, method or function.
    """
    tree = ast.parse(source)
    found = find_holes(tree, holes)
    lines = source.splitlines()
    cuts = [_body_cut(node, f"{module_of(name)}.{name}", lines) for name, node in found.items()]
    cuts += [_whole_cut(node, lines) for node in _private(tree)]
    for cut in sorted(cuts, key=lambda cut: cut.first, reverse=True):
        lines[cut.first - 1 : cut.last] = [cut.text] if cut.text else []
    return "\n".join(lines).rstrip() + "\n"


def find_holes(tree: ast.Module, holes: Iterable[str]) -> dict[str, Function]:
    """Map every hole's name ("Linear.forward") to its function; a class stands for all its public methods."""
    public = {name: node for name, node in _functions(tree) if not is_private(name)}
    classes = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
    found: dict[str, Function] = {}
    for hole in holes:
        if hole in classes:
            inside = {name: node for name, node in public.items() if name.startswith(f"{hole}.")}
        else:
            inside = {hole: public[hole]} if hole in public else {}
        if not inside and hole not in classes:
            raise HoleError(f"{hole!r} is no public class, method or function there")
        found |= inside
    return found


def promised_names(source: str) -> tuple[str, ...]:
    """The public classes and functions that a file defines."""
    kinds = ast.ClassDef | ast.FunctionDef
    return tuple(n.name for n in ast.parse(source).body if isinstance(n, kinds) and n.name[0] != "_")


def exported_names(init_source: str) -> dict[str, str]:
    """What a package's `__init__.py` re-exports: name -> the module it comes from."""
    imports = (n for n in ast.parse(init_source).body if isinstance(n, ast.ImportFrom) and n.module)
    return {alias.asname or alias.name: node.module or "" for node in imports for alias in node.names}


def is_private(name: str) -> bool:
    """Whether a name ("Linear._rows") belongs to the solution alone; `__init__` does not."""
    last = name.rpartition(".")[2]
    return last.startswith("_") and not last.endswith("__")


def _functions(tree: ast.Module) -> Iterator[tuple[str, Function]]:
    for node in tree.body:
        if isinstance(node, Function):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from ((f"{node.name}.{m.name}", m) for m in node.body if isinstance(m, Function))


def _private(tree: ast.Module) -> Iterator[ast.stmt]:
    for name, node in _functions(tree):
        if is_private(name):
            yield node
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and all(map(is_private, _targets(node))):
            yield node


def _targets(node: ast.Assign | ast.AnnAssign) -> list[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return [target.id if isinstance(target, ast.Name) else "" for target in targets]


def _body_cut(node: Function, name: str, lines: list[str]) -> Cut:
    indent = " " * (node.col_offset + 4)
    first = _body_start(node, lines)
    return Cut(first, node.end_lineno or first, f'{indent}raise NotImplementedError("{name}")')


def _body_start(node: Function, lines: list[str]) -> int:
    """The line after the docstring, or after the signature: comments that follow belong to the solution."""
    if ast.get_docstring(node) is not None:
        return (node.body[0].end_lineno or 0) + 1
    line = node.body[0].lineno
    while not lines[line - 2].split("#")[0].rstrip().endswith(":"):
        line -= 1
    return line


def _whole_cut(node: ast.stmt, lines: list[str]) -> Cut:
    first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])
    while lines[first - 2].lstrip().startswith("#"):
        first -= 1
    while first > 1 and not lines[first - 2].strip():
        first -= 1
    return Cut(first, node.end_lineno or first)
