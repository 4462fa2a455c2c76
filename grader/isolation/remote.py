"""Remote objects: a framework in another process that reads, in a check, like one in this process.

`student.nn.Linear(5, 3)` returns a `Remote`; its methods, attributes and items cross the boundary when used, arrays by
value. A class or function is known by its path and needs no round trip before it is called; a method and its call are
one round trip.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from grader.calls import Call
from grader.compare import Opaque
from grader.isolation import wire
from grader.isolation.faults import BrokenReply, StudentError
from grader.isolation.sandbox import WorkerProcess, call_to_wire


class Remote:
    """An object that stays in the worker."""

    __slots__ = ("_framework", "_handle", "_methods", "type_name")

    def __init__(self, framework: "RemoteFramework", handle: wire.Handle) -> None:
        name, methods = framework._class(handle.cls)
        for slot, value in zip(self.__slots__, (framework, handle, methods, name), strict=True):
            object.__setattr__(self, slot, value)

    def to_wire(self) -> wire.Handle:
        return self._handle

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name in self._methods:
            return Method(self, name)
        return self._framework.get(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._framework.set(self, name, value)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._framework.run([Call("call", self, "", args, kwargs)])[0]

    def __getitem__(self, key: Any) -> Any:
        return self._framework.run([Call("item", self, "", (key,))])[0]

    def __setitem__(self, key: Any, value: Any) -> None:
        self._framework.run([Call("set item", self, "", (key, value))])

    def __len__(self) -> int:
        try:
            return self._framework.run([Call("length", self)])[0]
        except StudentError as error:
            if error.is_a(TypeError):
                raise NoLengthError(error.types, error.message, error.frames) from None
            raise

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[Any]:
        return iter(self._framework.run([Call("list", self)])[0])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Remote) and self._handle.number == other._handle.number

    def __hash__(self) -> int:
        return self._handle.number

    def __repr__(self) -> str:
        return f"<{self.type_name} in the student's process>"


class NoLengthError(StudentError, TypeError):
    """A remote object has no length.

    A TypeError, since `list(remote)` asks every iterable for its length and forgives only this.
    """


class Method:
    """A method of a remote object, not yet called."""

    def __init__(self, owner: Remote, name: str) -> None:
        self.owner = owner
        self.name = name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        framework = self.owner._framework
        return framework.run([Call("call", self.owner, self.name, args, kwargs)])[0]


class Namespace:
    """Something in the student's package, by its path: a module, class or function."""

    def __init__(self, framework: "RemoteFramework", path: str) -> None:
        self._framework = framework
        self._path = path

    def to_wire(self) -> wire.Path:
        return wire.Path(self._path)

    def __getattr__(self, name: str) -> "Namespace":
        if name.startswith("__"):
            raise AttributeError(name)
        return Namespace(self._framework, f"{self._path}.{name}")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._framework.run([Call("call", self, "", args, kwargs)])[0]


class RemoteFramework:
    """The student's package in a worker; the same interface as `checks.framework.LocalFramework`."""

    def __init__(self, worker: WorkerProcess) -> None:
        self._worker = worker
        self._decode = {
            "handle": lambda handle: Remote(self, handle),
            "unsendable": lambda node: Opaque(node.type_name),
        }

    def __getattr__(self, name: str) -> Namespace:
        if name.startswith("_"):
            raise AttributeError(name)
        return Namespace(self, name)

    def run(self, calls: Sequence[Call]) -> list[Any]:
        """Do all calls in one round trip and return their results.

        Raises:
            StudentFault: for the first call that fails; the ones after it are not done.
        """
        rows = [call_to_wire(call) for call in calls]
        results = self._worker.request("calls", rows, self._decode)
        if type(results) is not list or len(results) != len(calls):
            raise self._worker.fail(BrokenReply("it gave another number of answers than asked for"))
        return results

    def get(self, on: Any, path: str) -> Any:
        return self.run([Call("get", on, path)])[0]

    def set(self, on: Any, path: str, value: Any) -> None:
        self.run([Call("set", on, path, (value,))])

    def array(self, values: np.ndarray, layout: str = "C") -> Remote:
        """An array that lives in the worker, in the given memory layout; `value` reads it."""
        return self.run([Call("array", None, "", (values, layout), keep=True)])[0]

    def hold(self, on: Any, path: str, *args: Any) -> Remote:
        """Call a method (or, without arguments, read an attribute) and keep the result there, uncopied."""
        do = "call" if args else "get"
        return self.run([Call(do, on, path, args, keep=True)])[0]

    def value(self, held: Remote) -> Any:
        """The present value of something held."""
        return self.get(held, "")

    def _class(self, number: int) -> tuple[str, frozenset[str]]:
        try:
            return self._worker.classes[number]
        except KeyError:
            raise wire.WireError("an object of a class that was never described") from None
