"""Inject every kind of fault and print the table: `python tests/faults/report.py`. Takes some minutes.

A fault is survived if the results were valid at every moment, never shrank, and nothing was left running. Exits with 1
if one was not.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from grader.grading import quiet_environment
from tests.faults import frames, interruptions, kills, surroundings

TIMES = {"killed": 40, "terminated": 10, "hung up on": 10, "interrupted": 10}


def tallies():
    yield kills.kill_workers(200)
    yield kills.kill_workers_of_the_preparation(20)
    yield kills.kill_fork_servers(20)
    yield from (interruptions.interrupt(how, times) for how, times in TIMES.items())
    yield from map(surroundings.inject, surroundings.KINDS)
    yield frames.fuzz(30_000)


def main() -> None:
    quiet_environment()
    print("| fault | injected | survived | results lost |\n|---|---:|---:|---:|")
    clean = True
    for tally in tallies():
        print(f"| {tally.kind} | {tally.injected:,} | {tally.survived:,} | {tally.lost:,} |", flush=True)
        clean &= tally.clean
    sys.exit(not clean)


if __name__ == "__main__":
    main()
