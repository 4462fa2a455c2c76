"""The calls of one round trip, from the first call that is added to the last result that is delivered.

A round trip goes through three states, in this order:

open   calls are added; the worker does not know of them
sent   the worker does the calls; nobody has read its answer
done   every result was delivered; a promise without a result raises what went wrong
"""

from collections.abc import Callable, Iterable
from typing import Any

from grader.calls import Call
from grader.isolation.outside.faults import BrokenReply, StudentError
from grader.isolation.outside.process import WorkerProcess
from grader.isolation.outside.promise import Promise
from grader.isolation.wire import values
from grader.isolation.wire.calls import write_call

MANY, MUCH = 32, 1 << 20  # so many calls, or bytes of arrays, are sent even if nobody needs their results yet

Taker = Callable[[list[Any]], None]


class RoundTrip:
    """Calls, and who takes which results.

    Calls are encoded when they are added, so later changes of arguments do not matter.
    """

    def __init__(self) -> None:
        self._rows: list[str] = []
        self._takers: list[tuple[slice, Taker]] = []
        self._promises: list[Promise] = []
        self._encoder = values.StrictEncoder()

    def add(self, calls: Iterable[Call], taker: Taker | None = None) -> None:
        """While open: add calls at the end. `taker` will be called with their results.

        Raises:
            UnsendableError: if an argument cannot cross. Then none of the calls was added.
        """
        start, encoder = len(self._rows), self._encoder
        buffers, size = len(encoder.buffers), encoder.size
        try:
            self._rows += [write_call(call, encoder) for call in calls]
        except values.UnsendableError:
            del encoder.buffers[buffers:]
            encoder.size = size
            raise
        if taker:
            self._takers.append((slice(start, len(self._rows)), taker))

    def promise(self, call: Call, promise: Promise) -> Promise:
        """While open: add a call, with a promise of its result."""
        self.add([call], promise.keep)
        self._promises.append(promise)
        return promise

    @property
    def is_empty(self) -> bool:
        """Whether there are no calls."""
        return not self._rows

    @property
    def is_large(self) -> bool:
        """Whether it should be sent now: so the worker can begin, and memory stays limited."""
        return len(self._rows) >= MANY or self._encoder.size >= MUCH

    def send(self, worker: WorkerProcess) -> None:
        """From open to sent; or to done, if sending fails.

        Raises:
            StudentFault, SandboxError: as `WorkerProcess.post`.
        """
        try:
            worker.post("calls", values.Encoded(f'{{"l":[{",".join(self._rows)}]}}', self._encoder.buffers))
        except Exception as error:
            self.fail(error)
            raise

    def receive(self, worker: WorkerProcess, decode: dict[str, Any]) -> None:
        """From sent to done: wait for the answer, and call each taker with its results, in the order of the calls.

        Raises:
            StudentFault: for the first call that failed. The results of the calls before it were delivered.
            Exception: what a taker raises. Later takers are not called.
        """
        try:
            results, error = self._read(worker, decode)
            self.give(results)
            if error:
                raise error
        except Exception as raised:
            self.fail(raised)
            raise

    def _read(self, worker: WorkerProcess, decode: dict[str, Any]) -> tuple[list[Any], StudentError | None]:
        """The results of the calls that were done, and what the next call raised, if not all were done."""
        try:
            results, error = worker.collect(decode), None
        except StudentError as raised:
            results, error = raised.before, raised
        expected = range(len(self._rows)) if error else (len(self._rows),)
        if type(results) is not list or len(results) not in expected:
            raise worker.fail(BrokenReply("it gave another number of answers than asked for"))
        return results, error

    def give(self, results: list[Any]) -> None:
        """Call the takers of the calls that were done with their results, until one of them raises."""
        for place, taker in self._takers:
            if place.stop <= len(results):
                taker(results[place])

    def fail(self, error: Exception) -> None:
        """Make every promise without a result raise what went wrong."""
        for promise in self._promises:
            promise.fail(error)
