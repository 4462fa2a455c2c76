"""A framework in this process, with the interface of `isolation.outside.remote.RemoteFramework`."""

import io
from collections.abc import Callable, Iterable
from time import process_time
from types import ModuleType
from typing import Any

import numpy as np

from grader.callbacks import Callback
from grader.calls import Call, arrange, follow, perform, perform_here


class LocalFramework:
    """Wraps an imported package (`framework`, `reference`). `framework.nn.Linear(5, 3)` is the plain object."""

    def __init__(self, package: ModuleType) -> None:
        self._package = package

    def __getattr__(self, name: str) -> Any:
        return getattr(self._package, name)

    def run(self, calls: Iterable[Call]) -> list[Any]:
        """Do all calls, in order, and return their results."""
        return [perform_here(call) for call in calls]

    def later(self, calls: Iterable[Call]) -> None:
        """Do calls whose results nobody needs. In another process they would wait for the next round trip."""
        self.run(calls)

    def ask(self, call: Call) -> Callable[[], Any]:
        """Do a call. In another process it would wait for the next round trip, or until its result is needed."""
        result = perform_here(call)
        return lambda: result

    def expect(self, calls: Iterable[Call], judge: Callable[[list[Any]], None]) -> None:
        """Do calls and give their results to `judge`. In another process that would happen with the next round trip."""
        judge(self.run(calls))

    is_alone = False  # in a process of its own

    @property
    def processor_time(self) -> float:
        """What this process had of it [s]."""
        return process_time()

    taken = 0  # bytes; nothing has to cross here

    def allow(self, room: float) -> None:
        """Let answers take so many bytes. There is no limit here."""

    def finish(self) -> None:
        """Do calls that still wait. There are none here."""

    def call(self, path: str, *args: Any, **kwargs: Any) -> Any:
        """The result of the function at this path."""
        return follow(self._package, path)(*args, **kwargs)

    def make(self, path: str, *args: Any, **kwargs: Any) -> Any:
        """An object of the class at this path; in another process it is made with the next round trip."""
        return self.call(path, *args, **kwargs)

    def get(self, on: Any, path: str) -> Any:
        return follow(on, path)

    def set(self, on: Any, path: str, value: Any) -> None:
        perform(Call("set", on, path, (value,)))

    def array(self, values: np.ndarray, layout: str = "C") -> np.ndarray:
        """A copy of the values in the given memory layout."""
        return arrange(values, layout)

    def file(self, content: bytes = b"") -> io.BytesIO:
        """A file in memory, open at its beginning; `getvalue()` reads all of it."""
        return io.BytesIO(content)

    def generator(self, seed: int) -> np.random.Generator:
        """A generator to hand to the framework, as `rng=` say."""
        return np.random.default_rng(seed)

    def keep(self, call: Call) -> Any:
        """Do a call and refer to its result, whatever it is.

        In another process that would happen with the next round trip.
        """
        return perform(call)

    def callback(self, function: Callable[..., Any], **bounds: Any) -> Callback:
        """A function that the framework may call, see `grader.callbacks`."""
        return Callback(function, **bounds)

    def hold(self, on: Any, path: str, *args: Any) -> Any:
        """Call a method (or, without arguments, read an attribute) and keep the very object that it gives."""
        return follow(on, path)(*args) if args else follow(on, path)

    def value(self, held: Any) -> Any:
        """The present value of something held. An array is copied, so that it does not change afterwards."""
        return held.copy() if isinstance(held, np.ndarray) else held
