"""Something done in a thread of its own while this one goes on: to wait for other processes then costs no time."""

from collections.abc import Callable
from threading import Thread
from types import TracebackType
from typing import Generic, Self, TypeVar

T = TypeVar("T")


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
