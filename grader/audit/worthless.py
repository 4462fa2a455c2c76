"""Law 2, second half: frameworks whose every answer is wrong, but of the right type, dtype and shape, earn nothing.

Of one of them only the gradients are wrong: it earns nothing where it is asked for one.
They are made of the reference, by a decorator on each function that students write, see `falsifying`.
"""

import ast
from collections.abc import Callable, Mapping
from types import ModuleType

from grader.assignment import Assignment, Course, Variants
from grader.assignment.holes import find_holes
from grader.audit.bench import Bench, at_bench
from grader.audit.falsehoods import KINDS
from grader.audit.falsifying import account
from grader.audit.finding import Finding
from grader.audit.tasks import Task
from grader.result import Check

IMPORT = "from grader.audit.falsifying import falsifying as _falsifying"


def make_worthless(course: Course, assignment: Assignment, kind: str) -> Callable[[], ModuleType]:
    """What imports the reference, afresh, with everything that students write in an assignment falsified."""
    trees = {file: _falsified(course.reference[file], holes, kind) for file, holes in assignment.holes.items()}
    return Variants(course).importer(trees)


def _falsified(source: str, holes: tuple[str, ...], kind: str) -> ast.Module:
    tree = ast.parse(source)
    for _name, node in find_holes(tree, holes):
        if node.name not in (KINDS[kind].only or [node.name]):
            continue
        node.decorator_list.append(ast.parse(f"_falsifying({kind!r})", mode="eval").body)  # the innermost
    start = max((number for number, node in enumerate(tree.body, 1) if _is_head(node)), default=0)
    tree.body[start:start] = ast.parse(IMPORT).body
    return tree


def _is_head(node: ast.stmt) -> bool:
    """Whether a statement has to stay in front: the docstring, an import from the future."""
    docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return docstring or (isinstance(node, ast.ImportFrom) and node.module == "__future__")


def worthless_tasks(assignment: Assignment) -> list[Task]:
    """What the law needs: every kind."""
    return [Task(assignment.number, run_worthless, (kind,)) for kind in KINDS]


def run_worthless(course: Course, assignment: Assignment, kind: str) -> dict[str, list[str]]:
    """The checks that give points to a framework of this kind; "just" are those in which its every answer was right."""
    make = make_worthless(course, assignment, kind)
    found: dict[str, list[str]] = {"unjust": [], "just": []}

    def look(bench: Bench, check: Check) -> None:
        account.wrong = 0
        result = bench.run(check, make)
        if result.earned:
            is_just = KINDS[kind].may_be_right and not account.wrong
            found["just" if is_just else "unjust"].append(f"{check.id}: {result.earned:g} of {check.points:g} points")

    at_bench(assignment, lambda bench: [look(bench, check) for check in bench.all_checks])
    return found


def worthless_frameworks_earn_nothing(assignment: Assignment, results: Mapping[Task, dict[str, list[str]]]) -> Finding:
    """Law 2: no kind earns a point, but with checks in which all of its answers were right."""
    found = {task.arguments[0]: result for task, result in results.items()}
    violations = [f"a framework of {kind} passes {line}" for kind, lines in found.items() for line in lines["unjust"]]
    whole = {kind: lines for kind, lines in found.items() if not KINDS[kind].only}
    notes = [f"to give {kind} is right in {line}" for kind, lines in whole.items() for line in lines["just"]]
    worthless = [kind for kind, lines in found.items() if not lines["unjust"]]
    evidence = f"0 points for {', '.join(worthless)}" if worthless else "points for nothing"
    return Finding(assignment.number, 2, evidence, tuple(violations), tuple(notes))
