"""One worker, as the trusted process sees it: what it is asked, how much time it has, and how it ends."""

import math
import os
import socket
import struct
from collections.abc import Callable
from time import monotonic
from typing import Any, Protocol

from grader.isolation.outside import reply
from grader.isolation.outside.callbacks import CallbackFailed, Callbacks, TooManyCalls, refuse
from grader.isolation.outside.clock import NOTHING, SHORTEST, Clock
from grader.isolation.outside.control import Answer, Control, has_something
from grader.isolation.outside.faults import (
    BrokenReply,
    LostForkServerError,
    NotYetLoadedError,
    OutOfTime,
    SandboxError,
    StudentFault,
    TooMuch,
    WorkerDied,
)
from grader.isolation.outside.processor import Use, processor_time_of, use_of
from grader.isolation.wire import frames, values

# Bytes that all answers of a check may take together. The largest check of the course needs a tenth of it. Decoding and
# comparing copies them a few times. A check gets more if the reference's answers need it, see `checks.plugins.grader`.
ROOM = 16 << 20
MUCH_OF_THE_STUDENTS = 1 << 20  # bytes; a student's answers this large may have made a request too large
SECONDS_TO_START = 60  # for the fork server to import NumPy and for a worker to be confined, on a very busy machine
FAULTS = (TimeoutError, EOFError, ConnectionError, values.WireError, RecursionError)  # of the connection
_EXPECTED_IN_A_REPLY = {"id", "value", "classes", "error", "at"}
_EXPECTED_IN_A_CALL = {"id", "callback", "with"}


class Keeper(Protocol):
    """Can end a worker of the fork server at the other end of `control`, see `sandbox.Sandbox`."""

    def pid(self, control: Control, spawned: Answer) -> int | None: ...

    def end(self, control: Control, spawned: Answer) -> int | None: ...

    def release(self, control: Control, spawned: Answer) -> None: ...

    def load_all(self) -> None: ...


