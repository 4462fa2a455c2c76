"""The trusted end of the boundary: starts the zygote, spawns workers, talks to them and ends them."""

import contextlib
import os
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import monotonic
from typing import Any, Self

import numpy as np

from grader.calls import Call
from grader.isolation import wire, zygote
from grader.isolation.control import Answer, Control
from grader.isolation.faults import BrokenReply, OutOfTime, StudentError, StudentFault, WorkerDied
from grader.isolation.limits import Limits
from grader.isolation.seal import SEALED, Layers
from grader.isolation.worker import CONFINED

_ROOT = Path(__file__).resolve().parents[2]
_NUMPY = Path(np.__file__).resolve().parents[1]
_BOOT = "import sys; sys.path += [{root!r}, {numpy!r}]; from grader.isolation.zygote import main; main({descriptor})"
SECONDS_TO_START = 60  # for the zygote to import NumPy and for a worker to be confined, on a machine that is very busy
SECONDS_TO_CLOSE = 2  # for the zygote to kill and reap what is left
MAX_DIGITS = 9  # of the number of a class; larger ones could be chosen so that every dict becomes slow
_EXPECTED_IN_A_REPLY = {"id", "value", "classes", "error", "at"}


class SandboxError(Exception):
    """The grader's own fault: a worker could not be had, or not one that is confined as wanted."""


class LostZygoteError(SandboxError):
    """The process that starts workers is gone, and its workers with it. Whatever was asked of them can be asked again."""

    def __init__(self) -> None:
        super().__init__("the process that starts workers is gone; nothing was graded by this step")


