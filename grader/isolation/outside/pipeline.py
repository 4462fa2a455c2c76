"""The round trips of one worker, one after the other. While the worker does the calls of one, the next is filled.

A round trip takes longer than most calls. So a call waits until a result is needed, or until so many calls wait that
the worker should begin. There are at most two round trips at a time: the open one, and the one before it, which is
sent. `trip` explains these states.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from grader.calls import Call
from grader.isolation.outside.process import WorkerProcess
from grader.isolation.outside.promise import Promise
from grader.isolation.outside.trip import RoundTrip, Taker


class Pipeline:
    """Takes calls and delivers their results, both in the same order."""

    def __init__(self, worker: WorkerProcess, decode: dict[str, Any]) -> None:
        self._worker = worker
        self._decode = decode
        self._open = RoundTrip()
        self._sent: RoundTrip | None = None

    @property
    def is_busy(self) -> bool:
        """Whether the worker may be busy with its last calls."""
        return self._sent is not None

    def add(self, calls: Iterable[Call], taker: Taker | None = None) -> None:
        """Do calls with the next round trip. It calls `taker` with their results, and raises what `taker` raises."""
        self._open.add(calls, taker)
        self._send_if_due()

    def promise(self, call: Call) -> Promise:
        """Do a call with the next round trip. Calling the promise ends that round trip, and returns the result."""
        promise = self._open.promise(call, Promise(self))
        self._send_if_due()
        return promise

    def run(self, calls: Sequence[Call]) -> list[Any]:
        """Do all calls, after those that wait, and return their results.

        Raises:
            StudentFault: for the first call that fails, even if it is one that waited. Later calls are not done.
            Exception: what the taker of an earlier call raises.
        """
        self._receive()
        results: list[Any] = []
        self._open.add(calls, results.extend)
        self.finish()
        return results

    def send(self) -> None:
        """Have the worker begin with the calls that wait, once it has answered the ones before.

        Raises:
            StudentFault, Exception: as `run`, for the calls before.
        """
        self._receive()
        trip, self._open = self._open, RoundTrip()
        if trip.is_empty:
            trip.give([])  # there may be a taker without calls
        else:
            trip.send(self._worker)
            self._sent = trip

    def finish(self) -> None:
        """Send the calls that wait, and wait for the answer. Raises as `run`."""
        self.send()
        self._receive()

    def _send_if_due(self) -> None:
        """Send a large trip; or an empty one with nothing sent before, as only a taker without calls was added then."""
        if self._open.is_large or (self._open.is_empty and not self.is_busy):
            self.send()

    def _receive(self) -> None:
        """Wait for the answer to what was sent, if anything was, and deliver the results."""
        trip, self._sent = self._sent, None
        if trip is None:
            return
        later, self._open = self._open, RoundTrip()  # calls of a taker come before calls that were added since
        try:
            trip.receive(self._worker, self._decode)
            self.finish()
        except Exception as error:
            self._open.fail(error)
            raise
        finally:
            self._open = later
