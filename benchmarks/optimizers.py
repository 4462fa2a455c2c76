"""How stable the race of assignment 11 is: is the ranking of its field the same in other draws of its tasks?

    .venv/bin/python benchmarks/optimizers.py 200

It prints mean, deviation and extremes of every score, also of the solution's optimizer with its default options, and in
what share of the draws the field has its usual ranking.
"""

import statistics
import sys
from collections import Counter
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

import reference
from grader.checks.framework import LocalFramework

FOLDER = Path(__file__).parents[1] / "assignments" / "11_make_it_yours"
DIGITS = FOLDER.parent / "06_training" / "data" / "digits.npz"


def main(count: int) -> None:
    """Measure and print."""
    tasks, race, field, optimizers = (part(name) for name in ("tasks", "race", "field", "optimizers"))
    digits = dict(np.load(DIGITS))
    scores: dict[str, list[float]] = {name: [] for name in (*field.FIELD, "the solution")}
    rankings: Counter[tuple[str, ...]] = Counter()
    for seed in range(count):
        drawn = tasks.drawn_tasks(digits, np.random.default_rng(seed))
        curves = race.of_the_field(drawn)
        own = race.curves(drawn, optimizers.stepping(LocalFramework(reference), drawn))
        found = {
            name: race.score(race.factors(curve, curves)) for name, curve in zip(scores, [*curves, own], strict=True)
        }
        for name, value in found.items():
            scores[name].append(value)
        rankings[tuple(sorted(field.FIELD, key=lambda name: -found[name]))] += 1
    report(scores, rankings, count)


def report(scores: dict[str, list[float]], rankings: Counter[tuple[str, ...]], count: int) -> None:
    """Print all of it."""
    for name, values in scores.items():
        spread = f"deviation {statistics.stdev(values):.3f}, from {min(values):.3f} to {max(values):.3f}"
        print(f"{name:12} mean {statistics.mean(values):.3f}, {spread}")
    for ranking, times in rankings.most_common(3):
        print(f"{times / count:6.1%} of {count} draws: {', '.join(ranking)}")


def part(name: str) -> Any:
    """A file of the assignment's folder, as a module of a package."""
    if "assignment_11" not in sys.modules:
        package = ModuleType("assignment_11")
        package.__path__ = [str(FOLDER)]
        sys.modules["assignment_11"] = package
    return import_module(f"assignment_11.{name}")


if __name__ == "__main__":
    main(int(sys.argv[1]))
