"""How time grows: with the number of checks, with the parameters of a layer, with the number of submissions."""

import math
import timeit
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import cohort
import numpy as np
from arithmetic import close_gradients, drawn, filled
from effort import Effort
from graders import Grader, Ours
from measure import run
from submissions import VECTORISED, Submission
from tables import Figure, Table

from grader.checks import check_gradients, check_own_gradients
from grader.checks.framework import LocalFramework
from grader.checks.twin import Workbench
from grader.grading import import_reference

ENOUGH = 3  # runs of the same thing; one that takes long is run once
EVERY = 1e4  # parameters, beyond which differences of every coordinate take minutes


def study(graders: Sequence[Grader], effort: Effort, folder: Path) -> list[Table]:
    """A table for each of the three; a slope is that of the last two sizes on logarithmic scales, so 1 is linear."""
    graders = [g for g in graders if g.name != "bare script"]
    return [
        with_checks(graders, effort, folder),
        with_parameters(effort),
        with_submissions([g for g in graders if not g.slow], effort),
    ]


def with_checks(graders: Sequence[Grader], effort: Effort, folder: Path) -> Table:
    rows = []
    for grader in graders:
        action = partial(seconds_of_checks, grader, folder)
        rows.append(
            line(
                grader.name, effort.checks, grown(action, effort.checks, effort.patience, 1 if grader.slow else ENOUGH)
            )
        )
    return Table(
        "growth, checks", "N cheap checks, one right submission, CPU s of one cold command.", heads(effort.checks), rows
    )


def seconds_of_checks(grader: Grader, folder: Path, number: int) -> float:
    many = type(grader)(folder / f"{grader.name}-{number}", grader.home, trivial(number))
    many.build()
    placed = many.place(Submission("vectorised", VECTORISED))
    made = run(many.command(placed), placed, many.environment)
    return made.processor if len(many.verdicts(placed) or ()) == number else math.nan


def trivial(number: int) -> dict[str, str]:
    return {f"trivial_{i:04}": f"checks.trivial(nn, {i})" for i in range(number)}


def with_parameters(effort: Effort) -> Table:
    ways = {
        "central differences of every coordinate": (every_coordinate, EVERY),
        "ours, against the reference": (against_reference, math.inf),
        "ours, random directions": (random_directions, math.inf),
    }
    rows = []
    for name, (way, end) in ways.items():
        sizes = [p for p in effort.parameters if p <= end]
        rows.append(line(name, effort.parameters, grown(partial(seconds_of, way), sizes, effort.patience)))
    caption = "Gradient check of Linear(n, n) with a batch of 8, by its number of parameters, wall s in one process."
    return Table("growth, parameters", caption, heads(effort.parameters), rows)


def seconds_of(way: Callable[[int], None], parameters: float) -> float:
    """Wall seconds of one look at a square layer."""
    return timeit.timeit(lambda: way(round(math.sqrt(parameters))), number=1)


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


def with_submissions(graders: Sequence[Grader], effort: Effort) -> Table:
    rows = []
    for name, (grade, _slow) in cohort.ways(graders).items():
        sizes = [n for n in effort.submissions if n <= effort.most_of_peers or name.startswith("grader")]
        action = partial(seconds_of_a_cohort, grade, effort.guard)
        rows.append(line(name, effort.submissions, grown(action, sizes, effort.patience)))
    caption = f"Vectorised submissions, {cohort.SLOTS} at a time, wall s."
    return Table("growth, submissions", caption, heads(effort.submissions), rows)


def seconds_of_a_cohort(grade: cohort.Grade, guard: float, number: int) -> float:
    return grade(cohort.cohort(VECTORISED, number), guard).wall


def grown(
    action: Callable[[float], float], sizes: Sequence[float], patience: float, enough: int = ENOUGH
) -> list[Figure]:
    """What each size took. The first run warms caches. Long runs are not repeated; too long ones are not tried."""
    if enough > 1:
        action(sizes[0])
    row: list[Figure] = []
    for size in sizes:
        if row and row[-1].median > patience:
            break
        runs = [action(size)]
        while len(runs) < enough and sum(runs) < patience / 4:
            runs.append(action(size))
        row.append(Figure.of(runs))
    return row


def heads(sizes: Sequence[float]) -> list[str]:
    return ["", *(f"{size:.0e}" if size >= 1e4 else f"{size:.0f}" for size in sizes), "slope"]


def line(name: str, sizes: Sequence[float], row: Sequence[Figure]) -> tuple[object, ...]:
    """A row of figures, and the slope between the last two of them on logarithmic scales."""
    slope: object = "-"
    if len(row) > 1:
        slope = round(
            math.log(row[-1].median / row[-2].median) / math.log(sizes[len(row) - 1] / sizes[len(row) - 2]), 2
        )
    return (name, *row, *["-"] * (len(sizes) - len(row)), slope)
