"""The trusted end of the boundary: it has the fork server fork and end workers."""

import contextlib
import socket
import subprocess
import threading
from collections.abc import Sequence
from typing import Self

from grader.isolation.outside.control import Answer, Control
from grader.isolation.outside.faults import LostForkServerError, SandboxError
from grader.isolation.outside.launch import Launched, launch
from grader.isolation.outside.process import SECONDS_TO_START, WorkerProcess
from grader.isolation.walls.limits import Limits
from grader.isolation.walls.seal import SEALED, Layers
from grader.isolation.wire import commands


class Sandbox:
    """A fork server, and the way to have it fork workers.

    Several threads may use it. A lost fork server is replaced once.

    Every worker gets the `layers`, as far as the machine offers them, unless `spawn` is called with others.
    """

    def __init__(self, layers: Layers = SEALED) -> None:
        self.layers = layers
        self._lock = threading.Lock()
        self._launched: Launched | None = None
        self._is_complete = False
        self._control: Control | None = None

    def start(self, launched: Launched | None = None) -> Self:
        """Start the fork server, or take one that was launched before.

        Returns at once, while the fork server gets ready.

        Raises:
            SandboxError: if this user may not run this Python.
        """
        try:
            self._launched = launched or launch()
        except OSError as error:
            raise SandboxError(f"Python cannot be started again by this user: {error}") from error
        self._control = Control(self._launched.connection)
        if self._is_complete:  # the fork server before it had loaded everything
            self._load_all()
        return self

    def load_all(self) -> None:
        """Have the fork server load everything that students may import, for all workers that are forked later."""
        # An error means that the fork server is gone. The one that takes its place is told, too.
        with self._lock, contextlib.suppress(OSError):
            if not self._is_complete:
                self._load_all()

    def _load_all(self) -> None:
        self._is_complete = True
        self._control.command(commands.END.pack(b"I", 0))

    @property
    def process(self) -> subprocess.Popen[bytes] | None:
        """The fork server; None before the start and after the end."""
        return self._launched.process if self._launched else None

    def spawn(self, limits: Limits, layers: Layers | None = None) -> WorkerProcess:
        """Have a fresh worker forked. Returns at once; whether it worked is known when somebody waits for the worker.

        Raises:
            SandboxError: if there is no fork server and none could be started.
        """
        return self._spawn(limits, self.layers if layers is None else layers, 0)[0]

    def spawn_importer(self, limits: Limits, children: int) -> tuple[WorkerProcess, list[socket.socket]]:
        """The same for an importer (see `importer`), with the connections to the workers that it will fork.

        Raises:
            SandboxError: as `spawn`. If this machine can have no importer, that is known when somebody waits for it.
        """
        return self._spawn(limits, self.layers, children)

    def _spawn(self, limits: Limits, layers: Layers, children: int) -> tuple[WorkerProcess, list[socket.socket]]:
        command = commands.SPAWN.pack(b"S", layers.to_byte(), limits.memory, int(2 * limits.seconds) + 60, children)
        with self._lock:
            try:
                return self._command_to_spawn(command, children)
            except (OSError, LostForkServerError):
                return self._spawn_from_a_new_fork_server(command, children)

    def _spawn_from_a_new_fork_server(self, command: bytes, children: int) -> tuple[WorkerProcess, list[socket.socket]]:
        try:
            self.close()
            self.start()
            return self._command_to_spawn(command, children)
        except OSError as error:
            raise SandboxError(f"the system refuses what a worker needs: {error.strerror}") from error

    def _command_to_spawn(self, command: bytes, children: int) -> tuple[WorkerProcess, list[socket.socket]]:
        if self._control is None:
            raise LostForkServerError
        with contextlib.ExitStack() as both, contextlib.ExitStack() as theirs:
            pairs = []
            for _ in range(1 + children):
                our, their = socket.socketpair()  # may fail if there are too few descriptors
                pairs.append((both.enter_context(our), theirs.enter_context(their)))
            spawned = self._control.command(command, *(their.fileno() for _our, their in pairs))
            both.pop_all()
        worker, *connections = (our for our, _their in pairs)
        return WorkerProcess(self, worker, self._control, spawned, self._is_complete), connections

    def claim(
        self, importer: WorkerProcess, pids: Sequence[int], connections: Sequence[socket.socket]
    ) -> tuple[list[WorkerProcess], Answer]:
        """Have the fork server claim what an importer has forked as workers, then end the importer.

        The answer comes when the importer is gone.

        Raises:
            LostForkServerError: if its fork server is gone.
        """
        control = importer.control
        with self._lock, contextlib.suppress(OSError, EOFError):
            if control is self._control:
                its_pid = control.read(importer._spawned, SECONDS_TO_START)
                claimed = [control.command(commands.CLAIM.pack(b"C", its_pid, pid)) for pid in pids]
                workers = [
                    WorkerProcess(self, theirs, control, it, importer.is_complete)
                    for theirs, it in zip(connections, claimed, strict=True)
                ]
                return workers, control.command(commands.END.pack(b"K", its_pid))
        raise LostForkServerError

    def pid(self, control: Control, spawned: Answer) -> int | None:
        """The answer to a command to spawn: a process id or a negative error number; None if that was lost."""
        with self._lock, contextlib.suppress(OSError, EOFError):
            return control.read(spawned, SECONDS_TO_START)
        return None

    def end(self, control: Control, spawned: Answer) -> int | None:
        """End a worker of the given fork server and return its wait status.

        It is 0 if the worker was never forked, and None if it died with its fork server.
        """
        with self._lock, contextlib.suppress(OSError, EOFError):
            if control is self._control:
                pid = control.read(spawned, SECONDS_TO_START)
                return control.read(control.command(commands.END.pack(b"E", pid)), SECONDS_TO_START) if pid > 0 else 0
        return None

    def release(self, control: Control, spawned: Answer) -> None:
        """Have a worker ended. Does not wait for it."""
        with self._lock, contextlib.suppress(OSError, EOFError):
            if control is self._control:
                pid = control.read(spawned, SECONDS_TO_START)  # the answer has come long ago
                if pid > 0:
                    control.command(commands.END.pack(b"K", pid))

    def close(self) -> None:
        """End the fork server. It ends its workers first."""
        if self._launched:
            self._launched.end()
            self._launched = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()
