"""Whether an optimizer is one of its own for a whole race, and for all that is large there.

Who is asked for eight steps only may be another one later, and who is asked for small parameters may be another one for
large ones.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from grader.calls import Call
from grader.compare import Mismatch

from .optimizers import PROPORTIONAL, Training, drawn, initial, of_the_course
from .tasks import STEPS, Arrays

SHAPES = ((12,), (2,), (10, 64), (10,), (14, 64), (14,))  # those of the tasks
WINDOW = 10  # steps that are compared at once: a factor that changes with each step makes another optimizer
MOST = 0.5  # a start of one's own, or vectors that are left to Adam, are part of good optimizers


def require_own_throughout(student: Any, rng: np.random.Generator) -> None:
    """Raise `Mismatch` if more than half of what the optimizer does is what some of the course's do."""
    values, gradients = initial(rng, SHAPES), list(drawn(rng, STEPS, SHAPES))
    training = Training(student, values)
    group = student.run([Call("get", training.optimizer, "param_groups.0")])[0]
    own = _windows(values, _places(student, training, gradients))
    share = np.zeros((len(SHAPES), STEPS // WINDOW), bool)
    names = []
    for called, places in of_the_course(group, values, gradients):
        same = _same(own, _windows(values, places)) if places else np.zeros_like(share)
        names += [called] if (same & ~share).any() else []
        share |= same
    sizes = np.array([value.size for value in values])
    if sizes @ share.mean(axis=1) > MOST * sizes.sum():
        raise Mismatch(
            "The optimizer is one of the course, most of the time.",
            f"in most steps, and for most numbers, OwnOptimizer takes those of {' or of '.join(names)}, or a multiple",
        )


def _places(student: Any, training: Training, gradients: Sequence[Arrays]) -> list[Arrays]:
    """The parameters after each step, in one round trip."""
    calls = []
    for each in gradients:
        calls += [
            Call("set each", training.parameters, "grad", (tuple(each),)),
            Call("call", training.optimizer, "step"),
            Call("get each", training.parameters, "data"),
        ]
    return [[np.array(value) for value in found] for found in student.run(calls)[2::3]]


def _windows(start: Arrays, places: Sequence[Arrays]) -> list[np.ndarray]:
    """Of each parameter what changes in each window: an array of shape (windows, numbers)."""
    columns = zip(start, *places, strict=True)
    return [np.diff(np.stack(column), axis=0).reshape(STEPS // WINDOW, -1) for column in columns]


@np.errstate(all="ignore")  # who diverges is like nobody
def _same(own: list[np.ndarray], known: list[np.ndarray]) -> np.ndarray:
    """For each parameter and window, whether the steps of both are proportional."""
    return np.array(
        [
            np.sum(a * b, axis=1) >= PROPORTIONAL * np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1)
            for a, b in zip(own, known, strict=True)
        ]
    ) & np.array([[np.any(row != 0) for row in a] for a in own])
