"""How time grows: with the number of checks, with the parameters of a layer, with the number of submissions."""

import math
import timeit
from collections.abc import Callable, Sequence
from pathlib import Path

import cohort
import numpy as np
from arithmetic import close_gradients, drawn, filled
from graders import Bare, Grader, Ours
from measure import run
from submissions import VECTORISED, Submission
from tables import table

from grader.checks import check_gradients, check_own_gradients
from grader.checks.framework import LocalFramework
from grader.checks.twin import Workbench
from grader.grading import import_reference

CHECKS = (10, 30, 100, 300, 1000)
PARAMETERS = (1e2, 1e3, 1e4, 1e5, 1e6, 1e7)
SUBMISSIONS = (1, 4, 12, 36)
PATIENCE = 30  # seconds; a grader that needed longer for one size is not asked for the next


def study(graders: Sequence[Grader], folder: Path) -> str:
    peers = [g for g in graders if not isinstance(g, Bare)]
    return "\n".join((
        "Cheap checks, CPU s of one cold command:\n", with_checks(peers, folder),
        "Gradient check of Linear(n, n), a batch of 8, by its parameters, wall s in one process:\n", with_parameters(),
        "Vectorised submissions, two at a time, wall s:\n", with_submissions(peers),
    ))  # fmt: skip


def with_checks(graders: Sequence[Grader], folder: Path) -> str:
    rows = []
    for grader in graders:
        row: list[float] = []
        for number in CHECKS:
            if row and row[-1] > PATIENCE / 3:
                break
            many = type(grader)(folder / f"{grader.name}-{number}", grader.home, trivial(number))
            many.build()
            placed = many.place(Submission("vectorised", VECTORISED))
            made = run(many.command(placed), placed, many.environment)
            row.append(made.processor if len(many.verdicts(placed) or ()) == number else math.nan)
        rows.append(line(grader.name, CHECKS, row))
    return table(("", *map(str, CHECKS), "slope"), rows)


def trivial(number: int) -> dict[str, str]:
    return {f"trivial_{i:04}": f"checks.trivial(nn, {i})" for i in range(number)}


def with_parameters() -> str:
    ways = {
        "central differences of every coordinate": (every_coordinate, 1e4),  # minutes from there on
        "ours, against the reference": (against_reference, math.inf),
        "ours, random directions": (random_directions, math.inf),
    }
    rows = [line(name, PARAMETERS, [timed(way, p) for p in PARAMETERS if p <= end]) for name, (way, end) in ways.items()]
    return table(("", *(f"{p:.0e}" for p in PARAMETERS), "slope"), rows)


def timed(action: Callable[[int], None], parameters: float) -> float:
    """Wall seconds of an action on a square layer, the best of three."""
    return min(timeit.repeat(lambda: action(round(math.sqrt(parameters))), number=1, repeat=3))


def every_coordinate(n: int) -> None:
    close_gradients(filled(import_reference(Ours.course).nn.Linear(n, n)), drawn(8, n))


def against_reference(n: int) -> None:
    reference, rng = import_reference(Ours.course), np.random.default_rng(0)
    twin = Workbench(LocalFramework(reference), reference, rng)
    check_gradients(twin("nn.Linear", n, n), rng.normal(size=(8, n)), rng=rng)


def random_directions(n: int) -> None:
    student = LocalFramework(import_reference(Ours.course))
    layer = student.nn.Linear(n, n)
    layer.weight.data = drawn(n, n)
    check_own_gradients(student, layer, drawn(8, n), parameters=("weight", "bias"), rng=np.random.default_rng(0))


def with_submissions(graders: Sequence[Grader]) -> str:
    every = cohort.cohort(VECTORISED)
    rows = []
    for grader in graders:
        way = cohort.warm if isinstance(grader, Ours) else cohort.one_by_one
        row: list[float] = []
        for number in SUBMISSIONS:
            if row and row[-1] > PATIENCE / 2:
                break
            row.append(way(grader, every[:number]).wall)
        rows.append(line(grader.name, SUBMISSIONS, row))
    return table(("", *map(str, SUBMISSIONS), "slope"), rows)


def line(name: str, sizes: Sequence[float], row: Sequence[float]) -> tuple[object, ...]:
    """A row of figures, and the slope between the last two of them on logarithmic scales: 1 is linear."""
    slope = math.log(row[-1] / row[-2]) / math.log(sizes[len(row) - 1] / sizes[len(row) - 2]) if len(row) > 1 else math.nan
    return (name, *row, *["-"] * (len(sizes) - len(row)), round(slope, 2))
