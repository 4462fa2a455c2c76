"""The student's package in a worker, with the interface of a package in this process.

`student.nn.Linear(5, 3)` returns a remote object, see `objects`. A call whose result nobody needs yet waits, and is
sent with the next round trip, see `pipeline`.
"""

import io
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from grader.callbacks import Callback
from grader.calls import Call, methods_of
from grader.compare import Opaque
from grader.isolation.outside.faults import BrokenReply, StudentFault
from grader.isolation.outside.objects import UNKNOWN, Namespace, Remote
from grader.isolation.outside.pipeline import Pipeline
from grader.isolation.outside.process import WorkerProcess
from grader.isolation.outside.promise import Promise
from grader.isolation.wire import values

ClassAt = Callable[[str], type | None]


def no_class(_path: str) -> None:
    """A `ClassAt` that knows nothing."""


class RemoteFramework:
    """The student's package in a worker. It has the same interface as `checks.framework.LocalFramework`.

    `class_at` returns the class that an honest package has at a path, if any. So a call of it needs no round trip of
    its own. The student's package is asked all the same, whatever it has there.
    """

    def __init__(self, worker: WorkerProcess, class_at: ClassAt = no_class) -> None:
        self._worker = worker
        self._class_at = class_at
        self._pipeline = Pipeline(worker, {"handle": self._object, "unsendable": Opaque})
        self._made = 0

    def __getattr__(self, name: str) -> Namespace:
        if name.startswith("_"):
            raise AttributeError(name)
        return Namespace(self, name)

    def run(self, calls: Sequence[Call]) -> list[Any]:
        """Do all calls, after those that wait, and return their results.

        Raises:
            StudentFault: for the first call that fails, even if it is one that waited. Later calls are not done.
            Exception: what a `judge` of `expect` raises, for calls before the failing one.
        """
        return self._pipeline.run(calls)

    def later(self, calls: Iterable[Call]) -> None:
        """Do calls whose results nobody needs, before anything else. If they raise, a later round trip raises it."""
        self._pipeline.add(calls)

    def ask(self, call: Call) -> Promise:
        """Do a call with the next round trip.

        Calling what is returned gives the result, and makes a round trip if necessary.
        """
        return self._pipeline.promise(call)

    def expect(self, calls: Iterable[Call], judge: Callable[[list[Any]], None]) -> None:
        """Do calls with the next round trip. It calls `judge` with their results, and raises what `judge` raises."""
        self._pipeline.add(calls, judge)

    @property
    def is_alone(self) -> bool:
        """Whether the framework has a process of its own."""
        return self._worker.is_alone

    @property
    def processor_time(self) -> float:
        """What the worker had of it, see `process` [s]."""
        return self._worker.processor_time

    @property
    def taken(self) -> int:
        """What all answers took until now, in bytes."""
        return self._worker.taken

    def allow(self, room: float) -> None:
        """Let all answers together take so many bytes, if that is more than the usual limit."""
        self._worker.allow(room)

    def finish(self) -> None:
        """Do the calls that wait now.

        Raises:
            StudentFault: if one fails.
            Exception: as `run`.
        """
        self._pipeline.finish()

    def call(self, path: str, *args: Any, **kwargs: Any) -> Any:
        """The result of the function at this path."""
        return Namespace(self, path)(*args, **kwargs)

    def make(self, path: str, *args: Any, **kwargs: Any) -> Remote:
        """An object of the class at this path. The next round trip makes it, and raises what its constructor does."""
        return self.keep(Call("call", values.Path(path), "", args, kwargs), self._class_at(path))

    def get(self, on: Any, path: str) -> Any:
        return self.run([Call("get", on, path)])[0]

    def set(self, on: Any, path: str, value: Any) -> None:
        self.later([Call("set", on, path, (value,))])

    def array(self, values: np.ndarray, layout: str = "C") -> Remote:
        """An array that lives in the worker, in the given memory layout; `value` reads it."""
        return self.keep(Call("array", None, "", (values, layout)), np.ndarray)

    def file(self, content: bytes = b"") -> Remote:
        """An open file in the worker's memory; its `getvalue()` reads all of it."""
        return self.keep(Call("file", None, "", (content,)), io.BytesIO)

    def generator(self, seed: int) -> Remote:
        return self.keep(Call("generator", None, "", (seed,)), np.random.Generator)

    def keep(self, call: Call, cls: type | None = None) -> Remote:
        """Do a call with the next round trip, and refer to its result, whatever it is.

        An honest package returns a `cls`.
        """
        self._made += 1
        self.later([call._replace(keep=-self._made)])
        kept = Remote(self, values.Handle(-self._made, UNKNOWN))
        if cls:
            kept._be(cls.__name__, methods_of(cls))
        return kept

    def callback(self, function: Callable[..., Any], **bounds: Any) -> values.Function:
        """A function of this process that student code may call, see `grader.callbacks`."""
        return self._worker.callbacks.offer(Callback(function, **bounds))

    def hold(self, on: Any, path: str, *args: Any) -> Remote:
        """Call a method (or, without arguments, read an attribute) and keep the result there, uncopied."""
        return self.keep(Call("call" if args else "get", on, path, args))

    def value(self, held: Remote) -> Any:
        return self.get(held, "")

    def _object(self, number: int, cls: int) -> Remote:
        """An object that a worker names. Only the trusted side may name objects that do not exist yet."""
        if min(number, cls) < 0:
            raise values.WireError("an object with a negative number")
        return Remote(self, values.Handle(number, cls))

    def _class(self, number: int) -> tuple[str, frozenset[str]]:
        """The name of a class that a worker has described, and of what can be called on its objects."""
        try:
            return self._worker.classes[number]
        except KeyError:
            raise values.WireError("an object of a class that was never described") from None

    def _broken(self, problem: str) -> StudentFault:
        """End the worker, whose answer broke the protocol. Returns the fault to raise."""
        return self._worker.fail(BrokenReply(problem))
