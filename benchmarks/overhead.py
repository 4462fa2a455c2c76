"""What isolation costs: the reference graded as a submission, against the same checks run in one process without isolation.

    .venv/bin/python benchmarks/overhead.py [rounds]

Both sides are measured in turn in one run, so that the ratio holds when the machine's speed drifts. Times are wall seconds, medians over rounds.
"""

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from grader.assignment import Course
from grader.audit import run_in_process, submission_of
from grader.grading import grade, quiet_environment
from grader.isolation.limits import Limits
from grader.isolation.sandbox import Sandbox

ROOT = Path(__file__).resolve().parents[1]


def main(rounds: int) -> None:
    quiet_environment()
    course = Course.load(ROOT)
    submission = submission_of("reference", dict(course.reference))
    with Sandbox().start() as sandbox:
        spawn(sandbox)  # wait until the zygote is ready

        def isolated() -> None:
            grade(course, submission, course.assignments, sandbox, seed=1)

        def in_process() -> None:
            for assignment in course.assignments:
                run_in_process(assignment, seed=1)

        isolated(), in_process()  # warm caches on both sides
        pairs = [(seconds(isolated), seconds(in_process)) for _ in range(rounds)]
        spawns = [seconds(lambda: spawn(sandbox)) for _ in range(100)]
    report(pairs, spawns)


def spawn(sandbox: Sandbox) -> None:
    """Fork a worker and wait for its first reply."""
    worker = sandbox.spawn(Limits())
    worker.request("calls", [], {})
    worker.end()


def seconds(action: Callable[[], None]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def report(pairs: list[tuple[float, float]], spawns: list[float]) -> None:
    isolated, in_process = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    print("assignments 01 to 04 on the reference, hidden and public checks, one worker a check")
    print(f"  isolated            {isolated:7.2f} s")
    print(f"  in one process      {in_process:7.2f} s")
    print(f"  ratio, pair by pair {ratio:7.2f}     (goal: at most 3)")
    print(f"spawn, first reply, end of a worker: median {statistics.median(spawns) * 1e3:.1f} ms (goal: under 15 ms)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
