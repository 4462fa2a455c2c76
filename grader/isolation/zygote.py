"""A fresh interpreter that has imported NumPy, never saw a secret, and forks a worker on demand.

Started by `sandbox` with an empty environment and no path of the course in it. The control connection carries one-byte commands:

    b"S" with a descriptor, memory in MiB and CPU seconds   fork a worker that speaks on that descriptor; answer its pid
    b"E" with a pid                                         wait a moment, kill what is left, answer the wait status

A pid is safe to name: nobody but the zygote reaps its children, so none is reused before it says so.
"""

import contextlib
import ctypes
import gc
import importlib
import os
import signal
import socket
import struct
import sys
import time

from grader.isolation import limits
from grader.isolation.worker import Worker

SPAWN = struct.Struct(">cII")
END = struct.Struct(">cI")
REPLY = struct.Struct(">i")
SECONDS_TO_END = 0.05  # how long a worker whose connection closed gets to end by itself, so that its own status is seen

# What a student's code can import. NumPy loads several of its parts lazily; a worker cannot, and a fork that had to would be slow.
PRELOADED = ["numpy", "numpy.random", "numpy.linalg", "numpy.fft", "numpy.polynomial", "numpy.ma", "numpy.testing", "numpy.typing", "numpy.char", "numpy.rec", "numpy.lib.stride_tricks", "numpy.lib.scimath", "__future__", "abc", "bisect", "collections", "collections.abc", "copy", "dataclasses", "decimal", "enum", "fractions", "functools", "heapq", "inspect", "io", "itertools", "json", "logging", "math", "numbers", "operator", "os", "os.path", "pathlib", "pprint", "random", "re", "statistics", "string", "struct", "sys", "textwrap", "time", "timeit", "traceback", "types", "typing", "typing_extensions", "unittest", "warnings", "weakref", "contextlib", "concurrent.futures.thread", "_strptime", "datetime", "linecache", "secrets", "hashlib", "unicodedata", "locale", "encodings.idna", "cmath", "csv", "glob", "tempfile", "shutil", "pickle", "tracemalloc", "array", "threading", "queue", "argparse", "numpy.exceptions", "numpy.dtypes"]


def preload() -> None:
    for name in PRELOADED:
        with contextlib.suppress(ImportError):  # typing_extensions and parts of NumPy exist only in some versions
            importlib.import_module(name)


def serve(control: socket.socket) -> None:
    """Fork workers until the other side hangs up."""
    libc = ctypes.CDLL(None)
    gc.collect()
    gc.freeze()  # the workers' garbage collector then leaves these pages alone, and shared
    control.sendall(REPLY.pack(os.getpid()))
    while True:
        message, descriptors, _flags, _address = socket.recv_fds(control, SPAWN.size, 1)
        if not message:
            return
        if message[:1] == b"S":
            answer = _spawn(control, libc, descriptors[0], *SPAWN.unpack(message)[1:])
        else:
            answer = _end(END.unpack(message)[1])
        control.sendall(REPLY.pack(answer))


def _spawn(
    control: socket.socket, libc: ctypes.CDLL, descriptor: int, memory: int, seconds: int
) -> int:
    pid = os.fork()
    if pid == 0:
        _become_worker(control, libc, descriptor, memory, seconds)
    os.close(descriptor)
    return pid


def _become_worker(
    control: socket.socket, libc: ctypes.CDLL, descriptor: int, memory: int, seconds: int
) -> None:
    try:
        limits.die_with_parent(libc)
        control.detach()
        limits.keep_only(descriptor)
        limits.apply(memory, seconds)
        Worker(socket.socket(fileno=3)).serve()
    finally:
        os._exit(70)  # only reached by a fault of ours or of the connection


def _end(pid: int) -> int:
    deadline = time.monotonic() + SECONDS_TO_END
    while time.monotonic() < deadline:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return status
        time.sleep(0.0005)
    os.kill(pid, signal.SIGKILL)
    return os.waitpid(pid, 0)[1]


def main(descriptor: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the grader, which then hangs up
    preload()
    sys.path[:] = []
    serve(socket.socket(fileno=descriptor))
