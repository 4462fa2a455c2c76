"""How a law becomes a check of each member of its kind."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import FunctionType
from typing import Any, ClassVar, TypeVar

from grader.checks.decorators import fine, weight

F = TypeVar("F", bound=Callable[..., Any])
GRAIN = 0.05  # points; every check of a member is worth a multiple of it


@dataclass(frozen=True)
class Law:
    """A law: its sentence, with {name} for the member; its weight; and what a member needs to have for it.

    Fine print is what a working program could still get wrong: dtypes, memory, kinds of errors, the last digits.
    """

    sentence: str
    weight: float
    needs: str
    fine: bool


def law(sentence: str, weight: float | None = None, *, needs: str = "", fine: bool = False) -> Callable[[F], F]:
    """Make a method of a battery a law.

    Args:
        sentence: what a student reads, with {name} for the member.
        weight: its weight among the laws of a member; by default 1, and 0.5 for fine print.
        needs: an attribute of the member. If that is empty, the law does not apply.
        fine: whether it is fine print.
    """

    def decorate(function: F) -> F:
        function.__law__ = Law(sentence, weight or (0.5 if fine else 1.0), needs, fine)  # type: ignore[attr-defined]
        return function

    return decorate


class Battery:
    """The laws of a kind.

    A subclass with a `member` gets each law that applies as a check, with its own sentence and points.

    The member's `points` are shared among these checks by their weights. Checks that the subclass adds have their own.
    """

    member: ClassVar[Any]

    def __init_subclass__(cls, member: Any = None, points: float = 0.0, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if member is None:
            return
        cls.member = member
        every = list(_laws(cls))
        applying = [
            (name, function)
            for name, function in every
            if not _law(function).needs or getattr(member, _law(function).needs)
        ]
        shares = shared(points, [_law(function).weight for _, function in applying])
        for name, _ in every:
            setattr(cls, name, None)  # pytest skips what is no function
        for (name, function), share in zip(applying, shares, strict=True):
            setattr(cls, name, _check(function, cls, member.name, share))


def _laws(cls: type) -> Iterator[tuple[str, FunctionType]]:
    """The laws of a battery, those of its bases first. If a subclass overrides a law, it is there once."""
    names = dict.fromkeys(
        name for base in reversed(cls.__mro__) for name, value in vars(base).items() if hasattr(value, "__law__")
    )
    return ((name, getattr(cls, name)) for name in names)


def _law(function: Any) -> Law:
    found: Law = function.__law__
    return found


def _check(function: FunctionType, cls: type, name: str, points: float) -> FunctionType:
    """The law as a new function, because its attributes, such as its sentence, are one member's."""
    check = FunctionType(
        function.__code__, function.__globals__, function.__name__, function.__defaults__, function.__closure__
    )
    vars(check).update(vars(function))
    check.__kwdefaults__ = function.__kwdefaults__
    check.__qualname__ = f"{cls.__qualname__}.{function.__name__}"
    check.__module__ = cls.__module__
    check.__doc__ = _law(function).sentence.format(name=name)
    del check.__law__
    weight(points)(check)
    return fine(check) if _law(function).fine else check


def shared(points: float, weights: Sequence[float]) -> list[float]:
    """The points in shares by weight. Each is a multiple of `GRAIN` and at least that; their sum is exactly the points.

    Raises:
        ValueError: if the points are no multiple of `GRAIN`, or too few.
    """
    grains = round(points / GRAIN)
    if not math.isclose(grains * GRAIN, points) or grains < len(weights):
        raise ValueError(f"{points:g} points cannot be shared among {len(weights)} laws in steps of {GRAIN:g}")
    exact = [grains * weight / math.fsum(weights) for weight in weights]
    whole = [max(1, math.floor(share)) for share in exact]
    by_remainder = sorted(range(len(weights)), key=lambda i: (whole[i] - exact[i], i))
    for i in by_remainder[: max(0, grains - sum(whole))]:
        whole[i] += 1
    while sum(whole) > grains:  # if several shares were raised to one grain
        whole[whole.index(max(whole))] -= 1
    return [round(count * GRAIN, 2) for count in whole]
