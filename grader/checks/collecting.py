"""From a pytest test to a `Check`, and what is refused at collection: a broken check must never reach a student."""

import inspect
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from grader.assignment import Assignment, AssignmentError
from grader.result import Check, Visibility


def checks_of(items: Iterable[pytest.Item], assignments: Iterable[Assignment]) -> dict[str, Check]:
    """Read every test's check; pytest's node id -> Check.

    Raises:
        AssignmentError: naming the file and test that is wrong, or the assignment whose points do not add up.
    """
    by_folder = {a.folder.resolve(): a for a in assignments}
    checks = {item.nodeid: _check(item, by_folder[item.path.resolve().parent]) for item in items}
    for assignment in by_folder.values():
        _require_points(assignment, [c for c in checks.values() if c.assignment == assignment.number])
    return checks


def _require_points(assignment: Assignment, checks: list[Check]) -> None:
    total = round(math.fsum(check.points for check in checks), 4)
    if total != assignment.points:
        raise AssignmentError(
            assignment.folder / "assignment.toml",
            f"it says {assignment.points:g}, but the weights of the {len(checks)} checks add up to {total:g}",
            "points",
        )


def _check(item: pytest.Item, assignment: Assignment) -> Check:
    function = getattr(item, "function", None)
    if function is None:
        raise AssignmentError(item.path, "a check has to be a function or method", item.name)
    notes = vars(function)
    component = item.cls.__name__.removeprefix("Test") if item.cls else assignment.title
    public = item.path.name == "test_public.py"
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
    )


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
    """Name and order of the leaderboard column that a check fills, if it does.

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
    function = item.function
    freevars = getattr(getattr(function, "__code__", None), "co_freevars", ())
    return bool(vars(function).get("__partial_credit__")) or "set_score" in freevars
