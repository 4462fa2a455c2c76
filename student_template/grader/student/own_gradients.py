"""Checks the gradients of one of the student's layers against finite differences of its own forward."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from grader.calls import seed
from grader.checks.framework import LocalFramework
from grader.checks.gradients import check_own_gradients
from grader.package import PACKAGE
from grader.student.making import make

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Inputs:
    """What forward is given: arrays of `shapes`, whose gradients are checked, and after them perhaps a target.

    shapes: of x, and of further inputs that have a gradient.
    pair: the shape of both arrays of a pair, which is one more input with a gradient, (h0, c0); None if there is none.
    between: the smallest and the largest number of all these.
    target: the shape of one more input, without a gradient; None if forward takes none.
    classes: the target, or x if there is no target, has whole numbers from 0 to this, exclusively.
    """

    shapes: Sequence[Shape]
    pair: Shape | None
    between: tuple[float, float]
    target: Shape | None
    classes: int | None

    def draw(self, rng: np.random.Generator) -> tuple[list[Any], int]:
        """The inputs, and how many of them have a gradient."""
        if self.classes is not None and self.target is None:
            return [rng.integers(self.classes, size=shape) for shape in self.shapes], 0
        inputs: list[Any] = [rng.uniform(*self.between, size=shape) for shape in self.shapes]
        if self.pair is not None:
            inputs.append((rng.uniform(*self.between, size=self.pair), rng.uniform(*self.between, size=self.pair)))
        if self.target is None:
            return inputs, len(inputs)
        target = rng.uniform(size=self.target) if self.classes is None else rng.integers(self.classes, size=self.target)
        return [*inputs, target], len(inputs)


def check_layer(root: Path, path: str, arguments: Sequence[str], inputs: Inputs) -> str:
    """Make a layer and check its gradients.

    Args:
        path, arguments: of its class and its constructor, as for `make`.

    Returns:
        A sentence that says what was checked.

    Raises:
        Refused: if the class, the arguments or the inputs do not fit, or if something is not written yet.
        Exception: whatever else is wrong, see `told`.
    """
    made = make(root, path, arguments)
    before = [] if made.generator is None else [seed(made.generator, 0)]  # so that each forward draws the same
    rng = np.random.default_rng(1)
    arrays, differentiable = inputs.draw(rng)
    names = _parameters(made.value)
    framework = LocalFramework(sys.modules[PACKAGE])
    check_own_gradients(
        framework, made.value, *arrays, parameters=names, differentiable=differentiable, rng=rng, before=before
    )
    of = ["x"] if differentiable == 1 else [f"x{i}" for i in range(differentiable)]
    return f"{made.name}: the gradients of {', '.join([*of, *names])} are those of its forward."


def _parameters(layer: Any) -> list[str]:
    """The names of the parameters, also while `named_parameters` is not written."""
    try:
        return [name for name, _ in layer.named_parameters()]
    except (NotImplementedError, AttributeError):
        return [name for name, value in vars(layer).items() if hasattr(value, "data") and hasattr(value, "grad")]
