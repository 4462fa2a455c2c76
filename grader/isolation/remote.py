"""Remote objects: a framework in another process that reads, in a check, like one in this process.

`student.nn.Linear(5, 3)` returns a `Remote`; its methods, attributes and items cross the boundary when used, arrays by
value. A class or function is known by its path and needs no round trip before it is called; a method and its call are
one round trip. What nobody needs to know yet waits, and goes along with the next round trip.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np

from grader.calls import Call
from grader.compare import Opaque
from grader.isolation import wire
from grader.isolation.faults import BrokenReply, StudentError
from grader.isolation.process import OWN_NODE, WorkerProcess
from grader.isolation.rows import write_call

UNKNOWN = -1  # the class of an object that is still to be made
_METHODS_OF_ARRAYS = frozenset(n for n in dir(np.ndarray) if callable(getattr(np.ndarray, n)) and n[:2] != "__")


class Remote:
    """An object that stays in the worker. The class of one that is still to be made is asked for when it matters."""

    __slots__ = ("_framework", "_handle", "_methods", "type_name")

    def __init__(self, framework: "RemoteFramework", handle: wire.Handle) -> None:
        object.__setattr__(self, "_framework", framework)
        object.__setattr__(self, "_handle", handle)
        if handle.cls != UNKNOWN:
            self._be(*framework._class(handle.cls))

    def _be(self, type_name: str, methods: frozenset[str]) -> None:
        object.__setattr__(self, "type_name", type_name)
        object.__setattr__(self, "_methods", methods)

    def _settle(self) -> None:
        """Learn by which number and of which class the worker knows it, now that it has to be made."""
        found = self._framework.get(self, "")
        if isinstance(found, Remote):
            object.__setattr__(self, "_handle", found._handle)
            self._be(found.type_name, found._methods)
        else:
            self._be(type(found).__name__, frozenset())

    def to_wire(self) -> str:
        return wire.handle(self._handle.number, self._handle.cls)

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

    def to_wire(self) -> str:
        return wire.path(self._path)

    def __getattr__(self, name: str) -> "Namespace":
        if name.startswith("__"):
            raise AttributeError(name)
        return Namespace(self._framework, f"{self._path}.{name}")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._framework.run([Call("call", self, "", args, kwargs)])[0]


class Promise:
    """The result of a call that is done with the next round trip; to call this makes one, if there was none."""

    def __init__(self, framework: "RemoteFramework") -> None:
        self._framework: RemoteFramework | None = framework
        self._result: Any = None
        self._error: Exception | None = None

    def keep(self, result: Any) -> None:
        """From now on, this is the result."""
        self._framework, self._result = None, result

    def fail(self, error: Exception) -> None:
        """From now on, this is raised."""
        self._framework, self._error = None, error

    def __call__(self) -> Any:
        if self._framework:
            self._framework.finish()
        if self._error:
            raise self._error
        return self._result


class Batch:
    """Calls of one round trip, as they are now, whatever becomes of their arguments; `promises` are kept by place."""

    def __init__(self) -> None:
        self.rows: list[str] = []
        self.promises: dict[int, Promise] = {}
        self._encoder = wire.Encoder(OWN_NODE)

    def add(self, calls: Iterable[Call]) -> None:
        """Add calls at the end."""
        self.rows += [write_call(call, self._encoder) for call in calls]

    def keep(self, results: list[Any]) -> None:
        """Keep every promise."""
        for place, promise in self.promises.items():
            promise.keep(results[place])

    def fail(self, error: Exception) -> None:
        """Have every promise raise what went wrong."""
        for promise in self.promises.values():
            promise.fail(error)

    def encoded(self) -> wire.Encoded:
        """What the worker is asked with."""
        return wire.Encoded(f'{{"l":[{",".join(self.rows)}]}}', self._encoder.buffers)


class RemoteFramework:
    """The student's package in a worker; the same interface as `checks.framework.LocalFramework`."""

    def __init__(self, worker: WorkerProcess) -> None:
        self._worker = worker
        self._waiting = Batch()
        self._made = 0
        self._decode = {
            "handle": self._remote,
            "unsendable": Opaque,
        }

    def __getattr__(self, name: str) -> Namespace:
        if name.startswith("_"):
            raise AttributeError(name)
        return Namespace(self, name)

    def _remote(self, number: int, cls: int) -> Remote:
        """An object that a worker tells of; only this side may speak of what is still to be made."""
        if min(number, cls) < 0:
            raise wire.WireError("an object with a negative number")
        return Remote(self, wire.Handle(number, cls))

    def run(self, calls: Sequence[Call]) -> list[Any]:
        """Do all calls in one round trip and return their results.

        Raises:
            StudentFault: for the first call that fails, be it one that was waiting; the ones after it are not done.
        """
        return self.begin(calls)()

    def begin(self, calls: Sequence[Call]) -> Callable[[], list[Any]]:
        """Have the worker begin with all calls; what is returned waits for their results. It has to be called before anything else is asked."""
        batch, self._waiting = self._waiting, Batch()
        start = len(batch.rows)
        batch.add(calls)
        try:
            self._worker.post("calls", batch.encoded())
        except Exception as error:
            batch.fail(error)
            raise
        return partial(self._results, batch, start)

    def _results(self, batch: Batch, start: int) -> list[Any]:
        """The results of the calls of a batch, from `start` on; those before were waiting."""
        try:
            found = self._worker.collect(self._decode)
            if type(found) is not list or len(found) != len(batch.rows):
                raise self._worker.fail(BrokenReply("it gave another number of answers than asked for"))
        except Exception as error:
            batch.fail(error)
            raise
        batch.keep(found)
        return found[start:]

    def later(self, calls: Sequence[Call]) -> None:
        """Do calls whose results nobody needs, before anything else is done; what they raise, the next round trip does."""
        self._waiting.add(calls)

    def ask(self, call: Call) -> Promise:
        """Do a call with the next round trip, or when its result is wanted: what is returned gives it."""
        self._waiting.add([call])
        promise = self._waiting.promises[len(self._waiting.rows) - 1] = Promise(self)
        return promise

    def finish(self) -> None:
        """Do now what still waits.

        Raises:
            StudentFault: if it fails.
        """
        if self._waiting.rows:
            self.run([])

    def call(self, path: str, *args: Any, **kwargs: Any) -> Any:
        """What the function at this path gives."""
        return Namespace(self, path)(*args, **kwargs)

    def make(self, path: str, *args: Any, **kwargs: Any) -> Remote:
        """An object of the class at this path, made with the next round trip, which raises what its constructor does."""
        return self._promise(Call("call", wire.Path(path), "", args, kwargs))

    def _promise(self, call: Call) -> Remote:
        self._made += 1
        self.later([call._replace(keep=-self._made)])
        return Remote(self, wire.Handle(-self._made, UNKNOWN))

    def get(self, on: Any, path: str) -> Any:
        return self.run([Call("get", on, path)])[0]

    def set(self, on: Any, path: str, value: Any) -> None:
        self.later([Call("set", on, path, (value,))])

    def array(self, values: np.ndarray, layout: str = "C") -> Remote:
        """An array that lives in the worker, in the given memory layout; `value` reads it."""
        promised = self._promise(Call("array", None, "", (values, layout)))
        promised._be("ndarray", _METHODS_OF_ARRAYS)
        return promised

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
