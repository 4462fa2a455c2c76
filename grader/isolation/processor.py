"""How long a process had the processor, and how long it waited for it: a busy machine is no fault of a student's."""

from pathlib import Path
from typing import NamedTuple


class Use(NamedTuple):
    """Seconds of a process's first thread since it was forked."""

    running: float = 0.0
    waiting: float = 0.0  # ready to run, while others did


def use_of(pid: int) -> Use:
    """What the kernel says of it; nothing, where it does not, and of a process that is gone.

    Source: the kernel's Documentation/scheduler/sched-stats.rst, "/proc/<pid>/schedstat", in nanoseconds.
    """
    try:
        running, waiting, _turns = Path(f"/proc/{pid}/schedstat").read_text().split()
    except (OSError, ValueError):
        return Use()
    return Use(int(running) / 1e9, int(waiting) / 1e9)
