"""A fresh interpreter that has imported NumPy, never saw a secret, and forks a worker on demand.

Started by `launch` with an empty environment and no path of the course in it. The control connection carries commands
that begin with one letter:

    b"S", layers, MiB of memory, CPU seconds, n   fork a worker that speaks at the descriptor that is sent along; with n
                                                  more of these, a mother of n workers that speak there; answer its pid
    b"A", a mother's pid, a pid                   take a process that she has forked for a worker; answer its pid
    b"E", a pid                                   wait a moment, kill what is left, answer the wait status
    b"K", a pid                                   the same without waiting
    b"I", 0                                       import all that students can, for those forked from now on; answer 0

A pid is safe to name: nobody but the zygote reaps its children, so none is reused before it says so. A negative answer
is an error number.
"""

import contextlib
import errno
import gc
import os
import socket
import struct
import sys
from collections.abc import Sequence
from pathlib import Path

from grader.isolation import identity, kernel, limits, rehearsal
from grader.isolation.family import Family
from grader.isolation.mother import Mother
from grader.isolation.preload import preload_all
from grader.isolation.seal import Layers, Seal
from grader.isolation.seccomp import wipe
from grader.isolation.worker import CONFINED, Worker

SPAWN = struct.Struct(">cBIIB")
ADOPT = struct.Struct(">cII2x")
END = struct.Struct(">cI6x")  # all of one length: a command may follow another before that one is answered
REPLY = struct.Struct(">i")
MOST_CHILDREN = 32  # of a mother
LIKELY_VICTIM = "1000"  # as oom_score_adj: when memory runs out, the largest worker is killed, not the grader


class Zygote:
    """Forks workers and ends them."""

    def __init__(self, control: socket.socket, path: Sequence[str]) -> None:
        self._control = control
        self._path = path  # from which modules are imported
        self._seal = Seal()
        self._pid = os.getpid()
        self.family = Family()

    def serve(self) -> None:
        """Do commands until the other side hangs up."""
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
            case b"A":
                return self.family.adopt(*ADOPT.unpack(message)[1:])
            case b"I":
                return self._import_all()
            case letter:
                return self.family.end(END.unpack(message)[1], at_once=letter == b"K")

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
        self.family.add(pid, uid, mother=len(descriptors) > 1)
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
            sock, *births = [socket.socket(fileno=number) for number in range(3, 3 + len(descriptors))]
            worker = Mother(sock, births, self._seal, self._pid) if births else Worker(sock)
            secret = bytearray()
            try:
                if births and not self.family.lists_all:
                    raise OSError(errno.ENOTSUP, "no mother where the kernel does not list her children")
                if births:
                    secret = self._seal.apply_to_mother(wanted, self._pid, uid, memory, cpu_seconds, len(births))
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
            os._exit(70)  # only reached by a fault of ours or of the connection


def _adopt_and_hide() -> None:
    """Inherit what workers leave behind, be closed to debuggers, and let a lack of memory end workers first."""
    if kernel.ON_LINUX:
        with contextlib.suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text(
                LIKELY_VICTIM
            )  # only a process that may be debugged owns this file
        kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
        identity.hide()


def _keep_as_it_is() -> None:
    gc.freeze()  # the workers' garbage collector then leaves these pages alone, and shared
    gc.enable()


def main(descriptor: int) -> None:
    """Be the zygote that listens on `descriptor`, in an interpreter that has imported what is usual (see `launch`)."""
    _adopt_and_hide()
    os.dup2(
        descriptor, 3
    )  # so that all descriptors of this process are small numbers, and a worker knows which ones to close
    if descriptor != 3:
        os.close(descriptor)
    path, sys.path[:] = sys.path[:], []
    rehearsal.rehearse()
    zygote = Zygote(socket.socket(fileno=3), path)
    _keep_as_it_is()
    try:
        zygote.serve()
    finally:
        zygote.family.end_all()
        os._exit(0)
