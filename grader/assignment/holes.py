"""Derives a stub from the reference by its syntax tree.

A hole's body becomes `raise NotImplementedError("nn.Linear.forward")`. Its signature and docstring stay as they are.
What is private (`_name`, but not `__init__`) is part of the solution and is removed. The text is cut, not printed anew,
so comments and layout elsewhere stay.
"""

import ast
import tokenize
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

Function = ast.FunctionDef | ast.AsyncFunctionDef


class HoleError(ValueError):
    """assignment.toml lists a hole that the reference does not have, or that leaves no working stub."""


@dataclass(frozen=True)
class Cut:
    """Lines first..last (from 1, inclusive) to be replaced by `lines`."""

    first: int
    last: int
    lines: tuple[str, ...] = ()


@cache
def parsed(source: str) -> ast.Module:
    """The tree of a source text.

    Nobody may change it, as it is shared: at a start, each file's tree is needed several times.
    """
    return ast.parse(source)


def hollow(source: str, holes: Iterable[str], module_of: Callable[[str], str]) -> str:
    """Return the stub of one file.

    Args:
        source: the reference's text.
        holes: "Linear" (every method of the class), "Module.parameters" or "logsumexp".
        module_of: what a name is reached by, e.g. "nn" for "Linear.forward"; it goes into the stub's message.

    Raises:
        HoleError: if the source has no such class, method or function, or if what is left does not compile.
    """
    tree = parsed(source)
    lines = source.split("\n")  # as ast counts lines; splitlines() knows more kinds of line ends
    cuts = [_body_cut(node, f"{module_of(name)}.{name}", lines) for name, node in find_holes(tree, holes)]
    cuts += [_whole_cut(node, lines) for node in private_parts(tree)]
    for cut in sorted(cuts, key=lambda cut: cut.first, reverse=True):
        lines[cut.first - 1 : cut.last] = cut.lines
    stub = "\n".join(lines).rstrip() + "\n"
    try:
        parsed(stub)
    except SyntaxError as error:
        raise HoleError(f"the stub does not compile: {error.msg} (line {error.lineno} of the stub)") from error
    return stub


def find_holes(tree: ast.Module, holes: Iterable[str]) -> list[tuple[str, Function]]:
    """Every hole's name ("Linear.forward") and function, in the order listed. A class stands for its public methods.

    A property and its setter are two functions of one name.
    """
    public = [(name, node) for name, node in _functions(tree) if not is_private(name)]
    classes = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
    found: dict[Function, str] = {}
    for hole in holes:
        inside = {node: name for name, node in public if name == hole or name.startswith(f"{hole}.")}
        if not inside and hole in classes:
            raise HoleError(f"{hole!r} has no public method that students could write")
        if not inside:
            raise HoleError(f"{hole!r} is no public class, method or function there")
        found |= {node: name for node, name in inside.items() if node not in found}
    return [(name, node) for node, name in found.items()]


@cache
def promised_names(source: str) -> tuple[str, ...]:
    """The public classes and functions that a file defines."""
    kinds = ast.ClassDef | Function
    return tuple(n.name for n in parsed(source).body if isinstance(n, kinds) and n.name[0] != "_")


@cache
def exported_names(init_source: str) -> Mapping[str, str]:
    """What a package's `__init__.py` re-exports: name -> the module it comes from."""
    imports = (n for n in parsed(init_source).body if isinstance(n, ast.ImportFrom) and n.module)
    return {alias.asname or alias.name: node.module or "" for node in imports for alias in node.names}


@cache
def imported_names(source: str) -> frozenset[str]:
    """What a file imports by name from other modules."""
    imports = (n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.ImportFrom))
    return frozenset(alias.name for node in imports for alias in node.names)


def private_parts(tree: ast.Module) -> Iterator[ast.stmt]:
    """Private functions, methods, classes and constants: parts of the solution.

    A private class from which another one inherits stays, without its private methods.
    """
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    inherited = {ast.unparse(base) for node in classes for base in node.bases}
    whole = [node for node in classes if is_private(node.name) and node.name not in inherited]
    yield from whole
    inside = {id(method) for node in whole for method in node.body}
    for name, node in _functions(tree):
        if is_private(name) and id(node) not in inside:
            yield node
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            names = _assigned_names(node)
            if names and all(map(is_private, names)):
                yield node


def is_private(name: str) -> bool:
    """Whether the last part of a dotted name begins with an underscore.

    Python's own names (`__init__`) do not count.
    """
    last = name.rpartition(".")[2]
    return last.startswith("_") and not last.endswith("__")


def _functions(tree: ast.Module) -> Iterator[tuple[str, Function]]:
    for node in tree.body:
        if isinstance(node, Function):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from ((f"{node.name}.{m.name}", m) for m in node.body if isinstance(m, Function))


def _assigned_names(node: ast.Assign | ast.AnnAssign) -> list[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    inside = (n for target in targets for n in ast.walk(target) if isinstance(n, ast.Name))
    return [n.id for n in inside if isinstance(n.ctx, ast.Store)]


def _body_cut(node: Function, name: str, lines: list[str]) -> Cut:
    row, column = _signature_end(node, lines)
    indent = " " * (node.col_offset + 4)
    kept = [lines[row - 1][:column]]
    if ast.get_docstring(node) is not None:
        kept += _text_of(node.body[0], indent, lines)
    return Cut(row, _last_line(node, lines), (*kept, f'{indent}raise NotImplementedError("{name}")'))


def _text_of(node: ast.stmt, indent: str, lines: list[str]) -> list[str]:
    """The lines of a statement, without anything else on these lines. ast counts columns in bytes."""
    text = lines[node.lineno - 1 : node.end_lineno]
    text[-1] = text[-1].encode()[: node.end_col_offset].decode()
    text[0] = indent + text[0].encode()[node.col_offset :].decode()
    return text


def _signature_end(node: Function, lines: list[str]) -> tuple[int, int]:
    """Line (from 1) and column just after the colon that ends the signature."""
    depth = 0
    following = iter(f"{line}\n" for line in lines[node.lineno - 1 :])
    for token in tokenize.generate_tokens(lambda: next(following, "")):
        if token.type == tokenize.OP:
            depth += (token.string in "([{") - (token.string in ")]}")
            if token.string == ":" and depth == 0:
                return node.lineno - 1 + token.end[0], token.end[1]
    raise HoleError(f"{node.name!r} has a signature that could not be read")


def _last_line(node: ast.stmt, lines: list[str]) -> int:
    """The last line of a function or constant, including comments after it that are indented more deeply."""
    last = end = node.end_lineno or node.lineno
    for number in range(end + 1, len(lines) + 1):
        text = lines[number - 1].lstrip()
        if text.startswith("#") and len(lines[number - 1]) - len(text) > node.col_offset:
            last = number
        elif text:
            break
    return last


def _whole_cut(node: ast.stmt, lines: list[str]) -> Cut:
    """The statement with its decorators and the comments above it.

    If empty lines are on both sides, those above are included.
    """
    first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])
    while first > 1 and lines[first - 2].lstrip().startswith("#"):
        first -= 1
    last = _last_line(node, lines)
    if last == len(lines) or not lines[last].strip():
        while first > 1 and not lines[first - 2].strip():
            first -= 1
    return Cut(first, last)
