"""Gradient checks of modules: against the reference first, and by finite differences of the student's own forward pass."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from grader import gradcheck
from grader.calls import Call
from grader.checks.follow_through import FollowThrough, nearly
from grader.checks.framework import LocalFramework
from grader.checks.twin import Step, Twin
from grader.compare import Mismatch, Tolerance, compare, require_array, tolerance_for
from grader.gradcheck import Arrays, Evaluation, GradientError, RoughForward, Trial, cotangent_like

Comparison = Callable[
    [Any, Any, str, Tolerance], None
]  # of what is there and what should be, by a name; raises `Mismatch`


def check_gradients(
    module: Twin,
    *inputs: np.ndarray,
    differentiable: int = 1,
    rng: np.random.Generator,
    tolerance: Tolerance | None = None,
    comparing: Comparison = compare,
) -> None:
    """Compare the gradients of all parameters and of the first `differentiable` inputs with the reference's, for a random cotangent.

    If they differ but are the derivative of the student's own forward, which is nearly right, the check earns half of its
    points at its end, unless something else in it is wrong: the mistake is in forward, which has checks of its own.

    Args:
        module: with equal parameters on both sides.
        inputs: what `forward` is given; those after the differentiable ones (targets, say) are constants.
        differentiable: how many of the inputs `backward` returns gradients for.
        rng: source of the cotangent.
        tolerance: None takes the one of each gradient's dtype, and allows for the rounding of what cancels in it.
        comparing: how a gradient is compared; as it is, its type and dtype count.

    Raises:
        Mismatch: naming the gradient that differs; `FollowThrough` if it fits a forward that is not nearly right.
    """
    module._bench.log.append(Step(module.name, "forward", inputs, {}))
    names = [name for name, _ in module.expected.named_parameters()]
    arguments = _arguments(module, names, inputs[:differentiable])
    constants = inputs[differentiable:]
    theirs = _ModuleTrial(module._bench.student, module.actual, arguments, names, constants, module.name)
    ours = _ModuleTrial(
        LocalFramework(module._bench.reference), module.expected, arguments, names, constants, module.name
    )
    cotangent = cotangent_like(ours(arguments, None, []).output, rng)
    expected, theirs.gives_number = ours(arguments, cotangent, []), ours.gives_number
    calls, evaluation = theirs.planned(arguments, cotangent, [])

    def judge(results: list[Any]) -> None:
        found = evaluation(results)
        try:
            _compare_gradients(found, expected, cotangent, module.name, tolerance, comparing)
        except Mismatch as mismatch:
            if _agree(found.output, expected.output) or not _fits_itself(theirs, found, arguments, cotangent, rng):
                raise
            error = FollowThrough(mismatch, nearly(found, expected))
            if not error.share:
                raise error from mismatch
            module._bench.deferred.append(error)

    module._bench.student.expect(calls, judge)


def check_own_gradients(
    framework: Any,
    module: Any,
    *inputs: np.ndarray,
    parameters: Sequence[str] = (),
    differentiable: int = 1,
    rng: np.random.Generator,
) -> None:
    """Check that `backward` gives the derivative of the module's own `forward`, for the inputs and the named parameters.

    Whether forward is the right function, this cannot tell: compare its values, too.

    Args:
        framework: the fixture `student`.
        module: an object of it, e.g. `student.nn.Linear(5, 3)`.
        inputs: what `forward` is given; those after the first `differentiable` ones are constants.
        parameters: names of the module's parameters, e.g. ("weight", "bias").

    Raises:
        GradientError: naming an element whose gradient is wrong.
        RoughForward: if forward has no derivative.
        Mismatch: if a gradient has the wrong type, dtype or shape.
    """
    name = getattr(module, "type_name", type(module).__name__)
    values = framework.run([Call("get", module, f"{p}.data") for p in parameters])
    for parameter, value in zip(parameters, values, strict=True):
        require_array(value, f"{name}.{parameter}.data")
    arguments = dict(zip(parameters, values, strict=True)) | _named(inputs[:differentiable])
    trial = _ModuleTrial(framework, module, arguments, parameters, inputs[differentiable:], name)
    output = trial(arguments, None, []).output
    _require_finite(output, f"{name}.forward(x)")
    cotangent = cotangent_like(output, rng)
    _require_shapes(trial(arguments, cotangent, []), arguments, name)
    gradcheck.check_gradients(trial, arguments, cotangent, rng)


def _named(inputs: Sequence[np.ndarray]) -> Arrays:
    names = ["x"] if len(inputs) == 1 else [f"x{i}" for i in range(len(inputs))]
    return dict(zip(names, inputs, strict=True))


def _arguments(module: Twin, names: list[str], inputs: Sequence[np.ndarray]) -> Arrays:
    parameters = dict(module.expected.named_parameters())
    return {name: parameters[name].data.copy() for name in names} | _named(inputs)


@dataclass
class _ModuleTrial:
    """A trial (see `gradcheck`) of a module: one round trip, whatever the number of points. Without a cotangent only forward runs.

    Of the `arguments` those in `names` are parameters, which every trial leaves as they are given here.
    """

    framework: Any
    module: Any
    arguments: Arrays
    names: Sequence[str]
    constants: Sequence[Any]
    label: str
    shapes: list[tuple[int, ...]] = field(default_factory=list)  # of every output so far: all have to be the same
    gives_number: bool = False  # whether forward returns a number, as a loss does, and backward so takes one

    def __call__(self, base: Arrays, cotangent: np.ndarray | None, points: Sequence[Arrays]) -> Evaluation:
        calls, evaluation = self.planned(base, cotangent, points)
        return evaluation(self.framework.run(calls))

    def planned(
        self, base: Arrays, cotangent: np.ndarray | None, points: Sequence[Arrays]
    ) -> tuple[list[Call], Callable[[list[Any]], Evaluation]]:
        """What has to be done, and what makes an evaluation of the results."""
        calls = self._assign(base) + [Call("set", self.module, f"{n}.grad", (None,)) for n in self.names]
        calls.append(self._forward(base))
        marks = [len(calls) - 1]
        if cotangent is not None:
            dy = float(cotangent) if self.gives_number else cotangent.copy()
            calls.append(Call("call", self.module, "backward", (dy,)))
            calls += [Call("get", self.module, f"{n}.grad") for n in self.names]
        backward = slice(marks[0] + 1, len(calls))
        for point in points:
            calls += [*self._assign(point), self._forward(base | point)]
            marks.append(len(calls) - 1)
            calls += self._assign({n: base[n] for n in point})
        calls += self._assign(self.arguments)
        return calls, lambda results: self._evaluation(results, base, marks, backward)

    def _forward(self, point: Arrays) -> Call:
        inputs = [value for name, value in point.items() if name not in self.names]
        return Call("call", self.module, "forward", tuple(map(_copy, (*inputs, *self.constants))))

    def _assign(self, point: Arrays) -> list[Call]:
        return [Call("set", self.module, f"{n}.data", (v,)) for n, v in point.items() if n in self.names]

    def _evaluation(self, results: list[Any], base: Arrays, marks: list[int], backward: slice) -> Evaluation:
        outputs = [_output(results[m], f"{self.label}.forward(x)") for m in marks]
        self.gives_number = type(results[marks[0]]) is not np.ndarray
        self.shapes.extend(output.shape for output in outputs)
        _require_one_shape(self.shapes, f"{self.label}.forward(x)")
        gradients = _gradients(results[backward], base, self.names, self.label) if results[backward] else {}
        return Evaluation(outputs[0], gradients, outputs[1:])


def _copy(value: Any) -> Any:
    """As on the way to another process: what is done to an input there is not seen here."""
    return value.copy() if type(value) is np.ndarray else value


def _output(value: Any, name: str) -> np.ndarray:
    """A forward's result: an array, or a loss's float."""
    if type(value) in (float, np.float64):
        return np.asarray(value, np.float64)
    require_array(value, name)
    return value


def _gradients(results: list[Any], base: Arrays, names: list[str], label: str) -> Arrays:
    """What backward returned, a tuple for several inputs, and the parameters' grads, by argument name."""
    returned, *grads = results
    inputs = [name for name in base if name not in names]
    if len(inputs) == 1:
        returned = (returned,)
    elif type(returned) is not tuple or len(returned) != len(inputs):
        raise Mismatch(
            "The number of gradients is not the expected one.",
            f"{label}.backward should return a tuple of {len(inputs)} gradients, one for each input",
        )
    return dict(zip(names, grads, strict=True)) | dict(zip(inputs, returned, strict=True))


