"""What a worker may use, set in the worker itself before any student code runs."""

import contextlib
import os
import resource
from collections.abc import Sequence
from dataclasses import dataclass

from grader.isolation.walls import kernel

THREADS = 16  # of a worker that is a user of its own; a class that downloads its data with threads uses four
# Where all workers and everything else of that user count together: stops a bomb of threads, and is out of reach for
# anything honest.
THREADS_OF_A_SHARED_USER = 4096


@dataclass(frozen=True)
class Limits:
    """`seconds` of wall time for one check, kept by the trusted clock; `memory` in MiB of address space."""

    seconds: float = 5.0  # a check of the reference takes about 10 ms: slow code may be 500 times slower
    memory: int = 1024  # MiB; NumPy alone maps about 120


def apply(memory: int, cpu_seconds: int, threads: int) -> None:
    """Limit this process: over `memory` (MiB) gives MemoryError, over `cpu_seconds` SIGXCPU, any file written SIGXFSZ.

    No descriptor can be had any more, whatever the way: what is open stays open. The CPU limit only matters if the
    grader itself is gone; while it lives its own deadline comes first.
    """
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_NOFILE, 0)
    _limit(resource.RLIMIT_CPU, cpu_seconds)
    if kernel.ON_LINUX:
        _limit(resource.RLIMIT_AS, memory << 20)  # macOS does not honour it
        _limit(resource.RLIMIT_NPROC, threads)
        _limit(resource.RLIMIT_MEMLOCK, 0)
        _limit(resource.RLIMIT_MSGQUEUE, 0)


def _limit(which: int, value: int) -> None:
    _soft, hard = resource.getrlimit(which)
    ceiling = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(which, (ceiling, ceiling))


def keep_only(descriptors: Sequence[int]) -> None:
    """Close everything but these, in ascending order and all above 3, which become 3, 4, ...; 0, 1 and 2 become /dev/null."""
    for number, descriptor in enumerate(descriptors, 3):
        os.dup2(descriptor, number)
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    os.closerange(3 + len(descriptors), 256)  # the fork server, from which they come, has only small ones
    os.umask(0o777)
    with contextlib.suppress(OSError):
        os.chdir("/")
