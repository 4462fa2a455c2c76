"""Hidden checks of assignment 03.

`CASES` says how each loss is made and fed; the checks of `LossChecks` run for every loss, in a class of its own that may add some. What
is the same in all losses (dtype, memory, errors) is checked for two families of them at once.

Inputs keep away from kinks: no error is near 0, beta or delta, and no margin is nearly met.
"""

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pytest

from grader.calls import LAYOUTS
from grader.checks import check_gradients, raises, weight
from grader.compare import FLOAT32

# Making inputs: (rng, shape of the input, options) -> (input, target)


def numbers(rng, shape, options):
    """Predictions whose errors lie on both sides of the border between two pieces, and not near it."""
    border = options.get("delta", options.get("beta", 1.0)) or 1.0
    size = rng.choice([rng.uniform(0.1, 0.9), rng.uniform(1.1, 3.0)], shape) * rng.uniform(0.98, 1.02, shape)
    target = rng.normal(size=shape)
    return target + border * size * rng.choice([-1.0, 1.0], shape), target


def probabilities(rng, shape, options):
    """Probabilities, and targets that are 0, 1 or between."""
    return rng.uniform(0.05, 0.95, shape), rng.choice([0.0, 1.0, 0.3, 0.8], shape)


def logits(rng, shape, options):
    return rng.normal(0, 2, shape), probabilities(rng, shape, options)[1]


def distributions(rng, shape, options):
    """Log-probabilities along the last dimension, and a distribution in which some are 0, or its logarithm."""
    if options.get("log_target"):
        return normalised(rng.normal(size=shape)), normalised(rng.normal(size=shape))
    q = rng.uniform(0.1, 1.0, shape)
    q[..., 0] = 0.0
    return normalised(rng.normal(size=shape)), q / q.sum(axis=-1, keepdims=True)


def normalised(scores, axis=-1):
    return scores - np.log(np.exp(scores).sum(axis=axis, keepdims=True))


def classes(rng, shape, options):
    """Scores with C in second place (C,) and classes, none of which is left out if there are enough targets."""
    places = shape[:1] + shape[2:] if len(shape) > 1 else ()
    wanted = np.arange(np.prod(places, dtype=int)) % shape[min(1, len(shape) - 1)]
    return rng.normal(size=shape), rng.permutation(wanted).reshape(places)


def log_classes(rng, shape, options):
    scores, target = classes(rng, shape, options)
    return normalised(scores, axis=min(1, len(shape) - 1)), target


def margins(rng, shape, options):
    """Scores in steps of 0.3: with a margin of 1 or 0.4, no score is within 0.09 of the border."""
    return 0.3 * rng.integers(-8, 9, shape), classes(rng, shape, options)[1]


def per_column(rng, shape):
    return rng.uniform(0.3, 3.0, shape[-1])


def per_class(rng, shape):
    return rng.uniform(0.3, 3.0, shape[min(1, len(shape) - 1)])


@dataclass(frozen=True)
class Case:
    """How a loss is made and fed; an option that is a function makes its value from (rng, shape of the input)."""

    name: str
    make: Callable[..., tuple[np.ndarray, np.ndarray]]
    options: tuple[dict[str, Any], ...] = ({},)
    shapes: tuple[tuple[int, ...], ...] = ((2, 3, 4), (1, 5))
    reductions: tuple[str, ...] = ("none", "sum", "mean")
    richest: dict[str, Any] | None = None  # the last of the options, unless it says another

    def drawn(self, rng, shape=None, options=None):
        """Options (the richest unless given), and an input and target for them."""
        shape = shape or self.shapes[0]
        options = (self.richest or self.options[-1]) if options is None else options
        settled = {key: value(rng, shape) if callable(value) else value for key, value in options.items()}
        return settled, self.make(rng, shape, options)

    def variants(self, rng):
        """Every combination of options, shape and reduction, and an input and target for it."""
        for options, shape, reduction in product(self.options, self.shapes, self.reductions):
            settled, inputs = self.drawn(rng, shape, options)
            yield settled | {"reduction": reduction}, inputs


VALUES = [
    Case("MSELoss", numbers),
    Case("L1Loss", numbers),
    Case("SmoothL1Loss", numbers, ({}, {"beta": 0.3})),
    Case("HuberLoss", numbers, ({}, {"delta": 2.5})),
    Case("BCELoss", probabilities, ({}, {"weight": per_column})),
    Case("BCEWithLogitsLoss", logits, ({}, {"weight": per_column})),
    Case("KLDivLoss", distributions, ({}, {"log_target": True}), reductions=("none", "sum", "mean", "batchmean")),
]
CLASS_SHAPES = ((5, 4), (1, 3))
CLASSES = [
    Case("NLLLoss", log_classes, shapes=CLASS_SHAPES, richest={"weight": per_class}),
    Case("CrossEntropyLoss", classes, shapes=CLASS_SHAPES, richest={"weight": per_class, "label_smoothing": 0.2}),
    Case("MultiMarginLoss", margins, ({}, {"p": 2, "margin": 0.4}, {"weight": per_class}), CLASS_SHAPES),
]
CASES = {case.name: case for case in VALUES + CLASSES}
FAMILIES = {"losses on numbers and probabilities": VALUES, "losses on classes": CLASSES}

