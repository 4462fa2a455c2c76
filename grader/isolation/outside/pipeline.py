"""The round trips of one worker, one after the other: while the worker does the calls of one, the next is filled.

A round trip takes longer than most calls. So a call waits until a result is wanted, or until so much waits that the
worker had better begin. There are at most two round trips at a time: the open one, and the one before it that is sent.
`trip` says what these states are.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from grader.calls import Call
from grader.isolation.outside.process import WorkerProcess
from grader.isolation.outside.promise import Promise
from grader.isolation.outside.trip import RoundTrip, Taker


class Pipeline:
    """Takes calls and gives their results, all in one order."""

    def __init__(self, worker: WorkerProcess, decode: dict[str, Any]) -> None:
        self._worker = worker
        self._decode = decode
        self._open = RoundTrip()
        self._sent: RoundTrip | None = None

    @property
    def is_busy(self) -> bool:
        """Whether the worker may be, with what it was sent last."""
        return self._sent is not None

    def add(self, calls: Iterable[Call], taker: Taker | None = None) -> None:
        """Do calls with the next round trip, which gives their results to `taker`, and raises what that does."""
        self._open.add(calls, taker)
        self._send_if_due()

    def promise(self, call: Call) -> Promise:
        """Do a call with the next round trip; to call the promise gives the result, and ends that round trip."""
        promise = self._open.promise(call, Promise(self))
        self._send_if_due()
        return promise

    def run(self, calls: Sequence[Call]) -> list[Any]:
        """Do all calls, after those that wait, and return their results.

        Raises:
            StudentFault: for the first call that fails, be it one that was waiting; the ones after it are not done.
            Exception: what the taker of an earlier call raises.
        """
        self._receive()
        results: list[Any] = []
        self._open.add(calls, results.extend)
        self.finish()
        return results

    def send(self) -> None:
        """Have the worker begin with what waits, once its answer to what it was sent before has come.

        Raises:
            StudentFault, Exception: as `run`, for what was sent before.
        """
        self._receive()
        trip, self._open = self._open, RoundTrip()
        if trip.is_empty:
            trip.give([])  # to whoever expects something of no calls
        else:
            trip.send(self._worker)
            self._sent = trip

    def finish(self) -> None:
        """Send what waits, and wait for the answer; raises as `run`."""
        self.send()
        self._receive()

    def _send_if_due(self) -> None:
        """Where nothing waits and nothing is sent, a taker of no calls was added."""
        if self._open.is_large or (self._open.is_empty and not self.is_busy):
            self.send()

    def _receive(self) -> None:
        """Wait for the answer to what was sent, if anything was, and give the results."""
        trip, self._sent = self._sent, None
        if trip is None:
            return
        later, self._open = self._open, RoundTrip()  # what a taker asks for comes before what was added since
        try:
            trip.receive(self._worker, self._decode)
            self.finish()
        except Exception as error:
            self._open.fail(error)
            raise
        finally:
            self._open = later
