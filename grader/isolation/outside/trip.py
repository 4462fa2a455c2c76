"""The calls of one round trip, from the first that is added to the last result that is given.

A round trip goes through three states, in this order:

open   calls are added; the worker does not know of them
sent   the worker does the calls; nobody has read its answer
done   every result was given to whom it is for; a promise that has none raises what went wrong
"""

from collections.abc import Callable, Iterable
from typing import Any

from grader.calls import Call
from grader.isolation.outside.faults import BrokenReply, StudentError
from grader.isolation.outside.process import WorkerProcess
from grader.isolation.outside.promise import Promise
from grader.isolation.wire import values
from grader.isolation.wire.calls import write_call

MANY, MUCH = 32, 1 << 20  # calls, and bytes of arrays, that are sent although nobody wants their results yet

Taker = Callable[[list[Any]], None]


class RoundTrip:
    """Calls as they were when they were added, whatever becomes of their arguments, and who takes which results."""

    def __init__(self) -> None:
        self._rows: list[str] = []
        self._takers: list[tuple[slice, Taker]] = []
        self._promises: list[Promise] = []
        self._encoder = values.StrictEncoder()

    def add(self, calls: Iterable[Call], taker: Taker | None = None) -> None:
        """While open: add calls at the end; `taker` is given their results.

        Raises:
            UnsendableError: if an argument cannot cross; none of the calls was added.
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
        """While open: add a call whose result is promised."""
        self.add([call], promise.keep)
        self._promises.append(promise)
        return promise

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not self._rows

    @property
    def is_large(self) -> bool:
        """Whether it is better sent than kept open: the worker can begin, and memory is limited."""
        return len(self._rows) >= MANY or self._encoder.size >= MUCH

    def send(self, worker: WorkerProcess) -> None:
        """From open to sent. If this fails, it is done.

        Raises:
            StudentFault, SandboxError: as `WorkerProcess.post`.
        """
        try:
            worker.post("calls", values.Encoded(f'{{"l":[{",".join(self._rows)}]}}', self._encoder.buffers))
        except Exception as error:
            self.fail(error)
            raise

    def receive(self, worker: WorkerProcess, decode: dict[str, Any]) -> None:
        """From sent to done: wait for the answer, and give each result to its taker, in the order of the calls.

        Raises:
            StudentFault: for the first call that failed; the results of those before it were given.
            Exception: what a taker raises; those after it are given nothing.
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
        """The results of the calls that were done, and what the one after them raised, if not all were."""
        try:
            results, error = worker.collect(decode), None
        except StudentError as raised:
            results, error = raised.before, raised
        expected = range(len(self._rows)) if error else (len(self._rows),)
        if type(results) is not list or len(results) not in expected:
            raise worker.fail(BrokenReply("it gave another number of answers than asked for"))
        return results, error

    def give(self, results: list[Any]) -> None:
        """Give the results of the calls that were done to their takers; what one of these raises ends that."""
        for place, taker in self._takers:
            if place.stop <= len(results):
                taker(results[place])

    def fail(self, error: Exception) -> None:
        """Have every promise that was not kept raise what went wrong."""
        for promise in self._promises:
            promise.fail(error)
