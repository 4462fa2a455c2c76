"""Turns a pytest test into a `Check`, and refuses broken checks at collection, so that none ever reaches a student."""

import ast
import inspect
import math
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest

from grader.assignment import Assignment, AssignmentError
from grader.assignment.folder import is_public
from grader.result import Check, Visibility

# Seconds for each check without a limit of its own, of the time of all. Of half of it a check is sure, whatever others
# do: fifty times what a check of the reference takes, as the machine may be busy and right answers may be slow.
LEAST_EACH = 1.0
# Fixtures of the grader. Students have those of public checks on their own machines, too (see `local`).
FIXTURES = {
    "student": "public",
    "rng": "public",
    "data": "public",
    "twin": "hidden",
    "reference": "hidden",
    "measure": "hidden",
    "written": "hidden",
}


def checks_of(items: Iterable[pytest.Item], assignments: Iterable[Assignment]) -> dict[str, Check]:
    """Read every test's check: pytest's node id -> Check.

    Raises:
        AssignmentError: naming the file and test that is wrong, or the assignment whose points do not add up.
    """
    by_folder = {a.folder.resolve(): a for a in assignments}
    for file in [file for a in by_folder.values() for file in a.test_files]:
        tree = ast.parse(file.read_bytes())
        _require_names_of_their_own(file, tree.body)
        if is_public(file):
            _require_no_neighbour(file, tree)
    checks: dict[str, Check] = {}
    ids: set[str] = set()
    for item in items:
        check = _check(item, by_folder[item.path.resolve().parent])
        _require_fixtures(item)
        if check.id in ids:
            raise _refuse(item, f"another check has the id {check.id} too")
        leaderboard_column(item)
        ids.add(check.id)
        checks[item.nodeid] = check
    for assignment in by_folder.values():
        mine = [c for c in checks.values() if c.assignment == assignment.number]
        _require_points(assignment, mine)
        _require_time(assignment, mine)
    return checks


