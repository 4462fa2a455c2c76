"""Keeps a suite, and the student code in its process, from the network.

This is a system call filter, as far as the kernel lets an unprivileged process install one.
"""

import platform
import struct

from grader.isolation.walls.seccomp import (
    ALLOW,
    ARCHITECTURE,
    ARGUMENTS,
    AT_LEAST,
    AUDIT_ARCHITECTURE,
    EQUAL,
    KILL,
    LOAD,
    NUMBER,
    REFUSE,
    RETURN,
    X32_BIT,
)

SOCKET = {"x86_64": 41, "aarch64": 198}
IO_URING_SETUP = 425  # io_uring could create sockets past the filter; its number is the same on all machines
AF_UNIX = 1


def network_filter(machine: str = platform.machine()) -> bytes:
    """A program for the kernel's system call filter that refuses every socket but Unix sockets.

    It is empty for a machine whose system call numbers are not known here.
    """
    if machine not in SOCKET:
        return b""
    steps = [
        *[(LOAD, 0, 0, ARCHITECTURE), (EQUAL, 1, 0, AUDIT_ARCHITECTURE[machine]), (RETURN, 0, 0, KILL)],
        *[(LOAD, 0, 0, NUMBER), (AT_LEAST, 0, 1, X32_BIT), (RETURN, 0, 0, KILL)],
        *[(EQUAL, 3, 0, IO_URING_SETUP), (EQUAL, 0, 3, SOCKET[machine])],
        *[(LOAD, 0, 0, ARGUMENTS), (EQUAL, 1, 0, AF_UNIX), (RETURN, 0, 0, REFUSE), (RETURN, 0, 0, ALLOW)],
    ]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)
