"""How long a process ran, and how long it waited for the processor. A busy machine is no fault of a student's."""

import os
import time
from pathlib import Path
from typing import NamedTuple


class Use(NamedTuple):
    """Seconds since a process was forked."""

    running: float = 0.0  # of all its threads, also ended ones, as its own threads may keep each other waiting
    waiting: float = 0.0  # of its first thread: ready to run, but not running; without a wait that has not ended yet
    is_ready: bool = False  # its first thread runs, or waits for the processor, at this moment


def use_of(pid: int) -> Use:
    """What the kernel says about a process. All is zero if the kernel does not say, or if the process is gone.

    Sources: proc_pid_stat(5), utime and stime, in ticks; the kernel's Documentation/scheduler/sched-stats.rst,
    /proc/<pid>/schedstat, in nanoseconds.
    """
    try:
        state, *fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        _running, waiting, _turns = Path(f"/proc/{pid}/schedstat").read_text().split()
    except (OSError, ValueError):
        return Use()
    return Use(sum(map(int, fields[10:12])) / os.sysconf("SC_CLK_TCK"), int(waiting) / 1e9, state == "R")


def processor_time_of(pid: int) -> float:
    """Processor time of a process of any user, with all its threads, also ended ones, to the nanosecond [s].

    The number of its clock is what glibc's clock_getcpuclockid makes of a process id on Linux.

    Raises:
        OSError: if there is no such process, or no such clock.
    """
    return time.clock_gettime(~pid << 3 | 2)