each_family = pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)


def make(twin, name, **options):
    """A loss on both sides, with a name that messages can use."""
    loss = twin(f"nn.{name}", **options)
    shown = (f"{k}={v!r}" if isinstance(v, int | float | str) else f"{k}=..." for k, v in options.items())
    loss.name = f"{name}({', '.join(shown)})"
    return loss


def check_loss(twin, rng, name, inputs, **options):
    """Compare value and gradient, for every reduction."""
    for reduction in CASES[name].reductions:
        loss = make(twin, name, **options, reduction=reduction)
        loss.forward(*inputs).compare()
        check_gradients(loss, *inputs, rng=rng)


@contextmanager
def warnings_as_errors(student):
    """What NumPy warns of, by default, is an error in the process of `student`."""
    with np.errstate():  # gives us back our own settings, should that be this process
        student.nn.parameter.np.seterr(divide="raise", over="raise", invalid="raise")  # a file that is given
        yield


class LossChecks:
    """For every loss; the class is named after it."""

    def pytest_generate_tests(self, metafunc):
        if "case" in metafunc.fixturenames:
            name = metafunc.cls.__name__.removeprefix("Test")
            metafunc.parametrize("case", [CASES[name]], ids=[name])

    @weight(1)
    def test_values(self, twin, rng, case):
        """The loss is right for every reduction, whatever the shape and the options."""
        for options, inputs in case.variants(rng):
            make(twin, case.name, **options).forward(*inputs).compare()

    @weight(1)
    def test_gradients(self, twin, rng, case):
        """The gradient is right for every reduction and any upstream gradient dy, whatever the shape and the options."""
        for options, inputs in case.variants(rng):
            check_gradients(make(twin, case.name, **options), *inputs, rng=rng)


class ClassLossChecks(LossChecks):
    """For the losses on classes whose mean is weighted."""

    @weight(1)
    def test_weighted_mean(self, twin, rng, case):
        """A class weight scales the values of its class, and a mean divides by the total weight of the targets."""
        options, inputs = case.drawn(rng, options={"weight": per_class})
        check_loss(twin, rng, case.name, inputs, **options)

    @weight(1)
    def test_ignored_targets(self, twin, rng, case):
        """An ignored target adds nothing, neither to the loss nor to the gradient nor to what a mean divides by."""
        for ignored, options in ((-100, {}), (-1, {"ignore_index": -1}), (2, {"ignore_index": 2})):
            _, (scores, target) = case.drawn(rng)
            target[[0, 3]] = ignored
            check_loss(twin, rng, case.name, (scores, target), **options)

    @weight(1)
    def test_positions(self, twin, rng, case):
        """Scores may have the shape (N, C, d1, ...), with C in second place, or (C,)."""
        for shape in ((2, 3, 4), (3, 4, 3), (2, 3, 4, 5)):
            check_loss(twin, rng, case.name, case.drawn(rng, shape)[1])
        single = make(twin, case.name)
        single.forward(*case.drawn(rng, (3,))[1]).compare()
        single.backward(1.5).compare()


class TestMSELoss(LossChecks):
    pass


class TestL1Loss(LossChecks):
    pass


class TestSmoothL1Loss(LossChecks):
    pass


class TestHuberLoss(LossChecks):
    pass


class TestBCELoss(LossChecks):
    @weight(1)
    def test_logarithm_stops_at_minus_100(self, twin):
        """In BCELoss a logarithm below -100 counts as -100, for probabilities of exactly 0 and 1, too, also in float32."""
        for dtype in (np.float64, np.float32):
            p = np.array([0, 0, 1, 1, 1e-30, 1e-44, 0, 1], dtype)
            target = np.array([0, 1, 0, 1, 1, 1, 0.25, 0.25], dtype)
            make(twin, "BCELoss", reduction="none").forward(p, target).compare()

    @weight(1)
    def test_nearly_certain(self, twin, rng):
        """BCELoss and its gradient are exact where the probability is as small as 1e-10."""
        inputs = np.array([1e-10, 1e-8, 1e-10, 1 - 2.0**-30]), np.array([1.0, 1.0, 0.0, 0.0])
        check_loss(twin, rng, "BCELoss", inputs)

    @weight(1)
    def test_no_probability(self, student):
        """An input or a target of BCELoss outside [0, 1] is a ValueError."""
        good = np.array([0.0, 0.5, 1.0])
        for bad in (1.25, -0.25):
            wrong = np.array([0.5, bad, 0.5])
            with raises(ValueError, doing=f"BCELoss given the input {bad}"):
                student.nn.BCELoss().forward(wrong, good)
            with raises(ValueError, doing=f"BCELoss given the target {bad}"):
                student.nn.BCELoss().forward(good, wrong)


