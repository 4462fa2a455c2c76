"""Draws what one of the student's classes computes: an activation and its slope, a loss, or a schedule."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from grader.student import Refused
from grader.student.making import make, module_of
from grader.student.source import find

POINTS, ROWS = 61, 11  # of a curve in a terminal: columns and lines
FIRST_RATE = 1.0  # lr of the optimizer whose schedule is drawn


@dataclass(frozen=True)
class Curve:
    """Some y over x; `name` says what y is."""

    name: str
    x: np.ndarray
    y: np.ndarray


def curves(
    root: Path, path: str, arguments: Sequence[str], between: tuple[float, float], target: float | None, steps: int
) -> list[Curve]:
    """What is to be drawn of a class.

    Args:
        path, arguments: of the class and its constructor, as for `make`.
        between: the smallest and the largest x.
        target: what a loss compares each x with; None for an activation.
        steps: of a schedule.

    Raises:
        Refused: if there is no such class, or it computes no curve.
        Exception: whatever the student's code raises.
    """
    if find(root, path).file.startswith("optim/lr_scheduler"):
        return [_schedule(root, path, arguments, steps)]
    made, x = make(root, path, arguments), np.linspace(*between, POINTS)
    if target is not None:
        pairs = [_of_loss(made.value, np.array([value]), np.array([target])) for value in x]
        values, slopes = np.array(pairs).T
        return [Curve(f"{made.name}, for a target of {target:g}", x, values), Curve("its slope", x, slopes)]
    y = made.value.forward(x[:, None].copy())
    if np.shape(y) != (POINTS, 1):
        raise Refused(
            f"{made.name} gives shape {np.shape(y)} for x of shape ({POINTS}, 1), so there is no curve of it."
        )
    dx = made.value.backward(np.ones((POINTS, 1)))
    return [Curve(made.name, x, y[:, 0]), Curve("its slope, by your backward", x, np.asarray(dx)[:, 0])]


def _of_loss(loss: Any, x: np.ndarray, target: np.ndarray) -> tuple[float, float]:
    value = float(loss.forward(x, target))
    return value, float(loss.backward()[0])


def _schedule(root: Path, path: str, arguments: Sequence[str], steps: int) -> Curve:
    """lr before each step."""
    nn, optim = module_of(root, "nn/__init__.py"), module_of(root, "optim/__init__.py")
    optimizer = optim.SGD([nn.Parameter(np.zeros(1))], lr=FIRST_RATE)
    made = make(root, path, arguments, optimizer)
    rates = []
    for _ in range(steps):
        rates.append(float(optimizer.param_groups[0]["lr"]))
        optimizer.step()
        made.value.step()
    return Curve(f"{made.name}: lr over the steps, from an lr of {FIRST_RATE:g}", np.arange(steps), np.array(rates))


def drawn(curve: Curve) -> list[str]:
    """The curve as lines of text, of at most 79 characters."""
    finite = curve.y[np.isfinite(curve.y)]
    if not finite.size:
        return [f"{curve.name}: no number of it is finite"]
    low, high = float(finite.min()), float(finite.max())
    columns = np.unique(np.linspace(0, len(curve.x) - 1, POINTS).round().astype(int))
    span = (high - low) or 1.0
    rows = [""] * ROWS
    for y in curve.y[columns]:
        place = round((ROWS - 1) * (y - low) / span) if np.isfinite(y) else -1
        for row in range(ROWS):
            rows[row] += "*" if row == place else " "
    labels = {0: f"{low:.4g}", ROWS - 1: f"{high:.4g}"}
    lines = [f"{labels.get(row, ''):>10} |{rows[row].rstrip()}" for row in reversed(range(ROWS))]
    ends = f"{curve.x[0]:g}", f"{curve.x[-1]:g}"
    return [
        curve.name,
        "",
        *lines,
        f"{'':11}+{'-' * len(columns)}",
        f"{'':12}{ends[0]}{ends[1]:>{len(columns) - len(ends[0])}}",
    ]


def save_picture(file: Path, several: Sequence[Curve]) -> bool:
    """Save the curves with matplotlib. Returns whether it could be done, as matplotlib may not be installed."""
    with contextlib.suppress(ImportError):
        from matplotlib.figure import Figure

        figure = Figure(figsize=(7, 4), layout="constrained")
        axes = figure.subplots()
        for curve in several:
            axes.plot(curve.x, curve.y, label=curve.name)
        axes.legend()
        axes.grid(alpha=0.3)
        figure.savefig(file, dpi=120)
        return True
    return False
