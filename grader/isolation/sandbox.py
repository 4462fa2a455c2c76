"""The trusted end of the boundary: has the zygote fork and end workers."""

import contextlib
import socket
import subprocess
import threading
from collections.abc import Sequence
from typing import Self

from grader.isolation import zygote
from grader.isolation.control import Answer, Control
from grader.isolation.faults import LostZygoteError, SandboxError
from grader.isolation.launch import Launched, launch
from grader.isolation.limits import Limits
from grader.isolation.process import SECONDS_TO_START, WorkerProcess
from grader.isolation.seal import SEALED, Layers


class Sandbox:
    """A zygote and the way to have it fork workers. Usable from several threads; a lost zygote is started again once.

    `layers` are those that every worker gets as far as the machine offers them, unless `spawn` is told otherwise.
    """

    def __init__(self, layers: Layers = SEALED) -> None:
        self.layers = layers
        self._lock = threading.Lock()
        self._launched: Launched | None = None
        self._is_complete = False
        self._control: Control | None = None

    def start(self, launched: Launched | None = None) -> Self:
        """Start the zygote, or take one that gets ready already, and return at once; it goes on with that while the caller does.

        Raises:
            SandboxError: if this user may not run this Python.
        """
        try:
            self._launched = launched or launch()
        except OSError as error:
            raise SandboxError(f"Python cannot be started again by this user: {error}") from error
        self._control = Control(self._launched.connection)
        if self._is_complete:  # the one before was
            self._load_all()
        return self

    def load_all(self) -> None:
        """Have everything loaded that students can import, for workers that are asked for from now on."""
        with (
            self._lock,
            contextlib.suppress(OSError),
        ):  # of a zygote that is gone: the one that takes its place is told, too
            if not self._is_complete:
                self._load_all()

    def _load_all(self) -> None:
        self._is_complete = True
        self._control.command(zygote.END.pack(b"I", 0))

    @property
    def process(self) -> subprocess.Popen[bytes] | None:
        """The zygote; None before the start and after the end."""
        return self._launched.process if self._launched else None

    def spawn(self, limits: Limits, layers: Layers | None = None) -> WorkerProcess:
        """Have a fresh worker forked, and return at once; whether it could be is known when it is first waited for.

        Raises:
            SandboxError: if there is no zygote and none could be started.
        """
        return self._spawn(limits, self.layers if layers is None else layers, 0)[0]

    def spawn_mother(self, limits: Limits, children: int) -> tuple[WorkerProcess, list[socket.socket]]:
        """The same of a mother (see `mother`), with the connections to the workers that she will fork.

        Raises:
            SandboxError: as `spawn`. That no mother can be had on this machine is known when she is first waited for.
        """
        return self._spawn(limits, self.layers, children)

    def _spawn(self, limits: Limits, layers: Layers, children: int) -> tuple[WorkerProcess, list[socket.socket]]:
        command = zygote.SPAWN.pack(b"S", layers.to_byte(), limits.memory, int(2 * limits.seconds) + 60, children)
        with self._lock:
            try:
                return self._command_to_spawn(command, children)
            except (OSError, LostZygoteError):
                return self._spawn_from_a_new_zygote(command, children)

    def _spawn_from_a_new_zygote(self, command: bytes, children: int) -> tuple[WorkerProcess, list[socket.socket]]:
        try:
            self.close()
            self.start()
            return self._command_to_spawn(command, children)
        except OSError as error:
            raise SandboxError(f"the system refuses what a worker needs: {error.strerror}") from error

    def _command_to_spawn(self, command: bytes, children: int) -> tuple[WorkerProcess, list[socket.socket]]:
        if self._control is None:
            raise LostZygoteError
        with contextlib.ExitStack() as both, contextlib.ExitStack() as theirs:
            pairs = []
            for _ in range(1 + children):
                our, their = socket.socketpair()  # there may be too few descriptors for all of them
                pairs.append((both.enter_context(our), theirs.enter_context(their)))
            spawned = self._control.command(command, *(their.fileno() for _our, their in pairs))
            both.pop_all()
        worker, *connections = (our for our, _their in pairs)
        return WorkerProcess(self, worker, self._control, spawned, self._is_complete), connections

    def adopt(
        self, mother: WorkerProcess, pids: Sequence[int], connections: Sequence[socket.socket]
    ) -> tuple[list[WorkerProcess], Answer]:
        """Have the zygote take what a mother has forked for workers, then end her; the answer comes when she is gone.

        Raises:
            LostZygoteError: if her zygote is.
        """
        control = mother.control
        with self._lock, contextlib.suppress(OSError, EOFError):
            if control is self._control:
                her = control.read(mother._spawned, SECONDS_TO_START)
                adopted = [control.command(zygote.ADOPT.pack(b"A", her, pid)) for pid in pids]
                workers = [
                    WorkerProcess(self, theirs, control, it, mother.is_complete)
                    for theirs, it in zip(connections, adopted, strict=True)
                ]
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
        """End the zygote, which ends its workers first."""
        if self._launched:
            self._launched.end()
            self._launched = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()
