"""A worker that imports the package once, then forks others that all begin there, and ends.

Importing takes longer than most checks, so one sealed process does it for several. It is a worker like any other, but
its filter lets it fork, with a secret argument. It is told the secret only after the import
(`syscalls.IMPORTER_RULES`). No check ever speaks to it.

Each process that it forks installs a worker's filter before it does anything else. If a submission has taken over its
importer, a process may skip that; but then it could still do nothing but fork. Every process that the importer did not
name is killed, together with all processes of its user (`children`).
"""

import gc
import os
import platform
import socket
import sys
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from grader.isolation.inside.worker import Worker
from grader.isolation.walls import kernel
from grader.isolation.walls.seal import Seal
from grader.isolation.walls.syscalls import FORK, FORK_BESIDE
from grader.isolation.wire.commands import CONFINED
from grader.isolation.wire.values import Decoder

_CLONE = getattr(FORK, platform.machine(), 0)  # looked up now, as the filter will not let us ask for the machine


class Importer(Worker):
    """Forks one worker for each connection, on the request "fork" with the two numbers of its secret."""

    def __init__(self, sock: socket.socket, connections: Sequence[socket.socket], seal: Seal, fork_server: int) -> None:
        super().__init__(sock)
        self._connections = connections
        self._seal = seal
        self._fork_server = fork_server

    def _fork(self, decoder: Decoder, node: Any) -> Iterator[Any]:
        if len(sys._current_frames()) > 1:
            raise RuntimeError("threads that an import has started would be missing in a child")
        low, high = decoder.decode(node)
        gc.collect()  # what is frozen is never collected, and garbage of the import would stay in every child
        gc.freeze()  # so that the children's garbage collectors do not write to these pages, and they stay shared
        numbers = [sock.fileno() for sock in (self._sock, *self._connections)]
        yield [self._fork_one(sock, numbers, low, high) for sock in self._connections]

    def _fork_one(self, sock: socket.socket, numbers: Sequence[int], low: int, high: int) -> int:
        child, number = Worker(sock, self._root), sock.fileno()  # made before the fork, see `_live_as`
        pid = kernel.fork_beside(_CLONE, FORK_BESIDE, low, high)
        if pid == 0:
            self._live_as(child, number, numbers)
        return pid

    def _live_as(self, child: Worker, number: int, numbers: Sequence[int]) -> None:
        """Be a child from here on. Of the connections with these numbers, keep only its own.

        Whatever Python touches here (a function, a class, a new object) is a page that the kernel copies, in every
        child. So this function is short. It may not use `os.closerange`. Since Python 3.13 that is glibc's `closefrom`,
        and if no descriptor can be had, it closes the child's own connection, too, or ends the process.
        """
        try:
            for other in numbers:
                if other != number:
                    os.close(other)
            self._seal.apply_to_child(self._fork_server)
            child._sock.sendall(CONFINED)
            child.serve()
        finally:
            os._exit(70)  # only reached by a fault of ours or of the connection

    DO: ClassVar = {**Worker.DO, "fork": _fork}