class Sandbox:
    """A zygote and the way to have it fork workers. Usable from several threads; a lost zygote is started again once.

    `layers` are those that every worker gets as far as the machine offers them, unless `spawn` is told otherwise.
    """

    def __init__(self, layers: Layers = SEALED) -> None:
        self.layers = layers
        self._lock = threading.Lock()
        self.process: subprocess.Popen[bytes] | None = None
        self._control: Control | None = None

    def start(self) -> Self:
        """Start the zygote and return at once; it gets ready while the caller goes on.

        Raises:
            SandboxError: if this user may not run this Python.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            boot = _BOOT.format(root=str(_ROOT), numpy=str(_NUMPY), descriptor=theirs.fileno())
            try:
                self.process = subprocess.Popen(
                    [sys.executable, "-I", "-S", "-B", "-c", boot],
                    env=_environment(),
                    cwd="/",
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    pass_fds=[theirs.fileno()],
                )
            except OSError as error:
                ours.close()
                raise SandboxError(f"Python cannot be started again by this user: {error}") from error
        self._control = Control(ours)
        return self

    def spawn(self, limits: Limits, layers: Layers | None = None) -> "WorkerProcess":
        """Have a fresh worker forked, and return at once; whether it could be is known when it is first waited for.

        Raises:
            SandboxError: if there is no zygote and none could be started.
        """
        return self._spawn(limits, self.layers if layers is None else layers, 0)[0]

    def spawn_mother(self, limits: Limits, children: int) -> "tuple[WorkerProcess, list[socket.socket]]":
        """The same of a mother (see `mother`), with the connections to the workers that she will fork.

        Raises:
            SandboxError: as `spawn`. That no mother can be had on this machine is known when she is first waited for.
        """
        return self._spawn(limits, self.layers, children)

    def _spawn(self, limits: Limits, layers: Layers, children: int) -> "tuple[WorkerProcess, list[socket.socket]]":
        command = zygote.SPAWN.pack(b"S", layers.to_byte(), limits.memory, int(2 * limits.seconds) + 60, children)
        with self._lock:
            try:
                return self._command_to_spawn(command, children)
            except (OSError, LostZygoteError):
                return self._spawn_from_a_new_zygote(command, children)

    def _spawn_from_a_new_zygote(self, command: bytes, children: int) -> "tuple[WorkerProcess, list[socket.socket]]":
        try:
            self.close()
            self.start()
            return self._command_to_spawn(command, children)
        except OSError as error:
            raise SandboxError(f"the system refuses what a worker needs: {error.strerror}") from error

    def _command_to_spawn(self, command: bytes, children: int) -> "tuple[WorkerProcess, list[socket.socket]]":
        if self._control is None:
            raise LostZygoteError
        with contextlib.ExitStack() as both, contextlib.ExitStack() as theirs:
            pairs = [socket.socketpair() for _ in range(1 + children)]
            for our, their in pairs:
                both.enter_context(our)
                theirs.enter_context(their)
            spawned = self._control.command(command, *(their.fileno() for _our, their in pairs))
            both.pop_all()
        worker, *connections = (our for our, _their in pairs)
        return WorkerProcess(self, worker, self._control, spawned), connections

    def adopt(
        self, mother: "WorkerProcess", pids: Sequence[int], connections: Sequence[socket.socket]
    ) -> "tuple[list[WorkerProcess], Answer]":
        """Have the zygote take what a mother has forked for workers, then end her; the answer comes when she is gone.

        Raises:
            LostZygoteError: if her zygote is.
        """
        control = mother._control
        with self._lock, contextlib.suppress(OSError, EOFError):
            if control is self._control:
                her = control.read(mother._spawned, SECONDS_TO_START)
                adopted = [control.command(zygote.ADOPT.pack(b"A", her, pid)) for pid in pids]
                workers = [WorkerProcess(self, *it) for it in zip(connections, [control] * len(pids), adopted, strict=True)]
                return workers, control.command(zygote.END.pack(b"K", her))
        raise LostZygoteError

    def pid(self, control: Control, spawned: Answer) -> int | None:
        """What the command to spawn gave: a process id, or a negative error number; None if the zygote was lost before."""
        with self._lock, contextlib.suppress(OSError, EOFError):
            return control.read(spawned, SECONDS_TO_START)
        return None

    def end(self, control: Control, spawned: Answer) -> int | None:
        """End a worker of the given zygote and return its wait status: 0 if it was never forked, None if it died with its zygote."""
        with self._lock, contextlib.suppress(OSError, EOFError):
            if control is self._control:
                pid = control.read(spawned, SECONDS_TO_START)
                return control.read(control.command(zygote.END.pack(b"E", pid)), SECONDS_TO_START) if pid > 0 else 0
        return None

    def release(self, control: Control, spawned: Answer) -> None:
        """Have a worker ended, without waiting for it."""
        with self._lock, contextlib.suppress(OSError, EOFError):
            if control is self._control:
                pid = control.read(spawned, SECONDS_TO_START)  # came long ago
                if pid > 0:
                    control.command(zygote.END.pack(b"K", pid))

    def close(self) -> None:
        """End the zygote, which ends its workers first; should it not, the kernel does."""
        if self.process is None:
            return
        self._control.close()
        try:
            self.process.wait(SECONDS_TO_CLOSE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()


class WorkerProcess:
    """One worker and the connection to it. `deadline` is on the clock of `time.monotonic`; None means no limit."""

    def __init__(self, sandbox: Sandbox, sock: socket.socket, control: Control, spawned: Answer) -> None:
        self._sandbox = sandbox
        self._control = control
        self._spawned = spawned
        self._sock = sock
        self._confined = False
        self._alive = True
        self._requests = 0
        self._posted = False
        self._seconds = 0.0
        self.deadline: float | None = None
        self.fault: StudentFault | SandboxError | None = None
        self.at = ""  # during "load": the file that is being executed
        self.classes: dict[int, tuple[str, frozenset[str]]] = {}

    @property
    def pid(self) -> int | None:
        """Its process id; an error number, negative, if there is no such process, and None if nobody knows."""
        return self._sandbox.pid(self._control, self._spawned)

    def limit(self, seconds: float) -> None:
        """Let the time run: from now on, `seconds` for everything until the next call of this.

        Raises:
            SandboxError: if there is no worker, or it is not confined as wanted; no student code ran in it.
        """
        self._wait_until_confined()
        self._seconds = seconds
        self.deadline = monotonic() + seconds

    def secret(self) -> list[int]:
        """The two numbers with which a mother can be told to fork; to be asked for once.

        Raises:
            SandboxError: if there is no mother, or she is not confined as wanted.
        """
        self._wait_until_confined()
        with self._faults_told():
            return list(struct.unpack("=II", wire.receive_exactly(self._sock, 8, self.deadline)))

    def _wait_until_confined(self) -> None:
        if not self._confined:
            said = self._first_words()
            if said != CONFINED:
                self.fault = self._why_not_confined(said)
                raise self.fault
            self._confined = True

    def _first_words(self) -> bytes:
        said = b""
        with contextlib.suppress(EOFError, TimeoutError, ConnectionError):
            until = monotonic() + SECONDS_TO_START
            said = bytes(wire.receive_exactly(self._sock, len(CONFINED), until))
            while said != CONFINED:
                said += bytes(wire.receive_exactly(self._sock, 1, until))
        return said

    def _why_not_confined(self, said: bytes) -> SandboxError:
        refused = self.pid or 0
        if self.end() is None:
            return LostZygoteError()
        if refused < 0:
            return SandboxError(f"the system refuses to start another process: {os.strerror(-refused)}")
        reason = said[1:].decode(errors="replace") or "it ended"
        return SandboxError(f"a worker could not be confined: {reason}; nothing was run in it")

    def request(self, do: str, content: Any, decode: dict[str, Any]) -> Any:
        """Send one request and return the plain data of its reply.

        Args:
            do: "compile", "load" or "calls".
            content: plain data; objects that know their own wire form (`to_wire`) stand for themselves.
            decode: what handles and values that cannot cross become, see `wire.Decoder`.

        Raises:
            SandboxError: if the worker is not confined as wanted, and so ran no student code, was ended before or died with
                its zygote; or if the request cannot be sent as it is.
            StudentFault: one of its kinds; after any but `StudentError` the worker is dead, and says the same again.
        """
        self.post(do, content)
        return self.collect(decode)

    def post(self, do: str, content: Any) -> None:
        """The first half of `request`: send, and do not wait for the reply. A worker reads nothing before it is confined."""
        self._require_life()
        self._posted = True
        with self._faults_told():
            self._send(do, content)

    def collect(self, decode: dict[str, Any]) -> Any:
        """The second half of `request`: the data of the reply to what was sent last."""
        self._require_life()
        self._posted = False
        self._wait_until_confined()
        with self._faults_told():
            return self._receive(decode)

    def collect_posted(self) -> None:
        """Wait for the reply to what was posted, if that was not done yet."""
        if self._posted:
            self.collect({})

    def _require_life(self) -> None:
        if self.fault:
            raise self.fault
        if not self._alive:
            raise SandboxError("this worker has been ended")

    @contextlib.contextmanager
    def _faults_told(self) -> Iterator[None]:
        """Say what went wrong on the connection in the words of `faults`."""
        try:
            yield
        except (TimeoutError, EOFError, ConnectionError) as error:
            self._wait_until_confined()  # if it never was, that is no fault of the student's
            raise self.fail(OutOfTime(self._seconds) if isinstance(error, TimeoutError) else None) from None
        except (wire.WireError, RecursionError) as error:
            raise self.fail(BrokenReply(str(error))) from None

    def _send(self, do: str, content: Any) -> None:
        self._requests += 1
        ready = content if isinstance(content, wire.Encoded) else encoded(content)
        header = {"id": self._requests, "do": do, "with": ready.node}
        self._sock.settimeout(SECONDS_TO_START if self.deadline is None else max(self.deadline - monotonic(), 1e-6))
        try:
            wire.send(self._sock, header, ready.buffers)
        except wire.WireError as error:  # nothing was sent
            raise SandboxError(f"a request of the grader's own cannot be sent: {error}") from error

    def _receive(self, decode: dict[str, Any]) -> Any:
        while True:
            header, body = wire.receive(self._sock, self.deadline)
            if header.get("id") != self._requests or not header.keys() <= _EXPECTED_IN_A_REPLY:
                raise wire.WireError("an answer to something that was not asked")
            if "at" not in header:
                break
            self.at = _text(header["at"], 500)
        self._learn_classes(header.get("classes", {}))
        value = wire.Decoder(body, **decode).decode(header.get("value"))
        if "error" in header:
            raise _student_error(header["error"])
        return value

    def _learn_classes(self, described: Any) -> None:
        try:
            for number, (name, methods) in described.items():
                if not (len(number) < MAX_DIGITS and number.isdecimal() and type(methods) is list):
                    raise ValueError(number)
                self.classes[int(number)] = _text(name, 200), frozenset(map(str, methods))
        except (AttributeError, TypeError, ValueError) as error:
            raise wire.WireError("a class that is not described as agreed") from error

    def fail(self, fault: StudentFault | None) -> StudentFault | LostZygoteError:
        """End the worker for good and return the fault to raise, which is how it died where none is given."""
        status = self.end()
        if fault is None:
            fault = LostZygoteError() if status is None else WorkerDied(status)
        self.fault = fault
        return self.fault

    def hang_up(self) -> None:
        """Close the connection; a worker that is not busy then ends by itself."""
        self._sock.close()

    def release(self) -> None:
        """End the process as `end` does, without waiting for it."""
        if self._alive:
            self._alive = False
            self.hang_up()
            self._sandbox.release(self._control, self._spawned)

    def end(self) -> int | None:
        """Close the connection, end the process and return its wait status: 0 if it was ended before, None if nobody knows."""
        if not self._alive:
            return 0
        self._alive = False
        self.hang_up()
        return self._sandbox.end(self._control, self._spawned)


def _environment() -> dict[str, str]:
    """An environment made from nothing; one BLAS thread, as workers are forked and many may run."""
    one = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    # A machine may have to name its processor to OpenBLAS for right results; that is no secret.
    named = {k: v for k, v in os.environ.items() if k in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
    return {"LC_ALL": "C.UTF-8", "PATH": "", "TZ": "UTC0", **one, **named}


def _student_error(described: Any) -> StudentError:
    try:
        if not (type(described["types"]) is type(described["frames"]) is list):
            raise TypeError("no lists")
        types = [_text(name, 200) for name in described["types"][:20]]
        frames = [(_text(f, 200), int(line), _text(where, 100)) for f, line, where in described["frames"][:30]]
        return StudentError(types, _text(described["message"], 4000), frames[:30])
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise wire.WireError("an error that is not described as agreed") from error


def _text(said: Any, limit: int) -> str:
    return wire.whole(str(said)[:limit])


def encoded(content: Any) -> wire.Encoded:
    """Plain data ready to be sent; objects that know their own wire form (`to_wire`) stand for themselves."""
    encoder = wire.Encoder(other=lambda value: encoder.encode(value.to_wire()))
    return wire.Encoded(encoder.encode(content), encoder.buffers)


def call_to_wire(call: Call) -> list[Any]:
    """A call as plain data, without what is empty at its end; the objects in it know their own wire form."""
    size = 6 if call.keep else 5 if call.kwargs else 4 if call.args else 3
    return [call.do, call.on, call.path, call.args, call.kwargs, call.keep][:size]
