"""Treats a package of this process as if it were in another one. A check can do with it only what it could do there.

Without this, some broken checks would work for the reference and for no student: a check that hands over a function, or
adds two objects of the other side.
"""

import json
from collections.abc import Callable
from functools import partial
from time import process_time
from types import ModuleType
from typing import Any

from grader.calls import follow, methods_of
from grader.checks.errors import identity
from grader.isolation.inside.worker import Worker
from grader.isolation.outside.callbacks import Callbacks
from grader.isolation.outside.faults import StudentError
from grader.isolation.outside.remote import RemoteFramework
from grader.isolation.wire import values


class NotInReferenceError(AttributeError):
    """A check asks for something that the reference itself does not have."""


def class_at(package: ModuleType, path: str) -> type | None:
    """The class at a dotted path of the reference; None if something else is there.

    Raises:
        NotInReferenceError: naming the file in which the name is missing, or is not imported.
    """
    found: Any = package
    for part in path.split("."):
        if not hasattr(found, part):
            place = _place(found)
            raise NotInReferenceError(f"a check asks for {path!r}, but the reference has no {part!r} in {place}")
        found = follow(found, part)
    return found if isinstance(found, type) else None


def _place(found: Any) -> str:
    """Of a module its file, of a class its name."""
    name = getattr(found, "__name__", type(found).__name__)
    if not isinstance(found, ModuleType):
        return name
    return name.replace(".", "/") + ("/__init__.py" if hasattr(found, "__path__") else ".py")


def as_if_elsewhere(package: ModuleType) -> RemoteFramework:
    """The package, with the interface that a student's package has when a submission is graded."""
    return RemoteFramework(_Mirror(package), partial(class_at, package))


class _Mirror(Worker):
    """Both ends of a connection in one object.

    It does what a worker does, and reads the answer as `WorkerProcess` does.
    """

    def __init__(self, package: ModuleType) -> None:
        super().__init__(None, package)
        self.classes: dict[int, tuple[str, frozenset[str]]] = {}
        self.callbacks = Callbacks()
        self.collect: Callable[[dict[str, Any]], Any] = lambda _decode: []

    def post(self, _do: str, content: values.Encoded) -> None:
        """Do the calls; `collect` gives their results, as from another process."""
        encoder = values.Encoder(self._handle)
        decoder = values.Decoder(b"".join(content.buffers), self._object, self._path, function=self._function)
        done: list[str] = []
        error = None
        try:
            for result in self._calls(decoder, json.loads(content.text)):
                done.append(encoder.encode(result, 1))
        except Exception as raised:
            error = raised
        self.classes = {number: (cls.__name__, methods_of(cls)) for cls, number in self._classes.items()}
        self.collect = lambda decode: _read(done, values.Decoder(b"".join(encoder.buffers), **decode), error)

    is_alone = False

    @property
    def processor_time(self) -> float:
        return process_time()

    taken = 0  # bytes: nothing crosses

    def allow(self, room: float) -> None:
        """Here there is no limit."""

    def _function(self, number: int, _functions: bool) -> Callable[..., Any]:
        return self.callbacks.at(number)

    def fail(self, fault: Exception) -> Exception:
        """Return the fault. There is no process to end."""
        return fault


def _read(done: list[str], decoder: values.Decoder, error: Exception | None) -> list[Any]:
    value = decoder.decode(json.loads(f'{{"l":[{",".join(done)}]}}'))
    if error:
        raise StudentError(*identity(error), [], value) from error
    return value
