"""What confinement adds to starting a worker: sealed workers, and each layer by itself, against bare forks.

    .venv/bin/python benchmarks/spawn.py [rounds]

All kinds are measured in turn in one run, so that the comparison holds when the machine's speed drifts. Times are wall
milliseconds, medians.
"""

import statistics
import sys
import time

from grader.isolation.outside.sandbox import Sandbox
from grader.isolation.probing.probe import LAYERS, examine
from grader.isolation.walls.limits import Limits
from grader.isolation.walls.seal import BARE, Layers


def main(rounds: int) -> None:
    kinds = {
        "bare fork": BARE,
        **{f"only {layer.name}": layer.layers for layer in LAYERS[:-1]},
        "sealed": LAYERS[-1].layers,
    }
    with Sandbox().start() as sandbox:
        spawn(sandbox, BARE)  # wait until the fork server is ready
        times = {name: [] for name in kinds}
        for _ in range(rounds):
            for name, layers in kinds.items():
                times[name].append(spawn(sandbox, layers))
        probes = [seconds_of_a_probe(sandbox) for _ in range(max(rounds // 20, 3))]
    report(times, probes)


def spawn(sandbox: Sandbox, layers: Layers) -> tuple[float, float]:
    """Seconds to the first reply of a fresh worker, and until it is ended and reaped."""
    started = time.perf_counter()
    worker = sandbox.spawn(Limits(), layers)
    worker.request("calls", [], {})
    replied = time.perf_counter()
    worker.end()
    return replied - started, time.perf_counter() - started


def seconds_of_a_probe(sandbox: Sandbox) -> float:
    started = time.perf_counter()
    examine(sandbox)
    return time.perf_counter() - started


def report(times: dict[str, list[tuple[float, float]]], probes: list[float]) -> None:
    print(f"{'':28}{'first reply':>12}{'+ end':>9}   ms, medians of {len(times['bare fork'])}")
    medians = {name: [1e3 * statistics.median(column) for column in zip(*rows)] for name, rows in times.items()}
    for name, (reply, end) in medians.items():
        print(f"{name:28}{reply:12.2f}{end:9.2f}")
    bare, sealed = medians["bare fork"], medians["sealed"]
    print(f"{'a seal adds':28}{sealed[0] - bare[0]:12.2f}{sealed[1] - bare[1]:9.2f}   ratio {sealed[1] / bare[1]:.2f}")
    print(f"{'trying all layers':28}{1e3 * statistics.median(probes):12.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
