"""The trusted end of the boundary: starts the zygote, and has it fork and end workers."""

import contextlib
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import numpy as np

from grader.isolation import zygote
from grader.isolation.control import Answer, Control
from grader.isolation.faults import LostZygoteError, SandboxError
from grader.isolation.limits import Limits
from grader.isolation.process import SECONDS_TO_START, WorkerProcess
from grader.isolation.seal import SEALED, Layers

_ROOT = Path(__file__).resolve().parents[2]
_NUMPY = Path(np.__file__).resolve().parents[1]
# While it imports, a search for garbage would take a tenth of the time.
# What students can import comes first, so that all of ours, which every worker touches, lies together in few pages.
# Ctrl-C is for the grader, which then hangs up.
_BOOT = """
import gc, signal, sys
gc.disable()
signal.signal(signal.SIGINT, signal.SIG_IGN)
sys.path += [{root!r}, {numpy!r}]
from grader.isolation.preload import preload
preload()
from grader.isolation.zygote import main
main({descriptor})
"""
SECONDS_TO_CLOSE = 2  # for the zygote to kill and reap what is left


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
            pairs = [socket.socketpair() for _ in range(1 + children)]
            for our, their in pairs:
                both.enter_context(our)
                theirs.enter_context(their)
            spawned = self._control.command(command, *(their.fileno() for _our, their in pairs))
            both.pop_all()
        worker, *connections = (our for our, _their in pairs)
        return WorkerProcess(self, worker, self._control, spawned), connections

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


def _environment() -> dict[str, str]:
    """An environment made from nothing; one BLAS thread, as workers are forked and many may run."""
    one = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    # A machine may have to name its processor to OpenBLAS for right results; that is no secret.
    named = {k: v for k, v in os.environ.items() if k in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
    # What the dynamic linker looks up on first use, it would look up, and copy a page for, in every worker.
    return {"LC_ALL": "C.UTF-8", "PATH": "", "TZ": "UTC0", "LD_BIND_NOW": "1", **one, **named}