def _require_names_of_their_own(file: Path, body: list[ast.stmt], scope: str = "") -> None:
    """Refuse a second function of the same name, which would silently replace the first."""
    defined = [node for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    names = [node.name for node in defined]
    for node in defined:
        if node.name.lower().startswith("test") and names.count(node.name) > 1:
            problem = "another one of this name follows, so this one would never run"
            raise AssignmentError(file, problem, scope + node.name)
        if isinstance(node, ast.ClassDef):
            _require_names_of_their_own(file, node.body, f"{scope}{node.name}::")


def _require_no_neighbour(file: Path, tree: ast.Module) -> None:
    """Refuse imports of a file beside a file of public checks, as students do not receive it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            problem = f"it imports from {'.' * node.level}{node.module or ''}, which students do not receive"
            raise AssignmentError(file, problem, f"line {node.lineno}")


def _require_points(assignment: Assignment, checks: list[Check]) -> None:
    total = round(math.fsum(check.points for check in checks), 4)
    if total != assignment.points:
        raise AssignmentError(
            assignment.folder / "assignment.toml",
            f"it says {assignment.points:g}, but the weights of the {len(checks)} checks add up to {total:g}",
            "points",
        )


def _require_time(assignment: Assignment, checks: list[Check]) -> None:
    """What checks that train have for themselves is a part of the total, of which the others need some too."""
    own = math.fsum(check.time_aside for check in checks)
    others = sum(check.time_limit is None for check in checks)
    needed = own + min(LEAST_EACH, assignment.seconds) * others
    if own and needed > assignment.total_seconds:
        raise AssignmentError(
            assignment.folder / "assignment.toml",
            f"all checks together have {assignment.total_seconds:g} s, but those with @seconds need {own:g} s, and the"
            f" {others} others {LEAST_EACH:g} s each; raise it to {math.ceil(needed)} or more",
            "limits.total_seconds",
        )


def _check(item: pytest.Item, assignment: Assignment) -> Check:
    function = getattr(item, "function", None)
    if function is None:
        raise AssignmentError(item.path, "a check has to be a function or method", item.name)
    notes = vars(function)
    component = item.cls.__name__.removeprefix("Test") if item.cls else assignment.title
    public = is_public(item.path)
    return Check(
        id=f"{assignment.number}/{'public' if public else 'hidden'}/{component}/{item.name}",
        assignment=assignment.number,
        component=component,
        title=_title(item, function),
        points=_weight(item, notes),
        public=public,
        visibility=_visibility(item, notes),
        number=_text(item, notes, "__number__", "number"),
        tags=_tags(item, notes),
        hint=_text(item, notes, "__hide_errors__", "hide_errors"),
        fine=notes.get("__fine__", False) is True,
        time_limit=_seconds(item, notes),
        integrated=_is_integrated(item, notes),
    )


def _require_fixtures(item: Any) -> None:
    """Refuse a check or fixture that wants a missing fixture; for public checks, also one that students do not have."""
    parameters = getattr(item, "callspec", None)
    known = {"request", *item._fixtureinfo.name2fixturedefs, *(parameters.params if parameters else ())}
    for name in item.fixturenames:
        if name not in known:
            near = get_close_matches(name, known | FIXTURES.keys(), 1)
            raise _refuse(item, f"there is no fixture {name!r}" + (f"; is {near[0]!r} meant?" if near else ""))
        if is_public(item.path) and FIXTURES.get(name) == "hidden":
            why = f"the fixture {name!r} is for hidden checks: students, who run this one at home, do not have it"
            raise _refuse(item, why)


def _refuse(item: pytest.Item, problem: str) -> AssignmentError:
    path: Path = item.path
    return AssignmentError(path, problem, item.nodeid.partition("::")[2])


def _title(item: Any, function: Any) -> str:
    text = inspect.getdoc(function)
    if not text:
        raise _refuse(item, "it has no docstring; that is the sentence a student reads")
    sentence = " ".join(text.split("\n\n")[0].split())
    parameters = getattr(item, "callspec", None)
    return f"{sentence} [{parameters.id}]" if parameters else sentence


def _weight(item: pytest.Item, notes: dict[str, Any]) -> float:
    points = notes.get("__weight__")
    if points is None:
        raise _refuse(item, "it has no @weight")
    if type(points) not in (int, float) or not 0 < points < math.inf:
        raise _refuse(item, f"its weight should be a positive number, but is {points!r}")
    return points


def _seconds(item: pytest.Item, notes: dict[str, Any]) -> float | None:
    limit = notes.get("__seconds__")
    if limit is not None and (type(limit) not in (int, float) or not 0 < limit < math.inf):
        raise _refuse(item, f"its @seconds should be a positive number, but is {limit!r}")
    return limit


def _is_integrated(item: pytest.Item, notes: dict[str, Any]) -> bool:
    """Whether it is, which nothing else may depend on: how long it takes, and that it earns all or nothing."""
    if notes.get("__integrated__") is not True:
        return False
    if notes.get("__seconds__") is None or gives_partial_credit(item):
        raise _refuse(item, "a check with @integrated has to have @seconds, too, and no @partial_credit")
    return True


def _visibility(item: pytest.Item, notes: dict[str, Any]) -> Visibility:
    value = notes.get("__visibility__", "visible")
    try:
        return Visibility(value)
    except ValueError:
        allowed = ", ".join(Visibility)
        raise _refuse(item, f"its visibility should be one of {allowed}, but is {value!r}") from None


def _text(item: pytest.Item, notes: dict[str, Any], attribute: str, name: str) -> str | None:
    value = notes.get(attribute)
    if value is not None and not (isinstance(value, str) and value):
        raise _refuse(item, f"its @{name} should be a text, but is {value!r}")
    return value


def _tags(item: pytest.Item, notes: dict[str, Any]) -> tuple[str, ...]:
    names = notes.get("__tags__", ())
    if not all(isinstance(name, str) and name for name in names):
        raise _refuse(item, f"its @tags should be texts, but are {names!r}")
    return tuple(names)


def leaderboard_column(item: Any) -> tuple[str, str] | None:
    """Name and order of the leaderboard column that a check fills; None if it fills none.

    Raises:
        AssignmentError: if the order is neither "asc" nor "desc", or the name is no text.
    """
    notes = vars(item.function)
    name, order = notes.get("__leaderboard_column__"), notes.get("__leaderboard_sort_order__", "desc")
    if name is None:
        return None
    if not (isinstance(name, str) and name and order in ("asc", "desc")):
        raise _refuse(item, f'its @leaderboard should be a name and "asc" or "desc", but is {name!r}, {order!r}')
    return name, order


def gives_partial_credit(item: Any) -> bool:
    """Whether the check sets its own score, by our decorator or gradescope-utils'."""
    return "__partial_credit__" in vars(item.function) or any(
        "set_score" in layer.__code__.co_freevars for layer in layers(item.function)
    )


def kept(item: Any, name: str, otherwise: Any) -> Any:
    """What gradescope-utils' decorators stored on one of the check's layers while it ran."""
    return next((vars(layer)[name] for layer in layers(item.function) if name in vars(layer)), otherwise)


def layers(function: Any) -> Iterator[FunctionType]:
    """A check, and what its decorators wrap.

    gradescope-utils' decorators store what a check sets on their own layer.
    """
    while isinstance(function, FunctionType):
        yield function
        function = getattr(function, "__wrapped__", None)
