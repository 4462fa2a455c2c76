"""Functions of the kernel that Python does not offer: `prctl`, `capset`, and system calls by number.

They work on Linux only, but the module can be imported everywhere.
"""

import ctypes
import os
import sys

ON_LINUX = sys.platform == "linux"

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_SECCOMP = 22
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38
SECCOMP_MODE_FILTER = 2

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long
_libc_with_lock = ctypes.PyDLL(None, use_errno=True)
_libc_with_lock.syscall.restype = ctypes.c_long

# capset(2): version 3 of the header, this process; two words each of effective, permitted and inheritable capabilities.
_CAPABILITY_HEADER = (ctypes.c_uint32 * 2)(0x20080522, 0)
_NO_CAPABILITIES = (ctypes.c_uint32 * 6)()


def prctl(option: int, value: object, more: object = 0) -> None:
    """Set an attribute of this process. Arguments are as for `system_call`.

    Raises:
        OSError: if the kernel refuses.
    """
    _check(_libc.prctl(option, value, more, 0, 0))


def system_call(number: int, *arguments: object) -> int:
    """Make a system call by its number. Arguments are integers that fit an int, None, or ctypes objects.

    Raises:
        OSError: if the kernel refuses.
    """
    return _check(_libc.syscall(number, *arguments))


def fill_with_chance(memory: bytearray) -> None:
    """Overwrite memory with random bytes. No other copy of these bytes is made.

    Raises:
        OSError: if the kernel refuses.
    """
    place = (ctypes.c_char * len(memory)).from_buffer(memory)
    _check(_libc.getrandom(place, ctypes.c_size_t(len(memory)), 0))


def fork_beside(clone: int, flags: int, low: int, high: int) -> int:
    """Fork by the bare system call, with two numbers in arguments that it does not read.

    Returns a pid, or 0 in the child.

    Neither Python nor the C library does anything around this fork, which would take as long as the fork itself. So
    this process may have no second thread, and hooks of `os.register_at_fork` do not run. The caller must hold the
    interpreter lock, as `PyDLL` does.

    Args:
        clone: the number of the system call.
        flags: its flags.
        low, high: the two numbers. ctypes makes a 32-bit int of each, which keeps the bits. Other objects would cost
            the child a page or two each.

    Raises:
        OSError: if the kernel refuses.
    """
    return _check(_libc_with_lock.syscall(clone, flags, 0, low, high, 0))


def drop_capabilities() -> None:
    """Give up every capability; for good, if no new privileges can be had."""
    _check(_libc.capset(_CAPABILITY_HEADER, _NO_CAPABILITIES))


def _check(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
