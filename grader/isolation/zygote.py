"""A fresh interpreter that has imported NumPy, never saw a secret, and forks a worker on demand.

Started by `sandbox` with an empty environment and no path of the course in it. The control connection carries one-
letter commands:

    b"S", a descriptor, layers, MiB of memory, CPU seconds   fork a worker that speaks there; answer its pid
    b"E", a pid                                              wait a moment, kill what is left, answer the wait status
    b"K", a pid                                              the same without waiting

A pid is safe to name: nobody but the zygote reaps its children, so none is reused before it says so. A negative answer
is an error number. Whatever a worker might leave behind becomes the zygote's own child (it is their "subreaper") and is
killed with it.
"""

import contextlib
import gc
import os
import signal
import socket
import struct
import sys
import time
from pathlib import Path

from grader.isolation import identity, kernel, limits, preload
from grader.isolation.seal import Layers, Seal
from grader.isolation.worker import Worker

SPAWN = struct.Struct(">cBII")
END = struct.Struct(">cI5x")  # as long as SPAWN: a command may follow another before that one is answered
REPLY = struct.Struct(">i")
SEALED = b"\1"  # a worker's first byte, before it runs anything; another one is followed by what went wrong
SECONDS_TO_END = 0.05  # how long a worker whose connection closed gets to end by itself, so that its own status is seen
LIKELY_VICTIM = "1000"  # as oom_score_adj: when memory runs out, the largest worker is killed, not the grader


class Zygote:
    """Forks workers and ends them; `workers` are the living ones, each with its user id if it has one of its own."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._seal = Seal()
        self._pid = os.getpid()
        self._workers: dict[int, int | None] = {}

    def serve(self) -> None:
        """Do commands until the other side hangs up."""
        self._control.sendall(REPLY.pack(self._pid))
        while True:
            message, descriptors, _flags, _address = socket.recv_fds(self._control, SPAWN.size, 1)
            if not message:
                return
            if message[:1] == b"S":
                answer = self._spawn(descriptors[0], *SPAWN.unpack(message)[1:])
            else:
                answer = self._end(END.unpack(message)[1], message[:1] == b"K")
            self._control.sendall(REPLY.pack(answer))

    def _spawn(self, descriptor: int, layers: int, memory: int, cpu_seconds: int) -> int:
        wanted = Layers.from_byte(layers)
        uid = self._seal.take_user(wanted)
        try:
            pid = os.fork()
            if pid == 0:
                self._become_worker(descriptor, wanted, uid, memory, cpu_seconds)
        except OSError as error:
            return -error.errno
        finally:
            os.close(descriptor)
        self._workers[pid] = uid
        return pid

    def _become_worker(self, descriptor: int, wanted: Layers, uid: int | None, memory: int, cpu_seconds: int) -> None:
        try:
            limits.keep_only(descriptor)
            sock = socket.socket(fileno=3)
            try:
                self._seal.apply(wanted, self._pid, uid, memory, cpu_seconds)
            except OSError as error:
                sock.sendall(b"\0" + str(error).encode())
                return
            sock.sendall(SEALED)
            Worker(sock).serve()
        finally:
            os._exit(70)  # only reached by a fault of ours or of the connection

    def end_all(self) -> None:
        """Kill and reap whatever lives."""
        for pid in list(self._workers):
            self._end(pid, at_once=True)

    def _end(self, pid: int, at_once: bool) -> int:
        status = _reap(pid, 0.0 if at_once else SECONDS_TO_END)
        uid = self._workers.pop(pid)
        rounds = 0
        while (strays := self._strays()) and rounds < identity.ROUNDS:  # killing one hands its own children over
            rounds += 1
            if uid is not None:
                identity.kill_all_of(uid)
            for stray in strays:
                os.kill(stray, signal.SIGKILL)
                os.waitpid(stray, 0)
        return status

    def _strays(self) -> set[int]:
        """What workers left behind: children of this process that it never forked."""
        # Some kernels do not list children. There, the filter alone has to keep workers from having any.
        with contextlib.suppress(OSError):
            children = Path(f"/proc/self/task/{self._pid}/children").read_text().split()
            return set(map(int, children)) - self._workers.keys()
        return set()


def _reap(pid: int, patience: float) -> int:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return status
        time.sleep(0.0005)
    os.kill(pid, signal.SIGKILL)
    return os.waitpid(pid, 0)[1]


def _adopt_and_hide() -> None:
    """Inherit what workers leave behind, be closed to debuggers, and let a lack of memory end workers first."""
    if kernel.ON_LINUX:
        with contextlib.suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text(
                LIKELY_VICTIM
            )  # only a process that may be debugged owns this file
        kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
        identity.hide()


def main(descriptor: int) -> None:
    """Be the zygote that listens on `descriptor`."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the grader, which then hangs up
    _adopt_and_hide()
    os.dup2(
        descriptor, 3
    )  # so that all descriptors of this process are small numbers, and a worker knows which ones to close
    if descriptor != 3:
        os.close(descriptor)
    preload.preload()
    sys.path[:] = []
    zygote = Zygote(socket.socket(fileno=3))
    gc.collect()
    gc.freeze()  # the workers' garbage collector then leaves these pages alone, and shared
    try:
        zygote.serve()
    finally:
        zygote.end_all()
        os._exit(0)
