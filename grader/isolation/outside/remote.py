"""The student's package in a worker, with the interface of one in this process.

`student.nn.Linear(5, 3)` gives a remote object, see `objects`. What nobody needs to know yet waits, and goes along with
the next round trip, see `pipeline`.
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
    """The student's package in a worker; the same interface as `checks.framework.LocalFramework`.

    `class_at` says which class an honest package has at a path, if it has one there: what a call of that gives is made
    with the next round trip. Whatever the student's package has there, it is the one that is asked.
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
            StudentFault: for the first call that fails, be it one that was waiting; the ones after it are not done.
            Exception: what one of those raises that `expect` something of the calls before that one.
        """
        return self._pipeline.run(calls)

    def later(self, calls: Iterable[Call]) -> None:
        """Do calls whose results nobody needs, before anything else is done; a later round trip raises what they do."""
        self._pipeline.add(calls)

    def ask(self, call: Call) -> Promise:
        """Do a call with the next round trip, or when its result is wanted: what is returned gives it."""
        return self._pipeline.promise(call)

    def expect(self, calls: Iterable[Call], judge: Callable[[list[Any]], None]) -> None:
        """Do calls with the next round trip, which gives their results to `judge`, and raises what that does."""
        self._pipeline.add(calls, judge)

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
        return self._pipeline.is_busy

    def begin(self) -> None:
        """Have the worker begin with what still waits, and go on here; `finish` hears what came of it.

        Raises:
            StudentFault, Exception: as `run`, for what it was busy with before.
        """
        self._pipeline.send()

    def finish(self) -> None:
        """Do now what still waits.

        Raises:
            StudentFault: if it fails.
            Exception: as `run`.
        """
        self._pipeline.finish()

    def call(self, path: str, *args: Any, **kwargs: Any) -> Any:
        """What the function at this path gives."""
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
        """Do a call with the next round trip, and refer to its result, whatever it is; an honest one is a `cls`."""
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
        """An object that a worker tells of; only this side may speak of what is still to be made."""
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
        """End the worker, whose answer was none: the fault to raise."""
        return self._worker.fail(BrokenReply(problem))
