"""Finds out from syntax trees which tests a suite declares. So student code that the suite imports cannot change it."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

Method = ast.FunctionDef | ast.AsyncFunctionDef
UNREADABLE = "unreadable"  # a visibility that is not a literal


@dataclass(frozen=True)
class Declared:
    """One test: its name as unittest writes it ("test_calc.TestAdd.test_simple"), and what its decorators say.

    An attribute is None if no decorator says it, or says it by an expression that is not a literal. The test is
    `doubtful` if its class inherits from a class outside the suite, and so may be no test case at all.
    """

    id: str
    title: str = ""
    weight: float | None = None
    visibility: str | None = None
    number: str | None = None
    tags: tuple[str, ...] = ()
    hide_errors: str | None = None
    leaderboard: str | None = None
    doubtful: bool = False

    @property
    def module(self) -> str:
        return self.id.rpartition(".")[0].rpartition(".")[0]


@dataclass(frozen=True)
class _Module:
    """A file of the suite: its classes, and its names that have literal values."""

    classes: dict[str, ast.ClassDef]
    values: dict[str, Any]


def declared_tests(folder: Path) -> dict[str, Declared]:
    """The tests in the files test*.py of `folder` and its packages, by name.

    An inherited test counts once for each class that inherits it.
    """
    modules = {path: _module(path) for path in sorted(folder.rglob("*.py"))}
    everywhere = {name: node for module in reversed(modules.values()) for name, node in module.classes.items()}
    found: dict[str, Declared] = {}
    for path, module in modules.items():
        inside = path.relative_to(folder)
        if not path.name.startswith("test") or not all(
            (folder / p / "__init__.py").exists() for p in inside.parents[:-1]
        ):
            continue
        prefix = ".".join(inside.with_suffix("").parts)
        classes = everywhere | module.classes
        for name in module.classes:
            if (certain := _is_case(name, classes)) is not False:
                tests = _tests(f"{prefix}.{name}", _methods(name, classes).values(), module.values)
                found |= {test.id: replace(test, doubtful=certain is None) for test in tests}
    return found


def _module(path: Path) -> _Module:
    try:
        body = ast.parse(path.read_bytes()).body
    except (SyntaxError, ValueError):
        body = []  # unittest will report the error better
    values: dict[str, Any] = {}
    for node in body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            try:
                values[node.targets[0].id] = ast.literal_eval(node.value)
            except ValueError:
                continue
    return _Module({node.name: node for node in body if isinstance(node, ast.ClassDef)}, values)


def _is_case(name: str, classes: Mapping[str, ast.ClassDef], above: tuple[str, ...] = ()) -> bool | None:
    """Whether a class inherits, in the end, from one with a name like TestCase; None if an ancestor is not known."""
    found: bool | None = False
    for base in _bases(classes[name]):
        if base in classes and base not in (*above, name):
            here = _is_case(base, classes, (*above, name))
        else:
            here = True if base.endswith("TestCase") else False if base == "object" else None
        if here:
            return True
        found = None if here is None else found
    return found


def _bases(node: ast.ClassDef) -> list[str]:
    return [ast.unparse(base).rpartition(".")[2] for base in node.bases]


def _methods(name: str, classes: Mapping[str, ast.ClassDef], above: tuple[str, ...] = ()) -> dict[str, Method]:
    """The methods of a class. Its own come before those of its bases; of these, the first base counts."""
    found: dict[str, Method] = {}
    for base in reversed(_bases(classes[name])):
        if base in classes and base not in (*above, name):
            found |= _methods(base, classes, (*above, name))
    return found | {m.name: m for m in classes[name].body if isinstance(m, Method)}


def _tests(prefix: str, methods: Any, values: Mapping[str, Any]) -> Iterator[Declared]:
    for method in methods:
        if method.name.startswith("test"):
            yield _declared(f"{prefix}.{method.name}", method, values)


def _declared(name: str, method: Method, values: Mapping[str, Any]) -> Declared:
    said: dict[str, Any] = {}
    for call in method.decorator_list:
        if isinstance(call, ast.Call):
            decorator = ast.unparse(call.func).rpartition(".")[2]
            try:
                said |= _decorated(
                    decorator, [_value(a, values) for a in (*call.args, *(k.value for k in call.keywords))]
                )
            except (ValueError, TypeError):  # it is not a literal; the value is known once the suite has run
                said |= {"visibility": UNREADABLE} if decorator == "visibility" else {}
    return Declared(name, (ast.get_docstring(method) or "").strip().partition("\n")[0].strip(), **said)


def _value(node: ast.expr, values: Mapping[str, Any]) -> Any:
    return values[node.id] if isinstance(node, ast.Name) and node.id in values else ast.literal_eval(node)


def _decorated(decorator: str, values: list[Any]) -> dict[str, Any]:
    """What one decorator of gradescope-utils says."""
    first = values[0] if values else None
    match decorator:
        case "weight" | "partial_credit":
            return {"weight": float(first)}
        case "number":
            return {"number": str(first)}
        case "visibility":
            return {"visibility": str(first)}
        case "hide_errors":
            return {"hide_errors": str(first or "Test failed")}
        case "tags":
            return {"tags": tuple(map(str, values))}
        case "leaderboard":
            return {"leaderboard": str(first)}
    return {}