class TestBCEWithLogitsLoss(LossChecks):
    @weight(1)
    def test_pos_weight(self, twin, rng):
        """In BCEWithLogitsLoss, pos_weight scales the part of a yes alone, in the loss and in the gradient, beside a weight."""
        inputs = logits(rng, (5, 3), {})
        check_loss(twin, rng, "BCEWithLogitsLoss", inputs, pos_weight=rng.uniform(2.0, 4.0, 3))
        check_loss(twin, rng, "BCEWithLogitsLoss", inputs, pos_weight=np.array(0.5), weight=rng.uniform(0.5, 2.0, (5, 1)))

    @weight(1)
    def test_large_logits(self, twin, student):
        """BCEWithLogitsLoss and its gradient are exact, without a warning, for logits of magnitude 1e4, also in float32."""
        z = np.array([1e4, 1e4, -1e4, -1e4, 40.0, 40.0, -800.0, -800.0, 0.0])
        target = np.array([0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.25, 1.0, 1.0])
        with warnings_as_errors(student):
            for dtype in (np.float64, np.float32):
                loss = make(twin, "BCEWithLogitsLoss", reduction="none")
                loss.forward(z.astype(dtype), target.astype(dtype)).compare()
                loss.backward(np.linspace(0.5, 1.5, 9).astype(dtype)).compare()


class TestKLDivLoss(LossChecks):
    pass


class TestNLLLoss(ClassLossChecks):
    pass


class TestCrossEntropyLoss(ClassLossChecks):
    @weight(1)
    def test_label_smoothing(self, twin, rng, case):
        """Label smoothing gives label_smoothing / C to every class and the rest to the target, in the loss and in the gradient."""
        for smoothing in (0.2, 1.0):
            check_loss(twin, rng, case.name, case.drawn(rng)[1], label_smoothing=smoothing)

    @weight(1)
    def test_all_options_at_once(self, twin, rng, case):
        """Weights, label smoothing, ignored targets and positions (N, C, d1) work together."""
        options, (scores, target) = case.drawn(rng, (3, 4, 2))
        target[1] = -7
        check_loss(twin, rng, case.name, (scores, target), **options, ignore_index=-7)

    @weight(1)
    def test_large_scores(self, twin, student):
        """CrossEntropyLoss and its gradient are right, without a warning, where scores of magnitude 1e4 are far apart."""
        scores = np.array([[1e4, -1e4, 0.0], [0.0, 1e4, 9e3], [-1e4, -1e4, -9e3], [800.0, 0.0, 0.0]])
        with warnings_as_errors(student):
            loss = make(twin, "CrossEntropyLoss", reduction="none")
            loss.forward(scores, np.array([1, 1, 0, 0])).compare()
            loss.backward(np.array([1.0, 0.5, 2.0, -1.0])).compare()

    @weight(1)
    def test_large_scores_close_together(self, twin):
        """What tells scores near 1e4 apart is not rounded away in CrossEntropyLoss, not even in float32."""
        scores = np.array([[10000, 10000, 10000], [10001, 10000, 9999], [-9999, -10001, -10000]])
        for dtype in (np.float64, np.float32):
            loss = make(twin, "CrossEntropyLoss", reduction="none")
            loss.forward(scores.astype(dtype), np.array([0, 2, 0])).compare()
            loss.backward(np.array([1.0, 0.5, 2.0], dtype)).compare()


class TestMultiMarginLoss(LossChecks):
    pass


