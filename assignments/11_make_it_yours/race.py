"""The race: how many steps each optimizer needs to a target, and the score that follows from that.

The score is that of AlgoPerf (Dahl et al., Benchmarking Neural Network Training Algorithms, 2023, section 4.6): the
area under the performance profile (Dolan and Moré, 2002) up to a factor of 4. An optimizer is compared with a fixed
field and with nobody else.
"""

from collections.abc import Callable, Sequence

import numpy as np

from reference.nn import Parameter

from .field import FIELD
from .tasks import STEPS, Arrays, Task

LARGEST_FACTOR = 4.0
Curve = np.ndarray  # the loss before each step, and after the last one
Step = Callable[[Sequence[Arrays]], Sequence[Arrays]]  # the gradients of all tasks -> the parameters of all tasks


@np.errstate(all="ignore")  # who diverges has losses of infinity and NaN, which reach no target
def curves(tasks: Sequence[Task], step: Step) -> list[Curve]:
    """Minimise all tasks at once. Losses and gradients are computed here, from the parameters that come back."""
    found = np.empty((len(tasks), STEPS + 1))
    places: Sequence[Arrays] = [task.start for task in tasks]
    for k in range(STEPS + 1):
        asked = [task.objective(parameters, k) for task, parameters in zip(tasks, places, strict=True)]
        found[:, k] = [loss for loss, _ in asked]
        if k < STEPS:
            places = step([_finite(gradients) for _, gradients in asked])
    return list(found)


def _finite(gradients: Arrays) -> Arrays:
    """The gradients, or zeros once they have overflowed: that task is lost, and should disturb no other one."""
    if all(np.isfinite(gradient).all() for gradient in gradients):
        return gradients
    return [np.zeros_like(gradient) for gradient in gradients]


def of_the_field(tasks: Sequence[Task]) -> list[list[Curve]]:
    """The curves of each member of the field."""
    return [curves(tasks, _stepping(tasks, make)) for make in FIELD.values()]


def _stepping(tasks: Sequence[Task], make: Callable[[list[Parameter]], object]) -> Step:
    parameters = [[Parameter(array.copy()) for array in task.start] for task in tasks]
    optimizers = [make(each) for each in parameters]

    def step(gradients: Sequence[Arrays]) -> Sequence[Arrays]:
        for each, optimizer, given in zip(parameters, optimizers, gradients, strict=True):
            for p, gradient in zip(each, given, strict=True):
                p.grad = gradient
            optimizer.step()
        return [[p.data for p in each] for each in parameters]

    return step


def targets(field: Sequence[Sequence[Curve]]) -> list[float]:
    """For each task the lowest loss that all of the field but the last one reach."""
    return [sorted(float(np.nanmin(curve)) for curve in of_task)[-2] for of_task in zip(*field, strict=True)]


def steps_to(curve: Curve, target: float) -> float:
    """The number of steps to the first loss that is at most the target, at least 1; infinity if there is none."""
    reached = np.flatnonzero(curve <= target)
    return max(float(reached[0]), 1.0) if reached.size else np.inf


def factors(own: Sequence[Curve], field: Sequence[Sequence[Curve]]) -> list[float]:
    """For each task, how many times the steps of the best one are needed: of the best of the field, and this one."""
    goals = targets(field)
    mine = [steps_to(curve, goal) for curve, goal in zip(own, goals, strict=True)]
    best = [
        min(steps_to(curve, goal) for curve in of_task)
        for of_task, goal in zip(zip(*field, strict=True), goals, strict=True)
    ]
    both = zip(mine, best, strict=True)
    return [steps / min(steps, fewest) if np.isfinite(steps) else np.inf for steps, fewest in both]


def score(found: Sequence[float]) -> float:
    """1 / (r - 1) times the integral from 1 to r = 4 of the share of tasks whose factor is at most t [1]."""
    return sum(max(LARGEST_FACTOR - factor, 0.0) for factor in found) / (LARGEST_FACTOR - 1) / len(found)
