"""What isolation costs: the reference graded as a submission, against the same checks in one process without isolation.

    .venv/bin/python benchmarks/overhead.py [rounds]

All sides are measured in turn in one run, so that the ratios hold when the machine's speed drifts. Figures are wall and
processor seconds, as medians over rounds. Processor seconds are those of the grader, of the process that forks workers,
and of all workers.
"""

import os
import resource
import socket
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from grader.assignment import Course
from grader.audit import run_in_process, submission_of
from grader.calls import Call
from grader.grading import grade, quiet_environment
from grader.isolation.outside.remote import RemoteFramework
from grader.isolation.outside.sandbox import Sandbox
from grader.isolation.walls.limits import Limits
from grader.isolation.walls.seal import BARE
from grader.isolation.wire.frames import receive_exactly

ROOT = Path(__file__).resolve().parents[1]


class Cost(NamedTuple):
    wall: float
    processor: float


def main(rounds: int) -> None:
    costs, checks = measured(ROOT, rounds)
    with Sandbox().start() as sealed:
        spawn(sealed)
        spawns = [cost(lambda: spawn(sealed)).wall for _ in range(100)]
        calls = [round_trips(sealed) for _ in range(rounds)]
    report(costs, checks)
    print(f"spawn, first reply, end of a worker: median {1e3 * statistics.median(spawns):.1f} ms (goal: under 15 ms)")
    remote, plain = (1e6 * statistics.median(column) for column in zip(*calls, strict=True))
    print(
        f"call with a small array: {remote:.0f} us; a socket alone: {plain:.0f} us, ratio {remote / plain:.1f}"
        " (goal: at most 1.3)"
    )


def measured(root: Path, rounds: int) -> tuple[list[dict[str, Cost]], int]:
    """What grading the reference costs "sealed", "bare" and "in_process" in each round, and the number of checks."""
    quiet_environment()
    course = Course.load(root)
    submission = submission_of("reference", dict(course.reference))
    checks = []
    with Sandbox().start() as sealed, Sandbox(BARE).start() as bare:

        def graded(sandbox: Sandbox) -> None:
            report = grade(course, submission, course.assignments, sandbox, seed=1, allow_unconfined=sandbox is bare)
            checks[:] = [result for a in report.assignments for result in a.results]

        def in_process() -> None:
            for assignment in course.assignments:
                run_in_process(assignment, seed=1)

        kinds = {"sealed": lambda: graded(sealed), "bare": lambda: graded(bare), "in_process": in_process}
        for action in kinds.values():
            action()  # warm all caches
        costs = [{kind: cost(action, sealed, bare) for kind, action in kinds.items()} for _ in range(rounds)]
    return costs, len(checks)


def cost(action: Callable[[], None], *sandboxes: Sandbox) -> Cost:
    """What an action takes, with what it has the sandboxes do."""
    wall, processor = time.perf_counter(), sum(map(seconds_of, sandboxes)) + own_seconds()
    action()
    wall = time.perf_counter() - wall
    return Cost(wall, sum(map(seconds_of, sandboxes)) + own_seconds() - processor)


def own_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def seconds_of(sandbox: Sandbox) -> float:
    """Processor seconds of the process that forks workers and of those that have ended; all have, once this one has."""
    spawn(sandbox)
    fields = Path(f"/proc/{sandbox.process.pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def spawn(sandbox: Sandbox) -> None:
    """Fork a worker and wait for its first reply."""
    worker = sandbox.spawn(Limits())
    worker.request("calls", [], {})
    worker.end()


def round_trips(sandbox: Sandbox, number: int = 1000) -> tuple[float, float]:
    """Seconds of a call that gives and takes 24 numbers, and of as many bytes over a socket to a process and back."""
    worker = sandbox.spawn(Limits())
    worker.limit(60)
    framework, values = RemoteFramework(worker), np.ones((4, 6))
    held = framework.array(values)
    framework.run([Call("set item", held, "", (..., values)), Call("get", held)])
    started = time.perf_counter()
    for _ in range(number):
        framework.run([Call("set item", held, "", (..., values)), Call("get", held)])
    remote = (time.perf_counter() - started) / number
    worker.end()
    return remote, echoes(values.tobytes(), number) / number


def echoes(data: bytes, number: int) -> float:
    ours, theirs = socket.socketpair()
    if os.fork() == 0:
        ours.close()
        while got := theirs.recv(1 << 16):
            theirs.sendall(got)
        os._exit(0)
    theirs.close()
    started = time.perf_counter()
    for _ in range(number):
        ours.sendall(data)
        receive_exactly(ours, len(data), None)
    taken = time.perf_counter() - started
    ours.close()
    os.wait()
    return taken


def report(costs: list[dict[str, Cost]], checks: int) -> None:
    print(f"all assignments on the reference: {checks} hidden and public checks, one worker a check; wall, processor s")
    for kind, name in (("sealed", "isolated"), ("bare", "not sealed"), ("in_process", "in one process")):
        wall, processor = map(statistics.median, zip(*(c[kind] for c in costs), strict=True))
        print(f"  {name:18}{wall:8.2f}{processor:8.2f}")
    ratio = statistics.median(c["sealed"].wall / c["in_process"].wall for c in costs)
    print(f"  isolated : in one process {ratio:6.2f} (goal: at most 3)")
    seal = statistics.median(c["sealed"].wall / c["bare"].wall for c in costs)
    print(f"  isolated : not sealed     {seal:6.2f} (goal: at most 1.3)")
    added = statistics.median(c["sealed"].processor - 1.1 * c["in_process"].processor for c in costs) / checks
    print(f"  processor time a check, beyond 1.1 x that in one process: {1e3 * added:.1f} ms (goal: at most 8)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
