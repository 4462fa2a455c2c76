"""The resources of Gradescope's container.

By default it has half a processor and 768 MB. After its time-out, Gradescope throws all results away.
"""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from grader.assignment import Assignment, Course

DEFAULT_TIMEOUT = 600.0  # s; Gradescope's default. Its harness falls back to twice that, so we never stop too late
DEFAULT_MEMORY = 768  # MiB; the smallest container
# Measured: the grader, the process that workers are forked from, and two honest workers take 82 MiB together. The rest
# is for the answers that the grader compares, and for the worker that is made ready while another one still runs.
MEMORY_OF_THE_GRADER = 320
LEAST_MEMORY = 256  # MiB; NumPy alone maps 120
# cgroup v2, then v1
LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
WORKERS_FIRST = "800"  # of 1000; if the container runs out of memory, the kernel kills them before the grader


@dataclass(frozen=True)
class Times:
    """Seconds from the start: no check begins after `last_start`, and the grader itself stops at `end`."""

    last_start: float
    end: float


def times(environment: Mapping[str, str], assignments: tuple[Assignment, ...]) -> Times:
    """When to stop, so that Gradescope never has to: it would throw the results away.

    The check that begins last may take its limit twice, as it is run once more with the reference if the failure may be
    ours. After `last_start`, failures are not explained any more. A twentieth of the time-out, but at least 2 s, is
    left for Gradescope's own start, for our start, and for writing the last results.json.
    """
    timeout = _timeout(environment)
    margin = max(2.0, timeout / 20)
    last_check = 2 * max((a.seconds for a in assignments), default=0.0)
    return Times(max(timeout - margin - last_check, timeout / 4), max(timeout - margin / 2, timeout / 2))


def _timeout(environment: Mapping[str, str]) -> float:
    with contextlib.suppress(ValueError):
        seconds = float(environment.get("TIMEOUT_SECONDS", ""))
        if 1 <= seconds <= 86_400:
            return seconds
    return DEFAULT_TIMEOUT


def fitted(course: Course, limits: tuple[Path, ...] = LIMITS) -> Course:
    """The course, with each worker's memory limit reduced to what this container can give."""
    most = max(container_memory(limits) - MEMORY_OF_THE_GRADER, LEAST_MEMORY)
    return replace(course, assignments=tuple(replace(a, memory=min(a.memory, most)) for a in course.assignments))


def container_memory(limits: tuple[Path, ...] = LIMITS) -> int:
    """The memory of this container [MiB]. If no limit can be read, it is that of the smallest container."""
    for path in limits:
        with contextlib.suppress(OSError, ValueError):
            megabytes = int(path.read_text()) >> 20
            if 0 < megabytes < 1 << 22:  # v1 writes an enormous number for "no limit"
                return megabytes
    return DEFAULT_MEMORY


def offer_to_the_kernel(pid: int) -> None:
    """Tell the kernel to kill this process and those that it forks before any other when memory runs out."""
    with contextlib.suppress(OSError):
        Path(f"/proc/{pid}/oom_score_adj").write_text(WORKERS_FIRST)
