"""Remote objects: a framework in another process that reads, in a check, like one in this process.

`student.nn.Linear(5, 3)` returns a `Remote`; its methods, attributes and items cross the boundary when used, arrays by
value. A class or function is known by its path and needs no round trip before it is called; a method and its call are
one round trip. What nobody needs to know yet waits, and goes along with the next round trip.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from grader.calls import COMPARING, Call, methods_of
from grader.compare import Opaque
from grader.isolation.outside.faults import BrokenReply, StudentError
from grader.isolation.outside.process import WorkerProcess
from grader.isolation.outside.promise import Promise
from grader.isolation.wire import values
from grader.isolation.wire.calls import write_call
from grader.operators import StandIn

MANY, MUCH = 32, 1 << 20  # calls, and bytes of arrays, that are sent although nobody wants their results yet
UNKNOWN = -1  # the class of an object that is still to be made

ClassAt = Callable[[str], type | None]


def no_class(_path: str) -> None:
    """A `ClassAt` that knows nothing."""


class Remote(StandIn):
    """An object that stays in the worker. The class of one that is still to be made is asked for when it matters."""

    __slots__ = ("_framework", "_handle", "_methods", "type_name")

    def __init__(self, framework: "RemoteFramework", handle: values.Handle) -> None:
        object.__setattr__(self, "_framework", framework)
        object.__setattr__(self, "_handle", handle)
        if handle.cls != UNKNOWN:
            self._be(*framework._class(handle.cls))

    def _be(self, type_name: str, methods: frozenset[str]) -> None:
        object.__setattr__(self, "type_name", type_name)
        object.__setattr__(self, "_methods", methods)

    def _settle(self) -> None:
        """Learn by which number and of which class the worker knows it, now that it has to be made."""
        found = self._framework.run([Call("get", self, keep=True)])[0]
        if not isinstance(found, Remote):
            raise self._framework._worker.fail(BrokenReply("it gave a value where an object was to be kept"))
        object.__setattr__(self, "_handle", found._handle)
        self._be(found.type_name, found._methods)

    def to_wire(self) -> str:
        return values.handle(self._handle.number, self._handle.cls)

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
        """An object that is made with the next round trip; what a comparison gives, now."""
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
        self._framework._class_at(self._path)  # says so if there can be no such thing
        return values.path(self._path)

    def __getattr__(self, name: str) -> "Namespace":
        if name.startswith("__"):
            raise AttributeError(name)
        return Namespace(self._framework, f"{self._path}.{name}")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        call = Call("call", self, "", args, kwargs)
        cls = self._framework._class_at(self._path)
        return self._framework._promise(call, cls) if cls else self._framework.run([call])[0]


class Batch:
    """Calls of one round trip, as they are now, whatever becomes of their arguments; and who is given which of their results."""

    def __init__(self) -> None:
        self.rows: list[str] = []
        self._takers: list[tuple[slice, Callable[[list[Any]], None]]] = []
        self._promises: list[Promise] = []
        self._encoder = values.StrictEncoder()

    def add(self, calls: Iterable[Call], taker: Callable[[list[Any]], None] | None = None) -> None:
        """Add calls at the end; `taker` is given their results."""
        start, buffers = len(self.rows), len(self._encoder.buffers)
        try:
            self.rows += [write_call(call, self._encoder) for call in calls]
        except values.UnsendableError:
            del self._encoder.buffers[buffers:]
            raise
        if taker:
            self._takers.append((slice(start, len(self.rows)), taker))

    def promise(self, call: Call, promise: Promise) -> Promise:
        """Add a call whose result is promised."""
        self.add([call], promise.keep)
        self._promises.append(promise)
        return promise

    @property
    def is_large(self) -> bool:
        """Whether it is better sent than kept: the worker can begin, and memory is limited."""
        return len(self.rows) >= MANY or sum(map(len, self._encoder.buffers)) >= MUCH

    def give(self, results: list[Any]) -> None:
        """Give the results of the calls that were done to their takers, in order; what one of them raises ends that."""
        for place, taker in self._takers:
            if place.stop <= len(results):
                taker(results[place])

    def fail(self, error: Exception) -> None:
        """Have every promise that was not kept raise what went wrong."""
        for promise in self._promises:
            promise.fail(error)

    def encoded(self) -> values.Encoded:
        """What the worker is asked with."""
        return values.Encoded(f'{{"l":[{",".join(self.rows)}]}}', self._encoder.buffers)


class RemoteFramework:
    """The student's package in a worker; the same interface as `checks.framework.LocalFramework`.

    `class_at` says which class an honest package has at a path, if it has one there: what a call of that gives is made with
    the next round trip. Whatever the student's package has there, it is the one that is asked.
    """

    def __init__(self, worker: WorkerProcess, class_at: ClassAt = no_class) -> None:
        self._worker = worker
        self._class_at = class_at
        self._waiting = Batch()
        self._flying: Batch | None = None  # sent to the worker, whose answer nobody has looked at yet
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
            raise values.WireError("an object with a negative number")
        return Remote(self, values.Handle(number, cls))

    def run(self, calls: Sequence[Call]) -> list[Any]:
        """Do all calls, after those that wait, and return their results.

        Raises:
            StudentFault: for the first call that fails, be it one that was waiting; the ones after it are not done.
            Exception: what one of those raises that `expect` something of the calls before that one.
        """
        self._land()
        found: list[Any] = []
        self._waiting.add(calls, found.extend)
        self._take_off()
        self._land()
        return found

    def later(self, calls: Iterable[Call]) -> None:
        """Do calls whose results nobody needs, before anything else is done; what they raise, a later round trip does."""
        self._waiting.add(calls)
        self._go_on()

    def ask(self, call: Call) -> Promise:
        """Do a call with the next round trip, or when its result is wanted: what is returned gives it."""
        promise = self._waiting.promise(call, Promise(self))
        self._go_on()
        return promise

    def expect(self, calls: Iterable[Call], judge: Callable[[list[Any]], None]) -> None:
        """Do calls with the next round trip, which gives their results to `judge`, and raises what that does."""
        self._waiting.add(calls, judge)
        self._go_on()

    @property
    def taken(self) -> int:
        """What all answers took until now, in bytes."""
        return self._worker.taken

    def allow(self, room: float) -> None:
        """Let all answers together take so many bytes, if that is more than usual."""
        self._worker.allow(room)

    @property
    def is_busy(self) -> bool:
        """Whether the worker may be, with what it was asked for last."""
        return self._flying is not None

    def begin(self) -> None:
        """Have the worker begin with what still waits, and go on here; `finish` hears what came of it.

        Raises:
            StudentFault, Exception: as `run`, for what it was busy with before.
        """
        self._land()
        self._take_off()

    def finish(self) -> None:
        """Do now what still waits.

        Raises:
            StudentFault: if it fails.
            Exception: as `run`.
        """
        self.begin()
        self._land()

    def _go_on(self) -> None:
        """Let the worker begin with what has come together, while this process goes on."""
        if self._waiting.is_large or not (self._waiting.rows or self._flying):
            self._land()
            self._take_off()

    def _take_off(self) -> None:
        """Send what waits to the worker, which does it now."""
        batch, self._waiting = self._waiting, Batch()
        if not batch.rows:
            batch.give([])
            return
        try:
            self._worker.post("calls", batch.encoded())
        except Exception as error:
            batch.fail(error)
            raise
        self._flying = batch

    def _land(self) -> None:
        """Wait for what was sent to the worker, if anything was, and give the results to whom they are for."""
        batch, self._flying = self._flying, None
        if batch is None:
            return
        error = None
        try:
            try:
                found = self._worker.collect(self._decode)
            except StudentError as raised:
                found, error = raised.before, raised
            if (
                type(found) is not list
                or len(found) > len(batch.rows)
                or (len(found) == len(batch.rows)) == bool(error)
            ):
                raise self._worker.fail(BrokenReply("it gave another number of answers than asked for"))
        except Exception as lost:
            batch.fail(lost)
            raise
        later, self._waiting = self._waiting, Batch()  # a taker may ask for more, of what is there now
        try:
            batch.give(found)
        except Exception as judged:
            batch.fail(judged)
            raise
        finally:
            self._waiting = later
        if error:
            batch.fail(error)
            raise error

    def call(self, path: str, *args: Any, **kwargs: Any) -> Any:
        """What the function at this path gives."""
        return Namespace(self, path)(*args, **kwargs)

    def make(self, path: str, *args: Any, **kwargs: Any) -> Remote:
        """An object of the class at this path, made with the next round trip, which raises what its constructor does."""
        return self._promise(Call("call", values.Path(path), "", args, kwargs), self._class_at(path))

    def _promise(self, call: Call, cls: type | None = None) -> Remote:
        self._made += 1
        self.later([call._replace(keep=-self._made)])
        promised = Remote(self, values.Handle(-self._made, UNKNOWN))
        if cls:
            promised._be(cls.__name__, methods_of(cls))
        return promised

    def get(self, on: Any, path: str) -> Any:
        return self.run([Call("get", on, path)])[0]

    def set(self, on: Any, path: str, value: Any) -> None:
        self.later([Call("set", on, path, (value,))])

    def array(self, values: np.ndarray, layout: str = "C") -> Remote:
        """An array that lives in the worker, in the given memory layout; `value` reads it."""
        return self._promise(Call("array", None, "", (values, layout)), np.ndarray)

    def generator(self, seed: int) -> Remote:
        return self._promise(Call("generator", None, "", (seed,)), np.random.Generator)

    def keep(self, call: Call) -> Remote:
        """Do a call with the next round trip, and refer to its result, whatever that is."""
        return self._promise(call)

    def hold(self, on: Any, path: str, *args: Any) -> Remote:
        """Call a method (or, without arguments, read an attribute) and keep the result there, uncopied."""
        return self._promise(Call("call" if args else "get", on, path, args))

    def value(self, held: Remote) -> Any:
        return self.get(held, "")

    def _class(self, number: int) -> tuple[str, frozenset[str]]:
        try:
            return self._worker.classes[number]
        except KeyError:
            raise values.WireError("an object of a class that was never described") from None
