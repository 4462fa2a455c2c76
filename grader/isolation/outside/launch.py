"""Starts the interpreter that becomes the fork server.

It takes a fifth of a second to get ready. So this module imports little: a program can start the fork server first, and
do its own imports meanwhile.
"""

import importlib.util
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[3]
NUMPY = Path(importlib.util.find_spec("numpy").origin).resolve().parents[1]
# Garbage collection is off while it imports, as it would take a tenth of the time.
# What students can import comes first. So our own modules, which every worker writes to, lie together in few pages.
# The fork server ignores Ctrl-C; the grader gets it, and then closes the connection.
BOOT = """
import gc, signal, sys
gc.disable()
signal.signal(signal.SIGINT, signal.SIG_IGN)
sys.path += [{root!r}, {numpy!r}]
from grader.isolation.inside.preload import preload
preload()
from grader.isolation.inside.forkserver import main
main({descriptor})
"""
SECONDS_TO_CLOSE = 2  # for the fork server to kill and reap what is left


class Launched(NamedTuple):
    """The interpreter, and the connection to it, which it reads once it is ready."""

    process: subprocess.Popen[bytes]
    connection: socket.socket

    def end(self) -> None:
        """Close the connection, so that it ends its workers and itself. If it does not, kill it."""
        self.connection.close()
        try:
            self.process.wait(SECONDS_TO_CLOSE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def launch() -> Launched:
    """Start it, and return at once.

    Raises:
        OSError: if this user may not run this Python.
    """
    ours, theirs = socket.socketpair()
    with theirs:
        boot = BOOT.format(root=str(ROOT), numpy=str(NUMPY), descriptor=theirs.fileno())
        try:
            process = subprocess.Popen(
                [sys.executable, "-I", "-S", *_keeping_bytecode(), "-c", boot],
                env=_environment(),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        except OSError:
            ours.close()
            raise
    return Launched(process, ours)


@contextmanager
def launched() -> Iterator[Launched | None]:
    """Yields the interpreter, which gets ready meanwhile and is ended at the end.

    Yields None if it cannot be started. The sandbox will then report why.
    """
    try:
        begun = launch()
    except OSError:
        yield None
        return
    try:
        yield begun
    finally:
        begun.end()


def _keeping_bytecode() -> list[str]:
    """The option that keeps Python from writing bytecode of the grader's modules, if this process has it, too."""
    return ["-B"] if sys.dont_write_bytecode else []


def _environment() -> dict[str, str]:
    """An environment made from nothing. BLAS gets one thread, as many forked workers may run at once."""
    one = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    # On some machines OpenBLAS gives right results only if this names the processor. It is no secret.
    named = {k: v for k, v in os.environ.items() if k in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
    # Otherwise the dynamic linker would look up symbols on first use, and copy a page for it, in every worker.
    return {"LC_ALL": "C.UTF-8", "PATH": "", "TZ": "UTC0", "LD_BIND_NOW": "1", **one, **named}
