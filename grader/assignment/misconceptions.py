"""The bank of misconceptions: wrong answers that people really give, each as one function or class over the reference.

    @misconception(
        "nn.Linear.backward",
        hint="Feed one row once and then twice: how should the two bias gradients relate?",
        fails=("Linear/test_bias_gradient_sums_over_the_batch",),
    )
    def bias_gradient_is_averaged(self, dy):
        \"\"\"The gradient of the bias is the mean of the upstream gradient over the batch.\"\"\"
        ...

The docstring is the belief. The file is read by its syntax tree: an entry takes the place of what it names in the
reference's text (see `variants`), so it may use every name of that file. A class stands for several methods that are
wrong together.
"""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from grader.assignment.folder import AssignmentError

T = TypeVar("T")
Entry = ast.FunctionDef | ast.ClassDef


def misconception(
    target: str, *, hint: str, fails: tuple[str, ...], source: str = "", convention: str = ""
) -> Callable[[T], T]:
    """Mark a function or class as a misconception about `target`.

    Args:
        target: what it replaces, as students call it: "nn.Linear.backward", "nn.logsumexp", or a class, "nn.Linear",
            of which the methods that the entry has are replaced. A private function of a file is named with the file:
            "nn.activation._stable".
        hint: a question for the student, never the answer.
        fails: checks that have to fail, as "Component/test_name".
        source: where it was met.
        convention: for what is right elsewhere, one sentence: "This is the form in which ...; the contract asks for
            ...".
    """
    return lambda wrong: wrong


@dataclass(frozen=True)
class Misconception:
    """One entry, see `misconception`; `name` is "linear.bias_gradient_is_averaged", of the file and the function."""

    name: str
    target: str
    belief: str
    hint: str
    fails: tuple[str, ...]
    source: str = ""
    convention: str = ""
    file: Path = field(default=Path(), compare=False)
    node: Entry = field(default=None, compare=False, repr=False)  # type: ignore[assignment]

    @property
    def components(self) -> set[str]:
        """The components of which it must fail a check."""
        return {check.partition("/")[0] for check in self.fails}

    @property
    def home(self) -> str:
        """The class or module that it is about."""
        return self.target.split(".")[-2]


def read_misconceptions(folder: Path) -> tuple[Misconception, ...]:
    """The bank of an assignment, `folder/misconceptions/*.py`; empty if there is none.

    Raises:
        AssignmentError: naming the file and entry that is wrong.
    """
    files = sorted((folder / "misconceptions").glob("*.py"))
    return tuple(entry for file in files for entry in _read_file(file))


def _read_file(file: Path) -> Iterator[Misconception]:
    try:
        tree = ast.parse(file.read_bytes(), str(file))
    except (SyntaxError, ValueError) as error:
        raise AssignmentError(file, str(error)) from error
    names: set[str] = set()
    for node in tree.body:
        if isinstance(node, Entry):
            if node.name in names:
                raise AssignmentError(file, "another entry has this name too", node.name)
            names.add(node.name)
            yield _read_entry(file, node)


def _read_entry(file: Path, node: Entry) -> Misconception:
    calls = [d for d in node.decorator_list if isinstance(d, ast.Call) and _is_mark(d.func)]
    if len(calls) != 1:
        raise AssignmentError(file, "every function and class here needs @misconception(...)", node.name)
    try:
        [target] = map(ast.literal_eval, calls[0].args)
        facts: dict[str, Any] = {k.arg or "**": ast.literal_eval(k.value) for k in calls[0].keywords}
    except ValueError as error:
        raise AssignmentError(file, "@misconception takes one target, and only literal values", node.name) from error
    _require_facts(file, node, facts)
    belief = " ".join((ast.get_docstring(node) or "").split())
    if not belief:
        raise AssignmentError(file, "its docstring has to say what is believed", node.name)
    return Misconception(f"{file.stem}.{node.name}", target, belief, **facts, file=file, node=node)


def _is_mark(function: ast.expr) -> bool:
    return isinstance(function, ast.Name) and function.id == "misconception"


def _require_facts(file: Path, node: Entry, facts: dict[str, Any]) -> None:
    known = {f.name for f in fields(Misconception)} - {"name", "target", "belief", "file", "node"}
    if unknown := facts.keys() - known:
        raise AssignmentError(file, f"@misconception has no argument {', '.join(sorted(unknown))}", node.name)
    if not str(facts.get("hint", "")).endswith("?"):
        raise AssignmentError(file, "the hint has to be a question", node.name)
    fails = facts.get("fails")
    if not (isinstance(fails, tuple) and fails and all(isinstance(name, str) and "/" in name for name in fails)):
        raise AssignmentError(file, 'fails has to name checks, as ("Component/test_name",)', node.name)