def _label(name: str, argument: str) -> str:
    return f"the gradient that {name}.backward gives for {argument}"


def _require_shapes(evaluation: Evaluation, arguments: Arrays, name: str) -> None:
    """Stage 0: exact type, dtype and shape, and finite, before any arithmetic could broadcast."""
    for argument, value in arguments.items():
        gradient = evaluation.gradients[argument]
        label = _label(name, argument)
        require_array(gradient, label)
        compare(np.zeros_like(gradient), np.zeros_like(value), label)
        _require_finite(gradient, label)


def _require_finite(value: np.ndarray, label: str) -> None:
    if not np.isfinite(value).all():
        raise Mismatch("Some values are not finite numbers.", f"{label} has values that are not finite")


def _require_one_shape(shapes: list[tuple[int, ...]], label: str) -> None:
    for shape in shapes:
        if shape != shapes[0]:
            both = f"{label} has shape {shape}, but had shape {shapes[0]} for another input of the same shape"
            raise Mismatch("The shape is not the expected one.", both)


def _compare_gradients(
    found: Evaluation,
    expected: Evaluation,
    cotangent: np.ndarray,
    name: str,
    tolerance: Tolerance | None,
    comparing: Comparison,
) -> None:
    for argument, gradient in expected.gradients.items():
        allowed = tolerance or _usual_tolerance(gradient, cotangent)
        comparing(found.gradients[argument], gradient, _label(name, argument), allowed)


def _usual_tolerance(gradient: np.ndarray, cotangent: np.ndarray) -> Tolerance:
    """That of the dtype. Terms of the cotangent's size may cancel in the gradient: it allows their rounding too."""
    usual = tolerance_for(gradient.dtype)
    return replace(usual, absolute=usual.scaled * float(np.max(np.abs(cotangent), initial=0.0)))


def _agree(actual: np.ndarray, expected: np.ndarray) -> bool:
    try:
        compare(actual, expected)
    except Mismatch:
        return False
    return True


def _fits_itself(
    theirs: Trial, found: Evaluation, arguments: Arrays, cotangent: np.ndarray, rng: np.random.Generator
) -> bool:
    """Whether the student's backward is the derivative of the student's own forward."""
    if found.output.shape != cotangent.shape:
        return False
    try:
        _require_finite(found.output, "")
        _require_shapes(found, arguments, "")
        gradcheck.check_gradients(theirs, arguments, cotangent, rng)
    except (Mismatch, GradientError, RoughForward):
        return False
    return True
