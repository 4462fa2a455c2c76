"""What hidden checks ask of an optimizer that nobody else has. Gradients are sent, parameters come back."""

import inspect
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from grader.calls import Call
from grader.checks import compare
from grader.compare import Mismatch, require_array
from reference import optim
from reference.nn import Parameter

from .race import Step
from .tasks import Arrays, Task

SHAPES = ((3, 4), (5,), (2, 1, 3), (4, 2))
# Two optimizers whose steps are proportional have a cosine of 1 but for rounding. Other ones are below 0.999.
PROPORTIONAL = 1 - 1e-9
COURSE: tuple[tuple[str, dict[str, Any]], ...] = (
    ("SGD", {}), ("SGD", {"momentum": 0.9}), ("SGD", {"momentum": 0.9, "nesterov": True}), ("Adagrad", {}),
    ("RMSprop", {}), ("Adam", {}), ("Adam", {"amsgrad": True}), ("AdamW", {}), ("Adamax", {}), ("NAdam", {}),
    ("Lion", {}),
)  # fmt: skip


class Training:
    """An optimizer of the student's and its parameters."""

    def __init__(self, student: Any, values: Arrays, groups: Sequence[dict[str, Any]] = (), **options: Any) -> None:
        self._student = student
        self.parameters = [student.nn.Parameter(value.copy()) for value in values]
        self.shapes = [value.shape for value in values]
        given: list[Any] = self.parameters
        if groups:
            given = [{"params": self.parameters[k :: len(groups)], **group} for k, group in enumerate(groups)]
        self.optimizer = student.custom.OwnOptimizer(given, **options)

    def after(self, gradients: Sequence[np.ndarray | None]) -> Arrays:
        """The parameters after a step with these gradients."""
        return stepped(self._student, [self], [gradients])[0]


def stepped(student: Any, trainings: Sequence[Training], gradients: Sequence[Sequence[Any]]) -> list[Arrays]:
    """The parameters of several trainings after a step of each, in one round trip."""
    every = [p for training in trainings for p in training.parameters]
    given = tuple(None if g is None else g.copy() for of_one in gradients for g in of_one)
    steps = [Call("call", training.optimizer, "step") for training in trainings]
    calls = [Call("set each", every, "grad", (given,)), *steps, Call("get each", every, "data")]
    found = iter(student.run(calls)[-1])
    return [[_like(next(found), shape) for shape in training.shapes] for training in trainings]


def _like(found: Any, shape: tuple[int, ...]) -> np.ndarray:
    require_array(found, "p.data after a step")
    compare(np.zeros(found.shape), np.zeros(shape), "p.data after a step")
    return found.copy()


def stepping(student: Any, tasks: Sequence[Task]) -> Step:
    """A step of all tasks by the student's optimizer, one for each task, with no options."""
    trainings = [Training(student, task.start) for task in tasks]
    return lambda gradients: stepped(student, trainings, gradients)


def drawn(rng: np.random.Generator, steps: int, shapes: Sequence[tuple[int, ...]] = SHAPES) -> Iterator[Arrays]:
    """Gradients of so many steps, for parameters of these shapes."""
    scales = [10.0 ** rng.uniform(-2, 0, shape) for shape in shapes]
    for _ in range(steps):
        yield [np.asarray(scale * rng.normal(size=scale.shape)) for scale in scales]


def initial(rng: np.random.Generator, shapes: Sequence[tuple[int, ...]] = SHAPES) -> Arrays:
    """Values of parameters."""
    return [np.asarray(rng.normal(size=shape)) for shape in shapes]


def require_own(student: Any, rng: np.random.Generator) -> None:
    """Raise `Mismatch` unless the optimizer goes against a gradient, always alike, and unlike those of the course."""
    require_against(student, rng)
    values, gradients = initial(rng), list(drawn(rng, 8))
    training = Training(student, values)
    group = student.run([Call("get", training.optimizer, "param_groups.0")])[0]
    places = [training.after(each) for each in gradients]
    again = Training(student, values)
    for step, (each, expected) in enumerate(zip(gradients, places, strict=True), start=1):
        for found, value in zip(again.after(each), expected, strict=True):
            compare(found, value, f"p.data after step {step} of a second optimizer with the same gradients")
    own = _moves(values, places)
    for called, known in of_the_course(group, values, gradients):
        if _cosine(own, _moves(values, known)) >= PROPORTIONAL:
            raise Mismatch(
                "The optimizer is one of the course.", f"OwnOptimizer takes the steps of {called}, or a multiple"
            )


def of_the_course(
    group: dict[str, Any], values: Arrays, gradients: Sequence[Arrays]
) -> Iterator[tuple[str, list[Arrays]]]:
    """What each optimizer of the course is called, and the parameters after each of its steps.

    Each is asked twice: with its own options, and with those of this group that it has.
    """
    for name, options in COURSE:
        rule = getattr(optim, name)
        known = inspect.signature(rule).parameters
        called = f"{name}({', '.join(['params', *(f'{key}={value!r}' for key, value in options.items())])})"
        for chosen in (options, {k: v for k, v in group.items() if k in known and k != "params"} | options):
            yield called, list(_course(rule, chosen, values, gradients))


def require_against(student: Any, rng: np.random.Generator) -> None:
    """Raise `Mismatch` unless ten steps with the same gradient move each parameter against it."""
    gradients = [np.asarray(rng.uniform(0.1, 1.0, shape) * rng.choice([-1.0, 1.0], shape)) for shape in SHAPES]
    values = [-np.sign(g) * np.asarray(rng.uniform(0.5, 1.0, g.shape)) for g in gradients]
    training = Training(student, values)
    for _ in range(10):
        places = training.after(gradients)
    for start, end, gradient in zip(values, places, gradients, strict=True):
        moved = end - start
        if not (np.isfinite(moved).all() and np.sum(moved * gradient) < 0):
            raise Mismatch(
                "The parameters do not move against their gradients.",
                f"after ten steps with the same gradient, a parameter of shape {start.shape} has not moved against it",
            )


def _moves(start: Arrays, places: Sequence[Arrays]) -> np.ndarray:
    """What every step changes, in a row."""
    rows = [np.concatenate([value.ravel() for value in each]) for each in (start, *places)]
    return np.diff(rows, axis=0).ravel()


def _course(rule: Any, options: dict[str, Any], values: Arrays, gradients: Sequence[Arrays]) -> Iterator[Arrays]:
    """The parameters after each step of an optimizer of the course; none if these options cannot be."""
    parameters = [Parameter(value.copy()) for value in values]
    try:
        optimizer = rule(parameters, **({"lr": 0.01} | options))
    except (ValueError, TypeError):
        return
    for each in gradients:
        for p, gradient in zip(parameters, each, strict=True):
            p.grad = gradient
        optimizer.step()
        yield [p.data.copy() for p in parameters]


def _cosine(one: np.ndarray, other: np.ndarray) -> float:
    if one.shape != other.shape:
        return 0.0
    return float(one @ other / max(np.linalg.norm(one) * np.linalg.norm(other), 1e-300))
