"""Checks the gradients of one of the student's layers against finite differences of its own forward."""

import ast
import inspect
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from grader.calls import seed
from grader.checks.framework import LocalFramework
from grader.checks.gradients import check_own_gradients
from grader.checks.imports import Gate, Package
from grader.compare import Mismatch
from grader.gradcheck import GradientError, RoughForward
from grader.package import PACKAGE
from grader.student import Refused
from grader.student.printing import wrapped
from grader.student.source import dotted, find

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
        path: of its class, "nn.Linear" or "Linear".
        arguments: of its constructor, as they are written in Python: "5", "bias=False".

    Returns:
        A sentence that says what was checked.

    Raises:
        Refused: if the class, the arguments or the inputs do not fit, or if something is not written yet.
        Exception: whatever else is wrong, see `told`.
    """
    found = find(root, path)
    if not isinstance(found.node, ast.ClassDef):
        raise Refused(f"{found.path} is no class. gradcheck needs one with forward and backward.")
    make = getattr(_module_of(root, found.file), found.node.name)
    positional, options = _arguments(arguments)
    generator, before = np.random.default_rng(0), []
    if "rng" in inspect.signature(make).parameters and "rng" not in options:
        options["rng"] = generator
        before = [seed(generator, 0)]  # so that each forward draws the same
    layer = make(*positional, **options)
    rng = np.random.default_rng(1)
    arrays, differentiable = inputs.draw(rng)
    names = _parameters(layer)
    framework = LocalFramework(sys.modules[PACKAGE])
    check_own_gradients(
        framework, layer, *arrays, parameters=names, differentiable=differentiable, rng=rng, before=before
    )
    of = ["x"] if differentiable == 1 else [f"x{i}" for i in range(differentiable)]
    made = f"{found.node.name}({', '.join(arguments)})"
    return f"{made}: the gradients of {', '.join([*of, *names])} are those of its forward."


def told(root: Path, error: Exception) -> str:
    """What to print for a wrong gradient (which argument and index is off), or for what the student's code raised.

    Raises:
        Refused: if none of the student's code was running, as the arguments did not fit.
    """
    if isinstance(error, (GradientError, RoughForward, Mismatch)):
        return f"{error.kind}\n\n{wrapped('    ', str(error))}"
    places = [f for f in traceback.extract_tb(error.__traceback__) if Path(f.filename).is_relative_to(root / PACKAGE)]
    said = f"{type(error).__name__}: {error}"
    if not places:
        raise Refused(said) from error
    if isinstance(error, NotImplementedError):
        return f"{error} is not written yet."
    shown = (
        f"    {Path(f.filename).relative_to(root).as_posix()}:{f.lineno}, in {f.name}\n        {f.line}" for f in places
    )
    return "\n".join(["Your code raised an exception:", "", *shown, "", f"    {said}"])


def _module_of(root: Path, file: str) -> Any:
    """The module of a file, imported under the rules that hold while it is graded."""
    sys.path.insert(0, str(root))
    gate = Gate()
    gate.close()
    package = Package(root / PACKAGE)
    if package.failure:
        raise Refused(package.failure) from package.error
    module = sys.modules.get(f"{PACKAGE}.{dotted(file)}".rstrip("."))
    if module is None:
        raise Refused(f"{PACKAGE}/{file} is not imported by {PACKAGE}/__init__.py or what that imports.")
    return module


def _arguments(texts: Sequence[str]) -> tuple[list[Any], dict[str, Any]]:
    positional, options = [], {}
    for text in texts:
        name, is_option, value = text.partition("=")
        if is_option and name.isidentifier():
            options[name] = _value(value)
        else:
            positional.append(_value(text))
    return positional, options


def _value(text: str) -> Any:
    """A number, a tuple, True, None, ...; what is nothing of these is a text: `same` for "same"."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return text


def _parameters(layer: Any) -> list[str]:
    """The names of the parameters, also while `named_parameters` is not written."""
    try:
        return [name for name, _ in layer.named_parameters()]
    except (NotImplementedError, AttributeError):
        return [name for name, value in vars(layer).items() if hasattr(value, "data") and hasattr(value, "grad")]
