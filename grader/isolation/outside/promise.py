"""What a call will give that nobody has waited for yet."""

from typing import Any, Protocol


class Finishing(Protocol):
    """Does what still waits, see `remote.RemoteFramework`."""

    def finish(self) -> None: ...


class Promise:
    """The result of a call that is done with the next round trip; to call this makes one, if there was none."""

    def __init__(self, framework: Finishing) -> None:
        self._framework: Finishing | None = framework
        self._result: Any = None
        self._error: Exception | None = None

    def keep(self, results: list[Any]) -> None:
        """From now on, the only one of `results` is the result."""
        self._framework, [self._result] = None, results

    def fail(self, error: Exception) -> None:
        """From now on, this is raised, unless there is a result."""
        if self._framework:
            self._framework, self._error = None, error

    def __call__(self) -> Any:
        if self._framework:
            self._framework.finish()
        if self._error:
            raise self._error
        return self._result
