"""What a cluster costs: grading on one worker of Dask beside one process, and what the scheduler and the client add.

    .venv/bin/pip install -e '.[cluster]'
    .venv/bin/python benchmarks/cluster.py                  # 30 submissions to assignment 01, 1000 empty tasks
    .venv/bin/python benchmarks/cluster.py 60 -a 02 --tasks 5000

Both commands have the same submissions. A time per submission is that of all without that of two, so that starting and
collecting do not count. The scheduler's own part is measured with tasks that carry a submission and do nothing.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, sleep

import psutil
from distributed import Client

from grader.commands.cohort.share import Task, packed
from grader.submission import read_submission

ROOT = Path(__file__).resolve().parents[1]
DASK = Path(sys.executable).with_name("dask")
FEW = 2
MILLION = 1_000_000
AT_ONCE = 16  # tasks on their way


@dataclass(frozen=True)
class Cost:
    """Of one submission [s]: by the clock, and of the client's processor."""

    wall: float
    client: float


def submissions(folder: Path, count: int) -> Path:
    """So many right answers, each of which differs from the others by a comment."""
    for number in range(count):
        package = folder / f"s{number:04}" / "framework"
        shutil.copytree(ROOT / "reference", package, ignore=shutil.ignore_patterns("__pycache__"))
        with (package / "__init__.py").open("a") as file:
            file.write(f"# {number}\n")
    return folder


def graded(folder: Path, assignment: str, *options: str) -> Cost:
    """What a run over a folder takes."""
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-m", "grader", "cohort", "run", str(folder), "-a", assignment, "-o", out]
        began = perf_counter()
        process = subprocess.Popen([*command, "--jobs", "1", *options], stdout=subprocess.DEVNULL)
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"grading ended with {process.returncode}")
        return Cost(perf_counter() - began, usage.ru_utime + usage.ru_stime)


def each(many: Path, few: Path, count: int, assignment: str, *options: str) -> Cost:
    """The cost of one submission more."""
    least, most = graded(few, assignment, *options), graded(many, assignment, *options)
    return Cost((most.wall - least.wall) / (count - FEW), (most.client - least.client) / (count - FEW))


@contextmanager
def cluster() -> Iterator[tuple[str, psutil.Process]]:
    """The address of a scheduler with one worker of one thread, and the scheduler's process."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "scheduler.json")
        local = {"cwd": ROOT, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        common = ["--scheduler-file", str(file), "--host", "127.0.0.1", "--no-dashboard"]
        scheduler = subprocess.Popen([DASK, "scheduler", "--port", "0", *common], **local)
        worker = subprocess.Popen([DASK, "worker", *common, "--nthreads", "1", "--local-directory", folder], **local)
        try:
            while not (file.exists() and file.read_text().endswith("}")):
                sleep(0.1)
            with Client(scheduler_file=str(file), set_as_default=False) as client:
                client.wait_for_workers(1, timeout=60)
                address = client.scheduler.address
            yield address, psutil.Process(scheduler.pid)
        finally:
            worker.terminate()
            scheduler.terminate()
            worker.wait()
            scheduler.wait()


def scheduling(address: str, scheduler: psutil.Process, task: Task, count: int) -> tuple[float, float]:
    """Of a task that does nothing: time by the clock [s], and of the scheduler's processor [s]."""
    with Client(address, set_as_default=False) as client:
        client.submit(len, task.content, pure=False).result()
        before, began = sum(scheduler.cpu_times()[:2]), perf_counter()
        sent: deque = deque()
        for _ in range(count):
            sent.append(client.submit(len, task.content, pure=False))
            if len(sent) > AT_ONCE:
                sent.popleft().result()
        while sent:
            sent.popleft().result()
        return (perf_counter() - began) / count, (sum(scheduler.cpu_times()[:2]) - before) / count


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("count", type=int, nargs="?", default=30)
    parser.add_argument("-a", dest="assignment", default="01")
    parser.add_argument("--tasks", type=int, default=1000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, cluster() as (address, scheduler):
        many, few = submissions(Path(folder, "many"), asked.count), submissions(Path(folder, "few"), FEW)
        found = read_submission(many / "s0000")
        task = Task("s0000", "", content=packed(found.files, found.notices))
        size = sum(map(len, task.content["files"].values()))
        here = each(many, few, asked.count, asked.assignment)
        before = sum(scheduler.cpu_times()[:2])
        there = each(many, few, asked.count, asked.assignment, "--cluster", address)
        per_grading = (sum(scheduler.cpu_times()[:2]) - before) / (asked.count + FEW)
        wall, processor = scheduling(address, scheduler, task, asked.tasks)
    print(f"{asked.count} submissions of {size / 1e3:.0f} kB each, assignment {asked.assignment}")
    print(
        f"one process:             {here.wall * 1e3:8.1f} ms each, of the command's processor {here.client * 1e3:.1f}"
    )
    print(
        f"one worker of a cluster: {there.wall * 1e3:8.1f} ms each, of the client's processor {there.client * 1e3:.1f}"
    )
    print(f"ratio cluster / local:   {there.wall / here.wall:8.2f}")
    print(f"an empty task:           {wall * 1e3:8.1f} ms, of the scheduler's processor {processor * 1e3:.2f}")
    print(f"the scheduler's processor for each grading, with its heartbeats: {per_grading * 1e3:.2f} ms")
    for name, cost in (("client", there.client), ("scheduler", processor)):
        print(f"{MILLION:,} submissions: the {name} alone takes {cost * MILLION / 3600:.1f} h")
    print(f"workers that keep the client busy: {there.wall / there.client:.0f}")


if __name__ == "__main__":
    main()
