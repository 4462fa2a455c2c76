"""The classes and functions in the student's files, found in the source text: nothing is imported or run."""

import ast
import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.package import PACKAGE
from grader.student import Refused
from grader.student.course import plain

Definition = ast.ClassDef | ast.FunctionDef


@dataclass(frozen=True)
class Found:
    """A class, function or method of the package. `path` is that of Python without the package, "nn.loss.MSELoss"."""

    file: str  # "nn/loss.py"
    path: str
    node: Definition
    module: ast.Module

    @property
    def owner(self) -> str:
        """The class or function in the file that it is, or that it is a method of."""
        return self.path.removeprefix(dotted(self.file)).strip(".").partition(".")[0]


def definitions(root: Path) -> Iterator[Found]:
    """All that is defined in the package, file by file, a class before its methods. Broken files have nothing."""
    package = root / PACKAGE
    for path in sorted(package.rglob("*.py")):
        try:
            module = ast.parse(path.read_bytes())
        except (OSError, SyntaxError, ValueError, RecursionError):
            continue
        file = path.relative_to(package).as_posix()
        for node in module.body:
            if isinstance(node, Definition):
                yield from _inside(Found(file, f"{dotted(file)}.{node.name}".strip("."), node, module))


def find(root: Path, asked: str) -> Found:
    """What a student means by "nn.CrossEntropyLoss", "CrossEntropyLoss", "Linear.backward" or "loss.MSELoss".

    Raises:
        Refused: if there is nothing of this name, with the names that look like it.
    """
    known = list(definitions(root))
    parts = [plain(part) for part in asked.removeprefix(f"{PACKAGE}.").split(".")]
    found = [one for one in known if plain(one.node.name) == parts[-1]]
    if not found:
        raise Refused(f"Nothing in {PACKAGE}/ has the name {asked!r}.{_similar(known, asked.rpartition('.')[2])}")
    # Of several, the one whose path has most of the other words, and is the shortest.
    return max(found, key=lambda one: (len(set(parts) & _words(one)), -one.path.count(".")))


def signature(node: Definition) -> str:
    """The first line of a definition, without its body: "def forward(self, x: Array) -> Array"."""
    if isinstance(node, ast.ClassDef):
        bases = ", ".join(map(ast.unparse, node.bases))
        return f"class {node.name}({bases})" if bases else f"class {node.name}"
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"def {node.name}({ast.unparse(node.args)}){returns}"


def _inside(found: Found) -> Iterator[Found]:
    yield found
    if isinstance(found.node, ast.ClassDef):
        for node in found.node.body:
            if isinstance(node, ast.FunctionDef):
                yield Found(found.file, f"{found.path}.{node.name}", node, found.module)


def dotted(file: str) -> str:
    """The path of Python of a file of the package: "nn.loss" for "nn/loss.py", and "nn" for "nn/__init__.py"."""
    return ".".join(Path(file).with_suffix("").parts).removesuffix("__init__").strip(".")


def _words(found: Found) -> set[str]:
    return {plain(part) for part in found.path.split(".")}


def _similar(known: list[Found], name: str) -> str:
    names = {plain(one.node.name): one.node.name for one in known if not one.node.name.startswith("_")}
    close = [names[word] for word in difflib.get_close_matches(plain(name), names, n=3)]
    return f" Did you mean {' or '.join(close)}?" if close else ""
