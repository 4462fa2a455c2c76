"""What a worker may use. The worker itself sets these limits, before any student code runs."""

import contextlib
import os
import resource
from collections.abc import Sequence
from dataclasses import dataclass

from grader.isolation.walls import kernel

THREADS = 16  # of a worker that is a user of its own; a class that downloads its data with threads uses four
# The limit if all workers and everything else of that user count together. It stops a bomb of threads, and nothing
# honest reaches it.
THREADS_OF_A_SHARED_USER = 4096


@dataclass(frozen=True)
class Limits:
    """`seconds` of wall time for one check, kept by the trusted clock; `memory` in MiB of address space."""

    seconds: float = 5.0  # a check of the reference takes about 10 ms: slow code may be 500 times slower
    memory: int = 1024  # MiB; NumPy alone maps about 120


def apply(memory: int, cpu_seconds: int, threads: int) -> None:
    """Limit this process.

    More than `memory` [MiB] raises MemoryError. More than `cpu_seconds` gives SIGXCPU, and writing any file SIGXFSZ. No
    new descriptor can be opened; what is open stays open. The CPU limit only matters if the grader itself is gone, as
    the grader's own time limit comes first.
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
    """Close all descriptors but these, which become 3, 4, ...; 0, 1 and 2 become /dev/null.

    `descriptors` are above 3 and in ascending order.
    """
    for number, descriptor in enumerate(descriptors, 3):
        os.dup2(descriptor, number)
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    os.closerange(3 + len(descriptors), 256)  # the fork server only has descriptors with small numbers
    os.umask(0o777)
    with contextlib.suppress(OSError):
        os.chdir("/")
