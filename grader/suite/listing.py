"""Which tests a suite declares, from its syntax trees: what student code does while the suite is imported cannot change that."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Declared:
    """One test: its name as unittest writes it ("test_calc.TestAdd.test_simple") and what its decorators say."""

    id: str
    title: str = ""
    weight: float | None = None
    visibility: str = "visible"
    number: str | None = None
    tags: tuple[str, ...] = ()
    hide_errors: str | None = None
    leaderboard: str | None = None

    @property
    def module(self) -> str:
        return self.id.partition(".")[0]


def declared_tests(folder: Path) -> dict[str, Declared]:
    """The tests in `folder`/test*.py by name. A method that is inherited counts for each class of its module that inherits it."""
    found: dict[str, Declared] = {}
    for path in sorted(folder.glob("test*.py")):
        try:
            tree = ast.parse(path.read_bytes())
        except (SyntaxError, ValueError):
            continue  # unittest will say it better
        classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
        for name in classes:
            if _is_case(name, classes):
                found |= {test.id: test for test in _tests(f"{path.stem}.{name}", name, classes)}
    return found


def _is_case(name: str, classes: dict[str, ast.ClassDef]) -> bool:
    """Whether a class comes from one called TestCase, or like it, in the end."""
    return any((base in classes and _is_case(base, classes)) or base.endswith("TestCase") for base in _bases(classes[name]) if base != name)


def _bases(node: ast.ClassDef) -> list[str]:
    return [ast.unparse(base).rpartition(".")[2] for base in node.bases]


def _tests(prefix: str, name: str, classes: dict[str, ast.ClassDef]) -> Iterator[Declared]:
    methods: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = {}
    for owner in reversed([name, *(base for base in _bases(classes[name]) if base in classes)]):
        methods |= {m.name: m for m in classes[owner].body if isinstance(m, ast.FunctionDef | ast.AsyncFunctionDef)}
    for method in methods.values():
        if method.name.startswith("test"):
            yield _declared(f"{prefix}.{method.name}", method)


def _declared(name: str, method: ast.FunctionDef | ast.AsyncFunctionDef) -> Declared:
    said: dict[str, Any] = {}
    for call in method.decorator_list:
        if isinstance(call, ast.Call):
            said |= _decorated(ast.unparse(call.func).rpartition(".")[2], call)
    return Declared(name, (ast.get_docstring(method) or "").strip().partition("\n")[0].strip(), **said)


def _decorated(decorator: str, call: ast.Call) -> dict[str, Any]:
    """What one decorator of gradescope-utils says, as far as it is written out."""
    try:
        values = [ast.literal_eval(a) for a in (*call.args, *(k.value for k in call.keywords))]
    except ValueError:
        return {}
    first = values[0] if values else None
    match decorator:
        case "weight" | "partial_credit":
            return {"weight": float(first)}
        case "number":
            return {"number": str(first)}
        case "visibility":
            return {"visibility": first}
        case "hide_errors":
            return {"hide_errors": first or "Test failed"}
        case "tags":
            return {"tags": tuple(map(str, values))}
        case "leaderboard":
            return {"leaderboard": str(first)}
    return {}