class TestEveryLoss:
    @weight(1)
    @each_family
    def test_float32(self, twin, rng, family):
        """For a float32 input a mean is a Python float, and arrays are float32, whatever the dtype of targets, weights and dy."""
        for case in family:
            options, (x, target) = case.drawn(rng)
            loss = make(twin, case.name, **options)
            # A float, but computed in float32.
            loss.forward(x.astype(np.float32), target).compare(tolerance=FLOAT32)
            loss.backward(0.7).compare()
            loss = make(twin, case.name, **options, reduction="none")
            y = loss.forward(x.astype(np.float32), target).compare()
            loss.backward(rng.normal(size=y.expected.shape)).compare()

    @weight(1)
    @each_family
    def test_any_layout_and_nothing_changes(self, twin, rng, family):
        """Input, target, weight and dy are left as they were, and may have any memory layout, be read-only or big-endian."""
        for case in family:
            options, inputs = case.drawn(rng)
            for layout in LAYOUTS:
                check_layout(twin, rng, case.name, inputs, options, layout)

    @weight(1)
    @each_family
    def test_backward_again(self, twin, rng, family):
        """backward, called again, gives the same, even if what was returned before has been overwritten; it belongs to the last forward."""
        for case in family:
            loss = make(twin, case.name, reduction="none")
            loss.forward(*case.drawn(rng, case.shapes[1], {})[1])
            y = loss.hold("forward", *case.drawn(rng, options={})[1])
            dy = rng.normal(size=y.expected.shape)
            y.fill(0.0)
            loss.hold("backward", dy).fill(0.0)
            loss.backward(dy).compare()

    @weight(1)
    @each_family
    def test_what_does_not_fit(self, student, family):
        """A target of another shape or kind, or a dy of another shape, is a ValueError, and nothing is broadcast; no such class: IndexError."""
        for case in family:
            check = check_bad_classes if case in CLASSES else check_bad_shapes
            check(student, case.name)

    @weight(1)
    @each_family
    def test_nothing_to_average(self, twin, student, family):
        """The mean of an empty batch, or of targets that are all ignored, is NaN, without a warning; the gradient is empty, or zeros."""
        with warnings_as_errors(student):
            for case in family:
                for inputs in nothing(case):
                    check_nothing(twin, case, inputs)

    @weight(1)
    @each_family
    def test_backward_that_cannot_be(self, student, rng, family):
        """backward is a RuntimeError before forward, and without dy where the reduction is "none"."""
        for case in family:
            with raises(RuntimeError, doing=f"{case.name}().backward() before forward"):
                getattr(student.nn, case.name)().backward()
            loss = getattr(student.nn, case.name)(reduction="none")
            loss.forward(*case.drawn(rng, options={})[1])
            with raises(RuntimeError, doing=f'{case.name}(reduction="none").backward() without dy'):
                loss.backward()


def check_layout(twin, rng, name, inputs, options, layout):
    arrays = {k: placed(twin, v, layout, k) for k, v in options.items() if isinstance(v, np.ndarray)}
    loss = make(twin, name, **(options | arrays), reduction="none")
    x, target = (placed(twin, a, layout, n) for a, n in zip(inputs, ("input", "target"), strict=True))
    y = loss.forward(x, target).compare()
    dy = placed(twin, rng.normal(size=y.expected.shape), layout, "dy")
    loss.backward(dy).compare()
    for array in (x, target, dy, *arrays.values()):
        array.name = f"{array.name} after {name}'s forward and backward"
        array.compare()


def placed(twin, values, layout, name):
    array = twin.array(values, layout)
    array.name = f"the {name} ({layout})"
    return array


def check_bad_shapes(student, name):
    x = np.full((4, 3), 0.5)
    for shape in ((3,), (4, 1), (12,)):
        loss = getattr(student.nn, name)(reduction="none")
        with raises(ValueError, doing=f"{name} given input {x.shape} and target {shape}", naming=(x.shape, shape)):
            loss.forward(x, np.full(shape, 0.5))
        loss.forward(x, x)
        with raises(ValueError, doing=f"{name}.backward given dy {shape} for {x.shape}", naming=(x.shape, shape)):
            loss.backward(np.ones(shape))


def check_bad_classes(student, name):
    x = np.zeros((4, 3))
    good = np.array([0, 1, 2, 0])
    bad = {
        "of shape (4, 1)": good[:, None],
        "of shape (3,)": good[:3],
        "one-hot": np.eye(3)[good],
        "of dtype float64": good.astype(float),
        "of dtype bool": good > 0,
    }
    for what, target in bad.items():
        with raises(ValueError, doing=f"{name} given an input of shape (4, 3) and a target {what}"):
            getattr(student.nn, name)().forward(x, target)
    for target in (3, -1):
        with raises(IndexError, doing=f"{name} given 3 classes and the target {target}"):
            getattr(student.nn, name)().forward(x, np.array([0, 1, target, 2]))
    loss = getattr(student.nn, name)(reduction="none")
    loss.forward(x, good)
    with raises(ValueError, doing=f"{name}.backward given dy (4, 1) for (4,)", naming=((4, 1), (4,))):
        loss.backward(np.ones((4, 1)))


def nothing(case):
    """Inputs of which no value counts; none for MultiMarginLoss."""
    if case in VALUES:
        return [(np.zeros((0, 3)), np.zeros((0, 3)))]
    if case.name == "MultiMarginLoss":
        return []
    return [(np.zeros((0, 3)), np.zeros(0, int)), (np.ones((2, 3)), np.full(2, -100))]


def check_nothing(twin, case, inputs):
    for reduction in case.reductions:
        loss = make(twin, case.name, reduction=reduction)
        y = loss.forward(*inputs).compare()
        loss.backward(np.ones(np.shape(y.expected)) if reduction == "none" else 1.0).compare()
