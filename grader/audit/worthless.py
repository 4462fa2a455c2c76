"""Law 2, second half: frameworks whose every answer is wrong, but of the right type, dtype and shape, earn nothing.

They are made of the reference: each function that students write is run as it is, and then what it returns and what it changes is
replaced, see `falsehoods`. It never refuses anything, since an exception of the reference's own is swallowed. What one such function asks of
another inside is right, as only what comes out counts.
"""

import ast
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import wraps
from types import ModuleType
from typing import Any

from grader.assignment import Assignment, Course, Variants
from grader.assignment.holes import find_holes
from grader.audit.bench import Bench, at_bench
from grader.audit.effects import Leaf, is_changed, leaves, same
from grader.audit.falsehoods import KINDS, Given, Kind
from grader.audit.finding import Finding
from grader.audit.tasks import Task
from grader.diagnosis.time_limit import Overtime
from grader.result import Check

IMPORT = "from grader.audit.worthless import falsifying as _falsifying"


@dataclass
class Account:
    """What the framework under test has answered so far."""

    is_inside: bool = False  # one of its functions, which may ask others
    wrong: int = 0  # answers that differ from the right ones

    @contextmanager
    def inside(self) -> Iterator[None]:
        self.is_inside = True
        try:
            yield
        finally:
            self.is_inside = False

    def note(self, wrong: Any, right: Any) -> Any:
        """Count an answer and pass it on."""
        self.wrong += not same(wrong, right)
        return wrong


account = Account()


def falsifying(kind: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator: whatever the function gives is wrong, in the way of `falsehoods.KINDS[kind]`."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def wrong(*args: Any, **kwargs: Any) -> Any:
            if account.is_inside:
                return function(*args, **kwargs)
            with account.inside():
                return _answer(KINDS[kind], function, [_kept(a) for a in args], {k: _kept(a) for k, a in kwargs.items()})

        return wrong

    return decorate


def _kept(argument: Any) -> Any:
    """An iterator as a list, so that what comes out of it can be looked at as well."""
    return list(argument) if isinstance(argument, Iterator) else argument


def _answer(kind: Kind, function: Callable[..., Any], args: list[Any], kwargs: dict[str, Any]) -> Any:
    given = Given.of((*args[1:], *kwargs.values(), *args[:1]))  # a method's own object comes last
    roots = [*args, *kwargs.values()]
    before = leaves(roots)
    try:
        right = _kept(found := function(*args, **kwargs))
    except Overtime:
        raise
    except Exception:  # how the reference refuses is an answer, too
        account.wrong += 1
        right = found = None if function.__name__ == "__init__" else given.numbers
    _falsify(kind, given, before, leaves(roots), is_made=function.__name__ == "__init__")
    if isinstance(found, Iterator):
        return iter(account.note(list(kind.instead_of(iter(right), given)), right))
    return account.note(kind.instead_of(right, given), right)


Leaves = Mapping[tuple[int, Any], Leaf]


def _falsify(kind: Kind, given: Given, before: Leaves, after: Leaves, is_made: bool) -> None:
    """Replace what has changed; an object that is being made keeps the options that it was given."""
    for place, leaf in after.items():
        old = before.get(place)
        if is_changed(old, leaf) and not (is_made and old is None and not hasattr(leaf.value, "shape")):
            _replace(kind, given, old, leaf)


def _replace(kind: Kind, given: Given, old: Leaf | None, leaf: Leaf) -> None:
    right = old.copy if old and leaf.value is None else leaf.value
    if old and given.numbers is None:  # then the input is what was there
        given = replace(given, numbers=old.copy)
    wrong = account.note(kind.instead_of(right, given), leaf.copy)
    if old and leaf.value is old.value and hasattr(wrong, "shape"):
        leaf.value[...] = wrong
    else:
        leaf.put(wrong)


def make_worthless(course: Course, assignment: Assignment, kind: str) -> Callable[[], ModuleType]:
    """What imports the reference, afresh, with everything that students write in an assignment falsified."""
    trees = {file: _falsified(course.reference[file], holes, kind) for file, holes in assignment.holes.items()}
    return Variants(course).importer(trees)


def _falsified(source: str, holes: tuple[str, ...], kind: str) -> ast.Module:
    tree = ast.parse(source)
    for _name, node in find_holes(tree, holes):
        node.decorator_list.append(ast.parse(f"_falsifying({kind!r})", mode="eval").body)  # the innermost
    heads = [number for number, node in enumerate(tree.body, 1) if _is_head(node)]
    tree.body[max(heads, default=0) : max(heads, default=0)] = ast.parse(IMPORT).body
    return tree


def _is_head(node: ast.stmt) -> bool:
    """Whether a statement has to stay in front: the docstring, an import from the future."""
    docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return docstring or (isinstance(node, ast.ImportFrom) and node.module == "__future__")


def worthless_tasks(assignment: Assignment) -> list[Task]:
    """What the law needs: every kind."""
    return [Task(assignment.number, run_worthless, (kind,)) for kind in KINDS]


def run_worthless(course: Course, assignment: Assignment, kind: str) -> dict[str, list[str]]:
    """The checks that give points to a framework of this kind; "just" are those in which everything that it answered was right."""
    make = make_worthless(course, assignment, kind)
    found: dict[str, list[str]] = {"unjust": [], "just": []}

    def look(bench: Bench, check: Check) -> None:
        account.wrong = 0
        if (result := bench.run(check, make)).earned:
            # Where a function has to give back its input, whoever does so is right. Zeros that are right make a check that asks for nothing else.
            is_just = kind == "its input" and not account.wrong
            found["just" if is_just else "unjust"].append(f"{check.id}: {result.earned:g} of {check.points:g} points")

    at_bench(assignment, lambda bench: [look(bench, check) for check in bench.all_checks])
    return found


def worthless_frameworks_earn_nothing(assignment: Assignment, results: Mapping[Task, dict[str, list[str]]]) -> Finding:
    """Law 2: no kind earns a point, but with checks in which all of its answers were right."""
    found = {task.arguments[0]: result for task, result in results.items()}
    violations = tuple(f"a framework of {kind} passes {line}" for kind, result in found.items() for line in result["unjust"])
    notes = tuple(f"whoever returns {kind} is right, and passes {line}" for kind, result in found.items() for line in result["just"])
    worthless = [kind for kind, result in found.items() if not result["unjust"]]
    return Finding(assignment.number, 2, f"0 points for {', '.join(worthless)}" if worthless else "points for nothing", violations, notes)