class WorkerProcess:
    """One worker and the connection to it. Without a `clock` its time is not limited.

    `is_complete` says whether everything is loaded in it that students may import.
    """

    def __init__(
        self, sandbox: Keeper, sock: socket.socket, control: Control, spawned: Answer, is_complete: bool = True
    ) -> None:
        self._sandbox = sandbox
        self.control = control
        self.is_complete = is_complete
        self._spawned = spawned
        self._sock = sock
        self._reader = frames.Reader(sock, ROOM)
        self._confined = False
        self._alive = True
        self._requests = 0
        self._posted = False
        self.clock: Clock | None = None
        self.fault: StudentFault | SandboxError | None = None
        self.at = ""  # during "load": the file that is being executed
        self.callbacks = Callbacks()
        self.classes: reply.Classes = {}

    @property
    def pid(self) -> int | None:
        """Its process id. A negative error number if there is no such process; None if nobody knows."""
        return self._sandbox.pid(self.control, self._spawned)

    is_alone = True  # in its process, whose processor time is its own

    @property
    def processor_time(self) -> float:
        """Processor time that the process had, with all its threads, also ended ones [s].

        Raises:
            SandboxError: if the kernel does not say.
        """
        try:
            return processor_time_of(self.pid or 0)
        except OSError as error:
            problem = f"this system does not say how long a process had the processor: {error.strerror}"
            raise SandboxError(problem) from error

    @property
    def taken(self) -> int:
        """The memory that all its answers took so far, in bytes."""
        return self._reader.taken

    def allow(self, room: float) -> None:
        """Let its answers take so many bytes, unless they may take more already."""
        self._reader.room = max(self._reader.room, room)

    def limit(self, seconds: float, until: float = math.inf) -> None:
        """Give the worker `seconds` for everything from now on, until the next call of this method; see `Clock`.

        Raises:
            SandboxError: if there is no worker, or if it is not confined as it should be. No student code ran in it
                then.
        """
        self._wait_until_confined()
        before = self._use() if self._requests else NOTHING
        self.clock = Clock(seconds, until, self._use, before)
        if self._posted:
            self.clock.start()

    def _use(self) -> Use:
        return use_of(self.pid or 0)

    @property
    def _left(self) -> frames.Left:
        return self.clock.left if self.clock else None

    def secret(self) -> list[int]:
        """The two numbers with which an importer can be told to fork. Can be called once.

        Raises:
            SandboxError: if there is no importer, or if it is not confined as it should be.
        """
        self._wait_until_confined()
        try:
            return list(struct.unpack("=II", frames.receive_exactly(self._sock, 8, self._left)))
        except FAULTS as error:
            raise self._fault_of(error) from None

    def require_confined(self, until: float) -> None:
        """Wait for the first byte of a worker that an importer has forked, which says that it is confined.

        Args:
            until: how long to wait, in the time of `time.monotonic`.

        Raises:
            BrokenReply: if it says anything else, or nothing. The importer runs student code, so this is the student's
                fault.
        """
        if not reply.is_confined(self._sock, until):
            raise self.fail(BrokenReply("a process that it has forked did not begin as a worker"))
        self._confined = True

    def _wait_until_confined(self) -> None:
        if self._confined:
            return
        until = monotonic() + SECONDS_TO_START
        if not reply.is_confined(self._sock, until):
            self.fault = self._why_not_confined(reply.why_not(self._sock, until))
            raise self.fault
        self._confined = True

    def _why_not_confined(self, said: str) -> SandboxError:
        refused = self.pid or 0
        if self.end() is None:
            return LostForkServerError()
        if refused < 0:
            return SandboxError(f"the system refuses to start another process: {os.strerror(-refused)}")
        return SandboxError(f"a worker could not be confined: {said or 'it ended'}; nothing was run in it")

    def request(self, do: str, content: Any, decode: dict[str, Any]) -> Any:
        """Send one request and return the plain data of its reply.

        Args:
            do: a request that a worker knows, see `worker`, or an importer, see `importer`.
            content: plain data; objects with a method `to_wire` give their own node.
            decode: what handles, and values that cannot cross, become; see `values.Decoder`.

        Raises:
            SandboxError: if the worker is not confined as it should be, and so ran no student code; if it was ended
                before, or died with its fork server; or if the request cannot be sent.
            StudentFault: one of its kinds. After any but `StudentError` the worker is dead, and raises the same again.
        """
        self.post(do, content)
        return self.collect(decode)

    def post(self, do: str, content: Any) -> None:
        """The first half of `request`: send it. Does not wait for the reply.

        A worker reads nothing before it is confined.
        """
        self._require_life()
        if self.callbacks.is_busy:
            raise RuntimeError("a function that student code calls cannot ask the framework for anything")
        self._posted = True
        if self.clock:
            self.clock.start()
        try:
            self._send(do, content)
        except ConnectionError:
            self.collect({})  # it has ended; its last reply can still be read
            raise self.fail(None) from None
        except FAULTS as error:
            raise self._fault_of(error) from None

    def collect(self, decode: dict[str, Any]) -> Any:
        """The second half of `request`: the data of the reply to what was sent last."""
        self._require_life()
        self._posted = False
        self._wait_until_confined()
        if self.clock and self.clock.waiting >= SHORTEST and has_something(self._sock):
            self.clock.find_answer()  # while the grader did something else
        try:
            return self._receive(decode)
        except FAULTS as error:
            raise self._fault_of(error) from None
        except CallbackFailed as failed:  # the student's code waits for an answer that will never come
            self.end()
            raise failed.error from None

    @property
    def has_answered(self) -> bool:
        """Whether a part of an answer is there to be read, or the connection was closed, or the time is over."""
        return has_something(self._sock) or (self.clock is not None and self.clock.wall >= self.clock.seconds)

    @property
    def is_posted(self) -> bool:
        """Whether a request was sent whose reply was not read yet."""
        return self._posted

    def _require_life(self) -> None:
        if self.fault:
            raise self.fault
        if not self._alive:
            raise SandboxError("this worker has been ended")

    def _fault_of(self, error: Exception) -> StudentFault | LostForkServerError:
        """The fault that an error on the connection means. It ends the worker."""
        if isinstance(error, frames.TooMuchError):
            return self.fail(TooMuch(error.size))
        if isinstance(error, values.WireError | RecursionError):
            return self.fail(BrokenReply(str(error)))
        self._wait_until_confined()  # if it was never confined, that is no fault of the student's
        if isinstance(error, TimeoutError):
            return self.fail(OutOfTime(self.clock.seconds if self.clock else SECONDS_TO_START))
        return self.fail(None)

    def _send(self, do: str, content: Any) -> None:
        self._requests += 1
        ready = content if type(content) is values.Encoded else values.encoded(content)
        header = f'{{"id":{self._requests},"do":"{do}","with":{ready.text}}}'
        try:
            frames.send(self._sock, header, ready.buffers, self._left or frames.until(monotonic() + SECONDS_TO_START))
        except values.WireError as error:  # nothing was sent
            if self.taken > MUCH_OF_THE_STUDENTS:
                raise self.fail(TooMuch(self.taken)) from None
            raise SandboxError(f"a request of the grader's own cannot be sent: {error}") from error

    def _receive(self, decode: dict[str, Any]) -> Any:
        while True:
            header, body = self._reader.receive(self._left)
            if "wants" in header:  # perhaps by a thread of the student's, before this request came
                raise self._wish()
            if header.get("id") == self._requests and header.keys() == _EXPECTED_IN_A_CALL:
                self._answer_call(header, body)
                continue
            if header.get("id") != self._requests or not header.keys() <= _EXPECTED_IN_A_REPLY:
                raise values.WireError("an answer to something that was not asked")
            if "at" not in header:
                break
            self.at = reply.text(header["at"], 500)
        if self.clock:
            self.clock.stop()
        if "classes" in header:
            self.classes |= reply.classes(header["classes"])
        value = values.Decoder(body, **decode).decode(header.get("value"))
        if "error" in header:
            raise reply.student_error(header["error"], value)
        return value

    def _answer_call(self, header: dict[str, Any], body: memoryview) -> None:
        """Answer a call of one of the check's own functions. The time it takes does not count as the student's."""
        if self.clock:
            self.clock.stop()
        try:
            answer = self.callbacks.answer(header["callback"], header["with"], body, self._lent)
        except TooManyCalls as fault:
            raise self.fail(fault) from None
        self._go_on(answer)

    def _go_on(self, said: values.Encoded) -> None:
        """Say something in the middle of a request; from now on, time is the student's."""
        if self.clock:
            self.clock.start()
        left = self._left or frames.until(monotonic() + SECONDS_TO_START)
        frames.send(self._sock, f'{{"id":{self._requests},{said.text}}}', said.buffers, left)

    def _lent(self, number: int, _functions: bool) -> Callable[..., Any]:
        """What calls a function that the student's code has given to one of the check's, while that runs."""

        def function_of_the_student(*args: Any, **kwargs: Any) -> Any:
            if not self.callbacks.is_busy:
                raise RuntimeError("a function of the student's is called after the call that it was given to")
            try:
                return self._call_lent(number, args, kwargs)
            except FAULTS as error:
                raise self._fault_of(error) from None

        return function_of_the_student

    def _call_lent(self, number: int, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        ready = values.encoded([list(args), kwargs])
        self._go_on(values.Encoded(f'"call":{number},"with":{ready.text}', ready.buffers))
        header, body = self._reader.receive(self._left)
        if self.clock:
            self.clock.stop()
        if header.get("id") != self._requests or header.keys() not in ({"id", "gave"}, {"id", "raised"}):
            raise values.WireError("something else than what a function gives")
        if "raised" in header:
            raise reply.student_error(header["raised"], [])
        return values.Decoder(body, refuse, refuse, refuse).decode(header["gave"])

    def _wish(self) -> Exception:
        """The error to raise for a worker that needs more modules. Later workers have them."""
        if self.is_complete:
            return values.WireError("a wish for what it has")
        self._sandbox.load_all()
        return self.fail(NotYetLoadedError())

    def fail(self, fault: StudentFault | SandboxError | None) -> StudentFault | SandboxError:
        """End the worker for good, and return the fault to raise. If none is given, that is how the worker died."""
        status = self.end()
        if fault is None:
            fault = LostForkServerError() if status is None else WorkerDied(status)
        self.fault = fault
        return self.fault

    def hang_up(self) -> None:
        """Close the connection. A worker that is not busy then ends by itself."""
        self._sock.close()

    def release(self) -> None:
        """End the process as `end` does. Does not wait for it."""
        if self._alive:
            self._alive = False
            self.hang_up()
            self._sandbox.release(self.control, self._spawned)

    def end(self) -> int | None:
        """Close the connection, end the process and return its wait status.

        That is 0 if it was ended before, and None if nobody knows.
        """
        if not self._alive:
            return 0
        self._alive = False
        self.hang_up()
        return self._sandbox.end(self.control, self._spawned)
