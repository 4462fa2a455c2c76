"""What a worker may use, set in the worker itself before any student code runs."""

import contextlib
import ctypes
import os
import resource
import signal
import sys
from dataclasses import dataclass

PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Limits:
    """`seconds` of wall time for one check, kept by the trusted clock; `memory` in MiB of address space."""

    seconds: float = 5.0  # a check of the reference takes about 10 ms: slow code may be 500 times slower
    memory: int = 1024  # MiB; NumPy alone maps about 120


def apply(memory: int, cpu_seconds: int) -> None:
    """Limit this process: over `memory` (MiB) gives MemoryError, over `cpu_seconds` SIGXCPU, any file written SIGXFSZ.

    The CPU limit only matters if the grader itself is gone; while it lives its own deadline comes first.
    """
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CPU, cpu_seconds)
    if sys.platform == "linux":  # macOS does not honour RLIMIT_AS
        _limit(resource.RLIMIT_AS, memory << 20)


def _limit(which: int, value: int) -> None:
    _soft, hard = resource.getrlimit(which)
    ceiling = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(which, (ceiling, ceiling))


def die_with_parent(libc: ctypes.CDLL) -> None:
    """Have the kernel kill this process when its parent ends, so that nothing outlives a grading."""
    if sys.platform == "linux":
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def keep_only(descriptor: int) -> None:
    """Close everything but `descriptor`, which becomes 3; 0, 1 and 2 become /dev/null."""
    os.dup2(descriptor, 3)
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    os.closerange(4, max(256, null + 1, descriptor + 1))
    with contextlib.suppress(OSError):
        os.chdir("/")
