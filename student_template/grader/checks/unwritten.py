"""What a student has not written yet: functions that are still as they were handed out, found in the source text."""

import ast
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Unwritten:
    """The functions of one file that only raise. `names` are grouped by class; `says` has the message of each."""

    names: tuple[str, ...]
    says: tuple[str, ...]


def find_unwritten(file: Path) -> Unwritten:
    """Find bodies that are nothing but `raise NotImplementedError("...")`.

    A file that cannot be read or parsed has none.
    """
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return Unwritten((), ())
    names: list[str] = []
    says: list[str] = []
    for node in tree.body:
        functions = _functions(node)
        found = {name: said for name, function in functions.items() if (said := _said(function))}
        if found:
            names.append(node.name if len(found) == len(functions) else f"{node.name} ({', '.join(found)})")
        says += found.values()
    return Unwritten(tuple(names), tuple(says))


def _functions(node: ast.stmt) -> dict[str, ast.FunctionDef]:
    """A function itself, or all methods of a class."""
    body = node.body if isinstance(node, ast.ClassDef) else [node]
    return {f.name: f for f in body if isinstance(f, ast.FunctionDef)}


def _said(function: ast.FunctionDef) -> str | None:
    """What a function that was handed out empty raises: its full name, "nn.Linear.forward".

    None for any other function.
    """
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    match body:
        case [
            ast.Raise(exc=ast.Call(func=ast.Name(id="NotImplementedError"), args=[ast.Constant(value=str(said))]))
        ] if said.rpartition(".")[2] == function.name:
            return said
    return None
