"""Starts the interpreter that becomes the fork server.

That takes a fifth of a second to get ready. So this imports little: a program can do it first, and import the rest meanwhile.
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
# While it imports, a search for garbage would take a tenth of the time.
# What students can import comes first, so that all of ours, which every worker touches, lies together in few pages.
# Ctrl-C is for the grader, which then hangs up.
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
    """The interpreter, and the connection to it, which it looks at once it is ready."""

    process: subprocess.Popen[bytes]
    connection: socket.socket

    def end(self) -> None:
        """Hang up, upon which it ends its workers and itself; should it not, the kernel does."""
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
                [sys.executable, "-I", "-S", "-B", "-c", boot],
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
    """It gets ready from here on, and has ended afterwards. None if it cannot be started: a sandbox will say why."""
    try:
        begun = launch()
    except OSError:
        yield None
        return
    try:
        yield begun
    finally:
        begun.end()


def _environment() -> dict[str, str]:
    """An environment made from nothing; one BLAS thread, as workers are forked and many may run."""
    one = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    # A machine may have to name its processor to OpenBLAS for right results; that is no secret.
    named = {k: v for k, v in os.environ.items() if k in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
    # What the dynamic linker looks up on first use, it would look up, and copy a page for, in every worker.
    return {"LC_ALL": "C.UTF-8", "PATH": "", "TZ": "UTC0", "LD_BIND_NOW": "1", **one, **named}
