"""Landlock: a layer against files, TCP, and signals to others, independent of the system call filter.

There is one rule set without exceptions. It denies whatever the kernel's version of Landlock can deny. It needs no
privileges.
"""

import ctypes
import os
import struct

from grader.isolation.walls import kernel

CREATE_RULESET, RESTRICT_SELF = 444, 446  # the same numbers on every architecture
_TELL_VERSION = 1
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}  # number of rights in each version; from 5 on, all that are used here
_ALL_FILE_RIGHTS = 16
_TCP_RIGHTS = 0b11  # bind, connect; from version 4 on
_SCOPES = 0b11  # abstract Unix sockets, signals; from version 6 on


def version() -> int:
    """The kernel's version of Landlock, 0 if there is none."""
    if not kernel.ON_LINUX:
        return 0
    try:
        return kernel.system_call(CREATE_RULESET, None, ctypes.c_size_t(0), _TELL_VERSION)
    except OSError:
        return 0


def rule_set(known: int) -> bytes:
    """struct landlock_ruleset_attr that handles, and so denies, everything that this version knows."""
    files = (1 << _FILE_RIGHTS.get(known, _ALL_FILE_RIGHTS)) - 1
    return struct.pack("QQQ", files, _TCP_RIGHTS if known >= 4 else 0, _SCOPES if known >= 6 else 0)


def restrict(known: int) -> None:
    """Deny this process everything that this version can deny, for good. Descriptors that are open stay open.

    Raises:
        OSError: if the kernel refuses.
    """
    attributes = rule_set(known)
    descriptor = kernel.system_call(CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0)
    try:
        kernel.system_call(RESTRICT_SELF, descriptor, 0)
    finally:
        os.close(descriptor)
