"""Functions of the grader that student code may call: their arguments, how often, for how long, and what they raise."""

from collections.abc import Callable, Iterable
from time import thread_time
from typing import Any

import numpy as np

from grader.calls import CAN_CROSS, EXCEPTIONS, snapshot

CALLS = 1000  # a numerical gradient of 250 numbers needs 500
SECONDS = 5.0  # of processor time in this process, for all calls together


NUMBERS = {kind for kind in np.sctypeDict.values() if np.dtype(kind).kind in "biufc"}  # of NumPy


class UsedUpError(RuntimeError):
    """Student code calls a function more often, or for longer, than it may."""


class Callback:
    """A function, as student code may call it.

    Arguments and results are values, so a change made to one on the other side is not seen here. If the function
    raises, the check itself has failed, unless the exception is one of `crossing`. Student code gets such an exception,
    and may be asked to handle it.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        calls: int = CALLS,
        seconds: float = SECONDS,
        crossing: Iterable[type[Exception]] = (),
        functions: bool = False,
    ) -> None:
        """As above. With `functions`, arguments may also be functions of the student's, callable until this returns.

        Raises:
            ValueError: if one of `crossing` is none of `calls.EXCEPTIONS`.
        """
        self.crossing = tuple(crossing)
        for cls in self.crossing:
            if EXCEPTIONS.get(cls.__name__) is not cls:
                raise ValueError(f"{cls.__name__} cannot cross to student code; there are {', '.join(EXCEPTIONS)}")
        self.functions = functions
        self._function = function
        self._calls = calls
        self._seconds = seconds
        self._is_busy = False

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function in this process, as student code on the other side of the boundary would.

        Raises:
            TypeError: if it is given what could not cross, or returns it.
            RuntimeError: if it is running already.
            UsedUpError: if it was called too often, or for too long.
        """
        if not all(is_plain(value) or (self.functions and callable(value)) for value in (*args, *kwargs.values())):
            raise TypeError(f"a function of the check takes {CAN_CROSS}")
        if self._is_busy:
            raise RuntimeError("a function of the check is called while it runs")
        if self._calls <= 0 or self._seconds <= 0:
            raise UsedUpError("a function of the check is called more often, or for longer, than it may be")
        self._calls -= 1
        self._is_busy, began = True, thread_time()
        try:
            named = {name: _copied(value) for name, value in kwargs.items()}
            result = self._function(*map(_copied, args), **named)
            if not is_plain(result):
                raise TypeError(f"a function of the check returns {CAN_CROSS}, not {type(result).__name__}")
            return snapshot(result)
        finally:
            self._seconds -= thread_time() - began
            self._is_busy = False


def _copied(value: Any) -> Any:
    """As it comes from the other side: a copy; of a function, one that is given copies and gives some."""
    if callable(value):
        return lambda *args, **kwargs: snapshot(value(*snapshot(args), **snapshot(kwargs)))
    return snapshot(value)


def is_plain(value: Any) -> bool:
    """Whether a value is of a kind that may be an argument of such a function."""
    kind = type(value)
    if kind in (list, tuple):
        return all(map(is_plain, value))
    if kind is dict:
        return all(type(key) in (str, int) and is_plain(item) for key, item in value.items())
    if kind is np.ndarray:
        return value.dtype.kind in "biufc"
    return value is None or kind in (bool, int, float, str, bytes) or kind in NUMBERS
