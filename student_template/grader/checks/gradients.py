"""Gradient checks of modules: against the reference first, and by finite differences of the student's own forward."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from inspect import signature
from typing import Any

import numpy as np

from grader import gradcheck
from grader.calls import Call
from grader.checks.follow_through import FollowThrough, nearly
from grader.checks.framework import LocalFramework
from grader.checks.trees import leaves
from grader.checks.trial import ModuleTrial, alone
from grader.checks.twin import Twin
from grader.compare import EXACT, Mismatch, Tolerance, compare, require_array, tolerance_for
from grader.gradcheck import Arrays, Evaluation, GradientError, RoughForward, Trial, cotangent_like

Comparison = Callable[
    [Any, Any, str, Tolerance], None
]  # of what is there and what should be, by a name; raises `Mismatch`


def check_gradients(
    module: Twin,
    *inputs: Any,
    differentiable: int = 1,
    rng: np.random.Generator,
    before: Sequence[Call] = (),
    tolerance: Tolerance | None = None,
    comparing: Comparison = compare,
) -> None:
    """Compare the gradients of all parameters and of the first `differentiable` inputs with the reference's.

    The cotangent is random. Each side runs one forward and one backward. Only if the gradients differ, further
    forwards tell whether they are the derivative of the student's own forward, which is nearly right: then the check
    earns half of its points at its end, unless something else in it is wrong. The mistake is in forward, which has
    checks of its own.

    Args:
        module: with equal parameters on both sides.
        inputs: what `forward` is given, arrays or nested tuples of arrays, `x, (h0, c0)`. Those after the
            differentiable ones (targets, say) are constants. An output that is a tuple gives `backward` as many
            arguments: `backward(d_out, (d_h, d_c))`.
        differentiable: how many of the inputs `backward` returns gradients for.
        rng: source of the cotangent.
        before: what is done before each forward, on both sides, so that a module that draws random numbers, or whose
            forward depends on what the one before has left, computes the same again: `[seed(generator, 7)]`. What
            `module.before` holds comes first.
        tolerance: None takes the one of each gradient's dtype, and allows for the rounding of what cancels in it.
        comparing: how a gradient is compared; as it is, its type and dtype count.

    Raises:
        Mismatch: naming the gradient that differs; `FollowThrough` if it fits a forward that is not nearly right.
    """
    bench = module._bench
    bench.given += inputs
    names = [name for name, _ in module.expected.named_parameters()]
    arguments = _arguments(module, names, inputs[:differentiable])
    shared = (arguments, names, inputs[:differentiable], inputs[differentiable:], module.name)
    befores = bench.sides((*module.before, *before))
    theirs = ModuleTrial(bench.student, module.actual, *shared, befores[0])
    ours = ModuleTrial(LocalFramework(bench.reference), module.expected, *shared, befores[1])
    cotangent, expected = _answer(ours, rng)
    theirs.like, theirs.returned = ours.like, ours.returned
    calls, evaluation = theirs.planned(arguments, cotangent, [])
    # Answers of another process are judged later than those of this one; what the check draws must not depend on it.
    [own] = rng.spawn(1)

    def judge(results: list[Any]) -> None:
        found = evaluation(results)
        wrong = list(_wrong_gradients(found, expected, cotangent, module.name, tolerance, comparing))
        may_earn_half = wrong and not bench.wrong.values and not _agree(found.output, expected.output)
        if may_earn_half and _fits_itself(theirs, found, arguments, cotangent, own):
            wrong[0] = FollowThrough(wrong[0], nearly(found, expected))
            if wrong[0].share:
                bench.wrong.deferred.append(wrong[0])
                return
        for mismatch in wrong:
            with bench.wrong.noting():
                raise mismatch

    bench.student.expect(calls, judge)


def check_own_gradients(
    framework: Any,
    module: Any,
    *inputs: Any,
    parameters: Sequence[str] = (),
    differentiable: int = 1,
    rng: np.random.Generator,
    before: Sequence[Call] = (),
) -> None:
    """Check that `backward` gives the derivative of the module's own `forward`, for inputs and named parameters.

    Whether forward is the right function, this cannot tell: compare its values, too.

    Args:
        framework: the fixture `student`.
        module: an object of it, e.g. `student.nn.Linear(5, 3)`.
        inputs: what `forward` is given, see `check_gradients`; those after the first `differentiable` ones are
            constants.
        parameters: names of the module's parameters, e.g. ("weight", "bias").
        before: what is done before each forward, see `check_gradients`.

    Raises:
        GradientError: naming an element whose gradient is wrong.
        RoughForward: if forward has no derivative.
        Mismatch: if a gradient has the wrong type, dtype or shape.
    """
    name = getattr(module, "type_name", type(module).__name__)
    values = framework.run([Call("get", module, f"{p}.data") for p in parameters])
    for parameter, value in zip(parameters, values, strict=True):
        require_array(value, f"{name}.{parameter}.data")
    moving, constants = inputs[:differentiable], inputs[differentiable:]
    arguments = dict(zip(parameters, values, strict=True)) | _named(moving)
    trial = ModuleTrial(framework, module, arguments, parameters, moving, constants, name, before, alone(moving))
    output = trial(arguments, None, []).output
    _require_finite(output, f"{name}.forward(x)")
    cotangent = cotangent_like(output, rng)
    _require_shapes(trial(arguments, cotangent, []), arguments, name)
    gradcheck.check_gradients(trial, arguments, cotangent, rng)


def _named(inputs: Sequence[Any], names: Sequence[str] = ()) -> Arrays:
    names = names or (["x"] if len(inputs) == 1 else [f"x{i}" for i in range(len(inputs))])
    return {key: leaf for name, tree in zip(names, inputs, strict=True) for key, leaf in leaves(tree, name).items()}


def _arguments(module: Twin, names: list[str], inputs: Sequence[Any]) -> Arrays:
    parameters = dict(module.expected.named_parameters())
    called = list(signature(module.expected.forward).parameters)[: len(inputs)]
    if len(called) < len(inputs) or not parameters.keys().isdisjoint(called):
        called = []
    return {name: parameters[name].data.copy() for name in names} | _named(inputs, called)


def _answer(ours: ModuleTrial, rng: np.random.Generator) -> tuple[np.ndarray, Evaluation]:
    """A cotangent, and what the reference gives for it, after one forward."""
    output = ours.output(ours.framework.run(ours.forward(ours.arguments))[-1])
    cotangent = cotangent_like(output, rng)
    results = ours.framework.run(ours.backward(cotangent))
    ours.returned = results[0]
    return cotangent, Evaluation(output, ours.gradients(results), [])


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


def _wrong_gradients(
    found: Evaluation,
    expected: Evaluation,
    cotangent: np.ndarray,
    name: str,
    tolerance: Tolerance | None,
    comparing: Comparison,
) -> Iterator[Mismatch]:
    for argument, gradient in expected.gradients.items():
        is_array = isinstance(gradient, np.ndarray)  # and not the None of an input that has no gradient
        allowed = tolerance or (_usual_tolerance(gradient, cotangent) if is_array else EXACT)
        try:
            comparing(found.gradients[argument], gradient, _label(name, argument), allowed)
        except Mismatch as mismatch:
            yield mismatch


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
