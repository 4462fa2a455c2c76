"""Decorators with gradescope-utils' names and attributes, so that what instructors know works here.

They only set attributes of the function. `plugin` reads and validates these when checks are collected. Unlike the
originals they store no result on the function: what a check scores belongs to one run of it.
"""

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


def weight(points: float) -> Callable[[F], F]:
    """What the check is worth [points]."""
    return _noting(__weight__=points)


def number(label: str) -> Callable[[F], F]:
    """The label that Gradescope sorts by, e.g. "1.1"."""
    return _noting(__number__=str(label))


def visibility(when: str) -> Callable[[F], F]:
    """When students see the check: "visible", "hidden", "after_due_date" or "after_published"."""
    return _noting(__visibility__=when)


def hide_errors(message: str = "Test failed") -> Callable[[F], F]:
    """The author's hint. When the check fails, students see only this and the check's title."""
    return _noting(__hide_errors__=message)


def tags(*names: str) -> Callable[[F], F]:
    """Words by which checks can be sorted."""
    return _noting(__tags__=names)


def fine(function: F) -> F:
    """The check asks for fine print: the dtype of state, a kink, a kind of number, the type of an error, memory.

    An answer that is mostly right should earn most points. So fine print is a small share of a component, which `grader
    audit` checks.
    """
    return _noting(__fine__=True)(function)


def seconds(limit: float) -> Callable[[F], F]:
    """The check trains something. It may take this long, instead of the `seconds` of its assignment.

    The time is set aside from the assignment's `total_seconds`, so that no loop in another check can use it up.
    """
    return _noting(__seconds__=limit)


def integrated(function: F) -> F:
    """The check is first run on the student's own files of earlier assignments, too, see `plugins.integrated`."""
    return _noting(__integrated__=True)(function)


def leaderboard(column_name: str, sort_order: str = "desc") -> Callable[[F], F]:
    """The check gives a value for a leaderboard. It calls its argument `set_leaderboard_value`."""
    noting = _noting(__leaderboard_column__=column_name, __leaderboard_sort_order__=sort_order)
    return lambda function: noting(_handing(function, "set_leaderboard_value"))


def partial_credit(points: float) -> Callable[[F], F]:
    """The check is worth up to `points` and calls its argument `set_score` with what was earned."""
    noting = _noting(__weight__=points, __partial_credit__=True)
    return lambda function: noting(_handing(function, "set_score"))


def _noting(**notes: Any) -> Callable[[F], F]:
    def decorate(function: F) -> F:
        for name, value in notes.items():
            setattr(function, name, value)
        return function

    return decorate


def _handing(function: F, name: str) -> F:
    """Make pytest pass the fixture `name` to a function that takes it with a default or in **kwargs.

    gradescope-utils' examples do so.
    """
    signature = inspect.signature(function)
    kinds = {p.kind for p in signature.parameters.values()}
    if name not in signature.parameters and inspect.Parameter.VAR_KEYWORD not in kinds:
        return function
    required = [p for p in signature.parameters.values() if p.name != name]
    required.append(inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY))
    required.sort(key=lambda p: p.kind)

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    wrapper.__signature__ = signature.replace(parameters=required)  # type: ignore[attr-defined]
    return wrapper  # type: ignore[return-value]
