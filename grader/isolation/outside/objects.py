"""Remote objects: an object in another process that a check uses like one in this process.

An object's methods, attributes and items cross the boundary when they are used, and arrays are copied. A class or
function is known by its path and needs no round trip before it is called. A method and its call are one round trip.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from grader.calls import COMPARING, Call
from grader.isolation.outside.faults import StudentError, StudentFault
from grader.isolation.wire import values
from grader.operators import StandIn

UNKNOWN = -1  # the class of an object that does not exist yet


class Framework(Protocol):
    """The framework that the objects belong to, see `remote.RemoteFramework`."""

    def run(self, calls: Sequence[Call]) -> list[Any]: ...

    def later(self, calls: Iterable[Call]) -> None: ...

    def finish(self) -> None: ...

    def keep(self, call: Call, cls: type | None = None) -> "Remote": ...

    def get(self, on: Any, path: str) -> Any: ...

    def set(self, on: Any, path: str, value: Any) -> None: ...

    def _class_at(self, path: str) -> type | None: ...

    def _class(self, number: int) -> tuple[str, frozenset[str]]: ...

    def _broken(self, problem: str) -> StudentFault: ...


class Remote(StandIn):
    """An object that stays in the worker. If it does not exist yet, its class is asked for when it matters."""

    __slots__ = ("_framework", "_handle", "_methods", "_node", "type_name")

    def __init__(self, framework: Framework, handle: values.Handle) -> None:
        object.__setattr__(self, "_framework", framework)
        self._know(handle)
        if handle.cls != UNKNOWN:
            self._be(*framework._class(handle.cls))

    def _know(self, handle: values.Handle) -> None:
        object.__setattr__(self, "_handle", handle)
        object.__setattr__(
            self, "_node", values.handle(handle.number, handle.cls)
        )  # kept, as it is needed again and again

    def _be(self, type_name: str, methods: frozenset[str]) -> None:
        object.__setattr__(self, "type_name", type_name)
        object.__setattr__(self, "_methods", methods)

    def _settle(self) -> None:
        """Have the object made, and learn its number and class in the worker."""
        found = self._framework.run([Call("get", self, keep=True)])[0]
        if not isinstance(found, Remote):
            raise self._framework._broken("it gave a value where an object was to be kept")
        self._know(found._handle)
        self._be(found.type_name, found._methods)

    def to_wire(self) -> str:
        return self._node

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name in Remote.__slots__:
            self._settle()
            return getattr(self, name)
        if name in self._methods:
            return Method(self, name)
        return self._framework.get(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._framework.set(self, name, value)

    def _operate(self, call: Call) -> Any:
        """The result of an operator. It is made with the next round trip; a comparison is done at once."""
        framework = self._framework
        return framework.run([call])[0] if call.path in COMPARING else framework.keep(call)

    def _finish(self) -> None:
        self._framework.finish()

    def _later(self, call: Call) -> None:
        self._framework.later([call])

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._framework.run([Call("call", self, "", args, kwargs)])[0]

    def __getitem__(self, key: Any) -> Any:
        return self._framework.run([Call("item", self, "", (key,))])[0]

    def __setitem__(self, key: Any, value: Any) -> None:
        self._framework.later([Call("set item", self, "", (key, value))])

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
        return isinstance(other, Remote) and hash(self) == hash(other)

    def __hash__(self) -> int:
        if self._handle.cls == UNKNOWN:
            self._settle()
        return self._handle.number

    def __repr__(self) -> str:
        return f"<{self.type_name} in the student's process>"


class NoLengthError(StudentError, TypeError):
    """A remote object has no length.

    This is a TypeError, because `list(remote)` asks every iterable for its length and ignores only a TypeError.
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

    def __init__(self, framework: Framework, path: str) -> None:
        self._framework = framework
        self._path = path

    def to_wire(self) -> str:
        self._framework._class_at(self._path)  # raises if there can be no such class
        return values.path(self._path)

    def __getattr__(self, name: str) -> "Namespace":
        if name.startswith("__"):
            raise AttributeError(name)
        return Namespace(self._framework, f"{self._path}.{name}")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        call = Call("call", self, "", args, kwargs)
        cls = self._framework._class_at(self._path)
        return self._framework.keep(call, cls) if cls else self._framework.run([call])[0]
