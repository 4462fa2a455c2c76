"""Names that the files of a package import from each other: each has to be there.

That holds for the reference and for what students receive. Else a slip in an `__init__.py` that is given would look
like a mistake of every student.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath

from grader.assignment.holes import Function, parsed


@dataclass(frozen=True)
class Missing:
    """A name that a file imports and another does not define; `source` is None where there is no such file."""

    file: str
    line: int
    name: str
    source: str | None


@dataclass(frozen=True)
class _Facts:
    """What a file imports from others of its package, and defines: None if only running it would tell (`import *`)."""

    imports: tuple[ast.ImportFrom, ...]
    defined: frozenset[str] | None


def missing_names(files: Mapping[str, str]) -> Iterator[Missing]:
    """All that relative imports name in vain, by path of the importing file ("nn/__init__.py")."""
    known = {file: _facts(text) for file, text in files.items()}
    for file, facts in known.items():
        for node in facts.imports:
            yield from _missing(file, node, known)


def _missing(file: str, node: ast.ImportFrom, known: Mapping[str, _Facts]) -> Iterator[Missing]:
    folder = PurePosixPath(file)
    for _ in range(node.level):
        folder = folder.parent
    target = folder.joinpath(*(node.module or "").split("."))
    source = _file_of(target, known)
    if source is None:
        yield Missing(file, node.lineno, str(target).replace("/", "."), None)
        return
    names = known[source].defined if source != file else frozenset()  # `from . import part` in an `__init__.py`
    for alias in node.names:
        if names is not None and alias.name not in names | {"*"} and not _file_of(target / alias.name, known):
            yield Missing(file, node.lineno, alias.name, source)


def _file_of(module: PurePosixPath, files: Mapping[str, object]) -> str | None:
    return next((file for file in (f"{module}.py", str(module / "__init__.py")) if file in files), None)


@cache
def _facts(text: str) -> _Facts:
    imports, names = [], set()
    for node in _outside_functions(parsed(text)):
        if isinstance(node, Function | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names |= {alias.asname or alias.name.partition(".")[0] for alias in node.names}
            if isinstance(node, ast.ImportFrom) and node.level:
                imports.append(node)
    return _Facts(tuple(imports), None if names & {"*", "__getattr__"} else frozenset(names))


def _outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, Function | ast.ClassDef | ast.Lambda):
            yield from _outside_functions(child)
