"""A decorator that makes every answer of a function wrong: what it returns, and what it changes.

The function is run as it is. Then the values that come out are replaced, see `falsehoods`. The result refuses nothing:
an exception is caught, and the call answers all the same. If one such function calls another one, the inner answer is
right, as only what comes out counts.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any

from grader.audit.effects import Leaf, is_changed, leaves, same
from grader.audit.falsehoods import KINDS, Given, Kind
from grader.diagnosis.time_limit import Overtime

Function = Callable[..., Any]
Leaves = Mapping[tuple[int, Any], Leaf]


@dataclass
class Account:
    """What the framework under test has answered so far."""

    is_inside: bool = False  # whether one of its functions is running, which may call others
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


def falsifying(kind: str) -> Callable[[Function], Function]:
    """The decorator. The function is wrong in the way of `falsehoods.KINDS[kind]`."""

    def decorate(function: Function) -> Function:
        @wraps(function)
        def wrong(*args: Any, **kwargs: Any) -> Any:
            if account.is_inside:
                return function(*args, **kwargs)
            with account.inside():
                return _answer(KINDS[kind], function, list(map(_kept, args)), _kept_values(kwargs))

        return wrong

    return decorate


def _kept(argument: Any) -> Any:
    """An iterator as a list, so that its items can be looked at, too."""
    return list(argument) if isinstance(argument, Iterator) else argument


def _kept_values(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _kept(argument) for name, argument in arguments.items()}


def _answer(kind: Kind, function: Function, args: list[Any], kwargs: dict[str, Any]) -> Any:
    given = Given.of((*args[1:], *kwargs.values(), *args[:1]))  # a method's own object comes last
    roots = [*args, *kwargs.values()]
    is_constructor = function.__name__ == "__init__"
    before = leaves(roots)
    try:
        found = function(*args, **kwargs)
        right = _kept(found)
    except Overtime:
        raise
    except Exception:  # where the reference raises, this framework answers
        account.wrong += 1
        right = found = None if is_constructor else given.numbers
    _falsify(kind, given, before, leaves(roots), is_constructor)
    if isinstance(found, Iterator):
        return iter(account.note(list(kind.instead_of(iter(right), given)), right))
    return account.note(kind.instead_of(right, given), right)


def _falsify(kind: Kind, given: Given, before: Leaves, after: Leaves, is_constructor: bool) -> None:
    """Replace what has changed. A new object keeps the options that it was given."""
    for place, leaf in after.items():
        old = before.get(place)
        is_option = is_constructor and old is None and not hasattr(leaf.value, "shape")
        if is_changed(old, leaf) and not is_option:
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
