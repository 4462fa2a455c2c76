"""The forbidden things that `probe` tries, run in a throw-away worker as if they were a submission.

The grader never imports this file. Each function returns only if what it tries was possible.
"""

import ctypes
import importlib
import os
import signal
import socket

import numpy as np


def read(path):
    """Read a file."""
    with open(path) as file:
        return file.read()


def write(path):
    """Write a file."""
    with open(path, "w") as file:
        file.write("a worker was here")


def connect(port):
    """Reach a server."""
    with socket.socket() as sock:
        sock.connect(("127.0.0.1", port))


def datagram(port):
    """Send something without connecting."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.sendto(b"a worker was here", ("127.0.0.1", port))


def fork():
    """Be two processes."""
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    return pid


def execute(program):
    """Run another program."""
    os.execv(program, [program, "-c", ""])


def kill(pid):
    """End another process."""
    os.kill(pid, signal.SIGKILL)


def root():
    """Become root again."""
    os.setresuid(0, 0, 0)
    return os.getuid()


def memory(mebibytes):
    """Have so much memory."""
    return np.empty(mebibytes << 20, np.uint8).nbytes


def descriptor():
    """Have one more descriptor."""
    return os.dup(0)


def code():
    """Have memory that can be written and executed."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_void_p
    libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
    address = libc.mmap(None, 4096, 7, 0x22, -1, 0)  # readable, writable and executable; private and anonymous
    if address == ctypes.c_void_p(-1).value:
        raise OSError(ctypes.get_errno(), "no executable memory")
    return address


def module(name):
    """Import something."""
    return importlib.import_module(name).__name__
