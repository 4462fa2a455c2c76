"""Runs one command and accounts for it and all its descendants: wall and processor seconds, peak memory."""

import os
import select
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

SAMPLE = 0.02  # seconds between looks at the memory
PAGE = os.sysconf("SC_PAGE_SIZE")
MIB = 2**20


@dataclass(frozen=True)
class Run:
    """What a command took, in seconds and MiB; the MiB are 0 if they were not asked for.

    `resident` counts a page that processes share in each of them, `proportional` counts it once.
    """

    wall: float
    processor: float
    resident: float
    proportional: float
    status: int
    ended: bool  # by itself


def run(
    command: Sequence[str | Path],
    folder: Path,
    environment: dict[str, str],
    *,
    seconds: float = 600,
    memory: float | None = None,
    sample: bool = False,
) -> Run:
    """Run a command in a folder, without output.

    Args:
        seconds: then everything is killed.
        memory: MiB of the whole tree; beyond it the largest process is killed, as a container's kernel would do.
        sample: look at the memory, which takes some processor time.
    """
    started = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, env=environment, start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    watched = os.pidfd_open(process.pid)
    resident = proportional = 0.0
    ended = True
    while not select.select([watched], [], [], SAMPLE if sample or memory else seconds)[0]:
        if time.perf_counter() - started > seconds:
            ended = False
            end(process.pid)
        elif sample or memory:
            sizes = {pid: resident_of(pid) for pid in tree(process.pid)}
            resident = max(resident, sum(sizes.values()))
            if sample:
                proportional = max(proportional, sum(map(proportional_of, sizes)))
            if memory and sum(sizes.values()) > memory:
                kill(max(sizes, key=sizes.__getitem__))
    os.close(watched)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    end(process.pid)  # what it left behind
    return Run(wall, used.ru_utime + used.ru_stime, resident, proportional, process.returncode, ended)


def tree(root: int) -> Iterator[int]:
    """A process and its descendants."""
    children: dict[int, list[int]] = {}
    for entry in filter(str.isdigit, os.listdir("/proc")):
        with suppress(OSError):
            fields = Path(f"/proc/{entry}/stat").read_text().rpartition(")")[2].split()
            children.setdefault(int(fields[1]), []).append(int(entry))
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        yield pid
        waiting += children.get(pid, [])


def resident_of(pid: int) -> float:
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE / MIB
    return 0.0


def proportional_of(pid: int) -> float:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


def end(pid: int) -> None:
    """Kill a process with its session's group and all descendants."""
    for descendant in list(tree(pid))[1:]:
        kill(descendant)
    with suppress(OSError):
        os.killpg(pid, signal.SIGKILL)


def kill(pid: int) -> None:
    with suppress(OSError):
        os.kill(pid, signal.SIGKILL)
