"""Python's operators and `with`, on an object that stands for a remote object or a twin.

Nobody waits for the result of an operator, so a graph of thousands of nodes costs a few round trips. If the operator
raises, such as a TypeError because the class does not define it, the error comes with the next round trip, as that of
any other call. `==` is not among these operators: it says whether two are the same object.
"""

from typing import Any

from grader.calls import BINARY, COMPARING, EXCEPTIONS, UNARY, Call


class StandIn:
    """Base class of such objects. Each class defines `_operate`, `_enter`, `_finish` and `_later`."""

    __array_ufunc__ = None  # so that an array on the left leaves the operator to this object
    __slots__ = ()

    def _operate(self, call: Call) -> Any:
        """The result of an operator."""
        raise NotImplementedError

    def _finish(self) -> None:
        """Do all calls that wait."""
        raise NotImplementedError

    def _later(self, call: Call) -> None:
        """Do a call whose result nobody needs."""
        raise NotImplementedError

    def __enter__(self) -> Any:
        return self._operate(Call("enter", self))

    def __exit__(self, _kind: Any, error: BaseException | None, _trace: Any) -> None:
        """Leave the context, after everything that was asked for inside it. No exception is ever swallowed.

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
    """The nearest class of `EXCEPTIONS`, by name, and the message; () if there is no error."""
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
