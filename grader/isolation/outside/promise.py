"""The result of a call that nobody has waited for yet."""

from typing import Any, Protocol


class Finishing(Protocol):
    """Does what still waits, see `remote.RemoteFramework`."""

    def finish(self) -> None: ...


class Promise:
    """The result of a call that is done with the next round trip. Calling the promise returns the result.

    If there was no round trip yet, calling it makes one.
    """

    def __init__(self, framework: Finishing) -> None:
        self._framework: Finishing | None = framework
        self._result: Any = None
        self._error: Exception | None = None

    def keep(self, results: list[Any]) -> None:
        """Set the result: the only item of `results`."""
        self._framework, [self._result] = None, results

    def fail(self, error: Exception) -> None:
        """Set an error to be raised, unless there is a result."""
        if self._framework:
            self._framework, self._error = None, error

    def __call__(self) -> Any:
        if self._framework:
            self._framework.finish()
        if self._error:
            raise self._error
        return self._result
