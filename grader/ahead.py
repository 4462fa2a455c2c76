"""Things done in a thread of their own while this one goes on: to wait for other processes, or for the disk, then costs no time."""

from collections.abc import Callable
from queue import SimpleQueue
from threading import Event, Thread
from types import TracebackType
from typing import Generic, Self, TypeVar

T = TypeVar("T")
PAUSE = 0.02  # s: what is done again and again, as drafts are written, shall take a small part of the time


class Ahead(Generic[T]):
    """An action that has begun; `result` waits for its end, and so does the end of a `with` block, except after Ctrl-C."""

    def __init__(self, action: Callable[[], T]) -> None:
        self._action = action
        self._found: T
        self._error: BaseException | None = None
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._found = self._action()
        except BaseException as error:
            self._error = error

    def result(self) -> T:
        """What the action gave; what it raised is raised here."""
        self._thread.join()
        if self._error:
            raise self._error
        return self._found

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: TracebackType | None) -> None:
        if not isinstance(error, KeyboardInterrupt):
            self._thread.join()


class Latest(Generic[T]):
    """Does an action with the latest value that it was given, again and again; what comes faster is left out for what comes after it.

    Between the end of one action and the begin of the next there are `pause` seconds.
    """

    def __init__(self, action: Callable[[T], object], pause: float = PAUSE) -> None:
        self._action = action
        self._pause = pause
        self._closed = Event()
        self._given: SimpleQueue[T | None] = SimpleQueue()  # None at the end
        self._acting = Ahead(self._act)

    def put(self, value: T) -> None:
        """Have the action done with this value soon, unless a later one comes before."""
        self._given.put(value)

    def close(self) -> None:
        """Wait until the action is done with the last value, and does not begin again; what it raised is raised here."""
        self._given.put(None)
        self._closed.set()
        self._acting.result()

    def _act(self) -> None:
        while (value := self._next()) is not None:
            self._action(value)
            self._closed.wait(self._pause)

    def _next(self) -> T | None:
        value = self._given.get()
        while value is not None and not self._given.empty():
            later = self._given.get()
            if later is None:
                self._given.put(None)
                break
            value = later
        return value
