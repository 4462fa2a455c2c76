"""Runs actions in threads while the main thread goes on. So waiting for processes, or for the disk, costs no time."""

from collections.abc import Callable
from queue import SimpleQueue
from threading import Event, Thread
from time import monotonic, thread_time
from types import TracebackType
from typing import Generic, Self, TypeVar

T = TypeVar("T")
REST = 9  # times as long as an action took of the processor is the pause after it
PAUSE = 0.02  # s between two actions, so that writing drafts takes only a small part of the time


class Ahead(Generic[T]):
    """An action that runs in a thread.

    `result` waits for its end. So does the end of a `with` block, except after Ctrl-C.
    """

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
        """What the action returned. What it raised is raised here."""
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
    """Runs an action, again and again, with the latest value that it was given.

    A value is skipped if another one comes before the action begins. There are `pause` seconds between two actions, or
    more where an action takes much of the processor. As it keeps the interpreter from the other threads, all actions
    together get a tenth of the time.
    """

    def __init__(self, action: Callable[[T], object], pause: float = PAUSE) -> None:
        self._action = action
        self._pause = pause
        self._closed = Event()
        self._given: SimpleQueue[T | None] = SimpleQueue()  # None means the end
        self._acting = Ahead(self._act)

    def put(self, value: T) -> None:
        """Have the action run with this value soon, unless a later value comes before."""
        self._given.put(value)

    def close(self) -> None:
        """Wait until the action has run with the last value, and stop. What it raised is raised here."""
        self._given.put(None)
        self._closed.set()
        self._acting.result()

    def _act(self) -> None:
        while (value := self._next()) is not None:
            before = thread_time()
            self._action(value)
            self._closed.wait(max(self._pause, REST * (thread_time() - before)))

    def _next(self) -> T | None:
        value = self._given.get()
        while value is not None and not self._given.empty():
            later = self._given.get()
            if later is None:
                self._given.put(None)
                break
            value = later
        return value


class Every:
    """Runs an action every so many seconds, with the seconds that have passed, until it is closed."""

    def __init__(self, seconds: float, action: Callable[[float], object]) -> None:
        self._seconds = seconds
        self._action = action
        self._began = monotonic()
        self._closed = Event()
        self._acting = Ahead(self._act)

    def close(self) -> None:
        """Stop. What the action raised is raised here."""
        self._closed.set()
        self._acting.result()

    def _act(self) -> None:
        while not self._closed.is_set():
            self._action(monotonic() - self._began)
            self._closed.wait(self._seconds)
