"""Python's operators and `with` on an object that stands for others: a remote object, a twin.

What an operator gives is not waited for, so a graph of thousands of nodes costs a few round trips. What the operator
raises, a TypeError where the class does not define it, is raised as that of any other call: with the next round trip.
`==` is not among them: it says whether two are the same object.
"""

from typing import Any

from grader.calls import BINARY, COMPARING, EXCEPTIONS, UNARY, Call


class StandIn:
    """Base of what stands for others; `_operate`, `_enter`, `_finish` and `_later` are those of the class."""

    __array_ufunc__ = None  # an array at the left leaves the operator to this side
    __slots__ = ()

    def _operate(self, call: Call) -> Any:
        """What an operator gives."""
        raise NotImplementedError

    def _finish(self) -> None:
        """Do what waits."""
        raise NotImplementedError

    def _later(self, call: Call) -> None:
        """Do a call whose result nobody needs."""
        raise NotImplementedError

    def __enter__(self) -> Any:
        return self._operate(Call("enter", self))

    def __exit__(self, _kind: Any, error: BaseException | None, _trace: Any) -> None:
        """Leave, after all that was asked for inside; whatever the other side says, no exception is swallowed.

        Raises:
            Exception: what was raised inside, but not known yet.
        """
        if error is None:
            try:
                self._finish()
            except Exception as late:
                self._later(Call("exit", self, "", _described(late)))
                raise
        self._later(Call("exit", self, "", _described(error)))


def _described(error: BaseException | None) -> tuple[str, ...]:
    """The nearest of `EXCEPTIONS`, by its name, and the message; nothing of none."""
    if error is None:
        return ()
    names = getattr(error, "types", None) or [f"{cls.__module__}.{cls.__qualname__}" for cls in type(error).__mro__]
    known = (name.removeprefix("builtins.") for name in names)
    return next((name for name in known if name in EXCEPTIONS), "Exception"), str(getattr(error, "message", error))


def _define(name: str, method: Any) -> None:
    method.__name__ = method.__qualname__ = f"__{name}__"
    setattr(StandIn, method.__name__, method)


def _define_unary(operator: str) -> None:
    _define(operator, lambda self: self._operate(Call("operate", self, operator)))


def _define_binary(operator: str) -> None:
    _define(operator.strip("_"), lambda self, other: self._operate(Call("operate", self, operator, (other,))))


def _define_reflected(operator: str) -> None:
    name = f"r{operator.strip('_')}"
    _define(name, lambda self, other: self._operate(Call("operate", other, operator, (self,))))


def _define_in_place(operator: str) -> None:
    name = f"i{operator.strip('_')}"
    _define(name, lambda self, other: self._operate(Call("operate", self, name, (other,))))


for _name in UNARY:
    _define_unary(_name)
for _name in (*BINARY, *COMPARING):
    _define_binary(_name)
for _name in BINARY:
    _define_reflected(_name)
    _define_in_place(_name)
