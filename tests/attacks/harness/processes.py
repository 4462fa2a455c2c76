"""Other processes, seen through /proc: who descends from whom, and is somebody still as well as before?"""

import contextlib
import os
from pathlib import Path


def descendants(pid: int) -> set[int]:
    """All living processes below `pid`."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError, ValueError):
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            if state not in "ZX":
                parents[int(folder.name)] = int(parent)
    found: set[int] = set()
    while new := {child for child, parent in parents.items() if parent in found | {pid}} - found:
        found |= new
    return found


def health(pid: int) -> tuple | None:
    """What others could have changed about a process; None if it is gone, stopped or traced."""
    with contextlib.suppress(OSError):
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        if state in "ZXTt":
            return None
        limits = Path(f"/proc/{pid}/limits").read_text()
        return (
            os.getpriority(os.PRIO_PROCESS, pid),
            tuple(os.sched_getaffinity(pid)),
            os.sched_getscheduler(pid),
            limits,
        )
    return None
