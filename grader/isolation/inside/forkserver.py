"""A fresh interpreter that has imported NumPy, has never seen a secret, and forks a worker on demand.

`launch` starts it with an empty environment and without a path of the course. The control connection carries the
commands of `wire.commands`.
"""

import contextlib
import errno
import gc
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from grader.isolation.inside import rehearsal
from grader.isolation.inside.children import Children
from grader.isolation.inside.importer import Importer
from grader.isolation.inside.preload import preload_all
from grader.isolation.inside.worker import Worker
from grader.isolation.walls import identity, kernel, limits
from grader.isolation.walls.seal import Layers, Seal
from grader.isolation.walls.seccomp import wipe
from grader.isolation.wire.commands import CLAIM, CONFINED, END, MOST_CHILDREN, REPLY, SPAWN

LIKELY_VICTIM = "1000"  # as oom_score_adj: when memory runs out, the largest worker is killed, not the grader


class ForkServer:
    """Forks workers and ends them."""

    def __init__(self, control: socket.socket, path: Sequence[str]) -> None:
        self._control = control
        self._path = path  # from which modules are imported
        self._seal = Seal()
        self._pid = os.getpid()
        self.children = Children()

    def serve(self) -> None:
        """Do commands until the other side closes the connection."""
        self._control.sendall(REPLY.pack(self._pid))
        while True:
            message, descriptors, _flags, _address = socket.recv_fds(self._control, SPAWN.size, 1 + MOST_CHILDREN)
            if not message:
                return
            self._control.sendall(REPLY.pack(self._answer(message, descriptors)))

    def _answer(self, message: bytes, descriptors: Sequence[int]) -> int:
        match message[:1]:
            case b"S":
                return self._spawn(descriptors, *SPAWN.unpack(message)[1:4])
            case b"C":
                return self.children.claim(*CLAIM.unpack(message)[1:])
            case b"I":
                return self._import_all()
            case letter:
                return self.children.end(END.unpack(message)[1], at_once=letter == b"K")

    def _spawn(self, descriptors: Sequence[int], layers: int, memory: int, cpu_seconds: int) -> int:
        wanted = Layers.from_byte(layers)
        uid = self._seal.take_user(wanted)
        try:
            pid = os.fork()
            if pid == 0:
                self._become_worker(descriptors, wanted, uid, memory, cpu_seconds)
        except OSError as error:
            return -error.errno
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
        self.children.add(pid, uid, importer=len(descriptors) > 1)
        return pid

    def _import_all(self) -> int:
        gc.disable()
        sys.path[:] = self._path
        preload_all()
        sys.path[:] = []
        _keep_as_it_is()
        return 0

    def _become_worker(
        self, descriptors: Sequence[int], wanted: Layers, uid: int | None, memory: int, cpu_seconds: int
    ) -> None:
        try:
            limits.keep_only(descriptors)
            sock, *connections = [socket.socket(fileno=number) for number in range(3, 3 + len(descriptors))]
            worker = Importer(sock, connections, self._seal, self._pid) if connections else Worker(sock)
            secret = bytearray()
            try:
                if connections and not self.children.lists_all:
                    raise OSError(errno.ENOTSUP, "no importer where the kernel does not list its children")
                if connections:
                    secret = self._seal.apply_to_importer(wanted, self._pid, uid, memory, cpu_seconds, len(connections))
                else:
                    self._seal.apply(wanted, self._pid, uid, memory, cpu_seconds)
            except OSError as error:
                sock.sendall(b"\0" + str(error).encode())
                return
            sock.sendall(CONFINED)
            sock.sendall(secret)
            wipe(secret)
            worker.serve()
        finally:
            os._exit(70)  # only reached through a fault of ours or of the connection


def _become_subreaper_and_hide() -> None:
    """Inherit what workers leave behind, keep debuggers away, and have workers killed first when memory runs out."""
    if kernel.ON_LINUX:
        with contextlib.suppress(OSError):
            # Before `hide`, as the file belongs to this process only while it may be debugged.
            Path("/proc/self/oom_score_adj").write_text(LIKELY_VICTIM)
        kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
        identity.hide()


def _keep_as_it_is() -> None:
    gc.freeze()  # so that the workers' garbage collectors do not write to these pages, and they stay shared
    gc.enable()


def main(descriptor: int) -> None:
    """Be the fork server that listens on `descriptor`, in an interpreter that `launch` has started."""
    sys.dont_write_bytecode = True  # what is imported from here on is for students
    _become_subreaper_and_hide()
    os.dup2(descriptor, 3)  # all descriptors here are small numbers, so that a worker knows which ones to close
    if descriptor != 3:
        os.close(descriptor)
    path, sys.path[:] = sys.path[:], []
    rehearsal.rehearse()
    fork_server = ForkServer(socket.socket(fileno=3), path)
    _keep_as_it_is()
    try:
        fork_server.serve()
    finally:
        fork_server.children.end_all()
        os._exit(0)
