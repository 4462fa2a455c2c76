"""Hidden checks of assignment 03.

`CASES` says how each loss is made and fed. The checks of `LossChecks` run for every loss, in a class of its own that may add some; what
is the same in all losses (dtype, memory, errors) is checked for two families of them at once, in `TestEveryLoss`.

Inputs keep away from kinks: no error is near 0, beta or delta, and no margin is nearly met.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np
import pytest

from grader.calls import LAYOUTS, Call
from grader.checks import Tolerance, check_gradients, raises, weight
from grader.checks.strict import warnings_as_errors

# Whoever adds an epsilon inside a logarithm fails the checks of large scores and of certain probabilities, not all others.
VALUES = Tolerance(1e-6, 1e-6)
ANY_VALUE = Tolerance(0.0, 0.0, np.inf)  # where only type, dtype and shape are asked for


def numbers(rng, shape, options):
    """Predictions with errors on both sides of the border between two pieces."""
    border = options.get("delta", options.get("beta", 1.0))
    sizes = np.where(rng.random(shape) < 0.5, rng.uniform(0.1, 0.9, shape), rng.uniform(1.1, 3.0, shape))
    target = rng.normal(size=shape)
    return target + border * sizes * rng.choice([-1.0, 1.0], shape), target


def probabilities(rng, shape, options):
    """Probabilities, and targets that are 0, 1 or between."""
    return rng.uniform(0.05, 0.95, shape), rng.choice([0.0, 1.0, 0.3, 0.8], shape)


def logits(rng, shape, options):
    return rng.normal(0, 2, shape), probabilities(rng, shape, options)[1]


def distributions(rng, shape, options):
    """Log-probabilities, and a distribution in which some are 0, or its logarithm."""
    log_p, log_q = normalised(rng.normal(size=shape)), normalised(rng.normal(size=shape))
    if options.get("log_target"):
        return log_p, log_q
    q = np.where(log_q > log_q.min(axis=1, keepdims=True), np.exp(log_q), 0.0)
    return log_p, q / q.sum(axis=1, keepdims=True)


def normalised(scores):
    """Log-probabilities, along the second dimension if there is one."""
    return scores - np.log(np.exp(scores).sum(axis=min(1, scores.ndim - 1), keepdims=True))


def classes(rng, shape, options):
    """Scores with C in second place, or (C,), and classes, each of them about as often."""
    places = shape[:1] + shape[2:] if len(shape) > 1 else ()
    wanted = (np.arange(np.prod(places, dtype=int)) + rng.integers(10)) % shape[:2][-1]
    return rng.normal(size=shape), rng.permutation(wanted).reshape(places)


def log_classes(rng, shape, options):
    scores, target = classes(rng, shape, options)
    return normalised(scores), target


def margins(rng, shape, options):
    """Scores in steps of 0.3: with a margin of 1 or 0.4, no score is within 0.09 of the border."""
    return 0.3 * rng.integers(-8, 9, shape), classes(rng, shape, options)[1]


def per_column(rng, shape):
    return rng.uniform(0.3, 3.0, shape[-1])


def per_class(rng, shape):
    return rng.uniform(0.3, 3.0, shape[:2][-1])


@dataclass(frozen=True)
class Case:
    """How a loss is made and fed; an option that is a function makes its value from (rng, shape of the input)."""

    name: str
    make: Callable[..., tuple[np.ndarray, np.ndarray]]  # (rng, shape of the input, options) -> (input, target)
    options: tuple[dict, ...] = ({},)
    shapes: tuple[tuple[int, ...], ...] = ((2, 3, 4), (1, 5))
    reductions: tuple[str, ...] = ("none", "sum", "mean")
    richest: dict | None = None  # None for the last of the options

    def drawn(self, rng, shape=None, options=None):
        """Options, the richest unless given, and an input and target for them."""
        shape = shape or self.shapes[0]
        options = (self.richest or self.options[-1]) if options is None else options
        settled = {key: value(rng, shape) if callable(value) else value for key, value in options.items()}
        return settled, self.make(rng, shape, options)

    def variants(self, rng):
        """Every combination of options, shape and reduction, and an input and target for it."""
        for options, shape, reduction in product(self.options, self.shapes, self.reductions):
            settled, inputs = self.drawn(rng, shape, options)
            yield settled | {"reduction": reduction}, inputs


NUMBERS = [
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
CASES = {case.name: case for case in NUMBERS + CLASSES}
FAMILIES = {"losses on numbers and probabilities": NUMBERS, "losses on classes": CLASSES}

# Of these no value counts.
NOTHING_OF_NUMBERS = [(np.zeros((0, 3)), np.zeros((0, 3)))]
NOTHING_OF_CLASSES = [(np.zeros((0, 3)), np.zeros(0, int)), (np.ones((2, 3)), np.full(2, -100))]


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
        loss.forward(*inputs).compare(tolerance=VALUES)
        check_gradients(loss, *inputs, rng=rng)


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
            make(twin, case.name, **options).forward(*inputs).compare(tolerance=VALUES)

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
        """The input may have the shape (N, C, d1, ...), with C in second place, or (C,)."""
        for shape in ((2, 3, 4), (3, 4, 3), (2, 3, 4, 5)):
            check_loss(twin, rng, case.name, case.drawn(rng, shape)[1])
        single = make(twin, case.name)
        inputs = case.drawn(rng, (3,))[1]
        single.forward(*inputs).compare(tolerance=VALUES)
        single.backward(1.5).compare()
        make(twin, case.name, reduction="none").forward(*inputs).compare(tolerance=VALUES)


class TestMSELoss(LossChecks): ...
class TestL1Loss(LossChecks): ...
class TestSmoothL1Loss(LossChecks): ...
class TestHuberLoss(LossChecks): ...
class TestKLDivLoss(LossChecks): ...
class TestMultiMarginLoss(LossChecks): ...
class TestNLLLoss(ClassLossChecks): ...


class TestBCELoss(LossChecks):
    @weight(1)
    def test_logarithm_stops_at_minus_100(self, twin, student):
        """In BCELoss a logarithm below -100 counts as -100, also for p = 0 and p = 1, without a warning, and p (1 - p) as at least 1e-12; in float32 too."""
        for dtype in (np.float64, np.float32):
            p = np.array([0, 0, 1, 1, 1e-30, 1e-44, 0, 1], dtype)
            target = np.array([0, 1, 0, 1, 1, 1, 0.25, 0.25], dtype)
            loss = make(twin, "BCELoss", reduction="none")
            with warnings_as_errors(student):
                loss.forward(p, target).compare()
            p, target = np.array([1e-30, 1e-44, 1e-14, 1e-13], dtype), np.array([1, 1, 0, 0.25], dtype)
            loss.forward(p, target)  # at exactly 0 and 1 nothing is promised of the gradient
            loss.backward(np.linspace(0.5, 1.5, 4).astype(dtype)).compare()

    @weight(1)
    def test_nearly_certain(self, twin, rng):
        """BCELoss and its gradient are exact where the probability is as small as 1e-10."""
        inputs = np.array([1e-10, 1e-8, 1e-10, 1 - 2.0**-30]), np.array([1.0, 1.0, 0.0, 0.0])
        check_loss(twin, rng, "BCELoss", inputs)

    @weight(1)
    def test_no_probability(self, student):
        """An input or a target of BCELoss outside [0, 1] is a ValueError."""
        for x, target in ((1.25, 1.0), (-0.25, 0.0), (0.5, 1.25), (0.5, -0.25)):
            with raises(ValueError, doing=f"BCELoss given the input {x} and the target {target}"):
                student.nn.BCELoss().forward(np.array([0.5, x]), np.array([0.0, target]))


class TestBCEWithLogitsLoss(LossChecks):
    @weight(1)
    def test_pos_weight(self, twin, rng):
        """In BCEWithLogitsLoss, pos_weight scales the part of a yes alone, in the loss and in the gradient, beside a weight."""
        for options in ({}, {"weight": rng.uniform(0.5, 2.0, (5, 1))}):
            inputs = logits(rng, (5, 3), options)
            check_loss(twin, rng, "BCEWithLogitsLoss", inputs, pos_weight=rng.uniform(2.0, 4.0, 3), **options)

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


class TestCrossEntropyLoss(ClassLossChecks):
    @weight(1)
    def test_label_smoothing(self, twin, rng, case):
        """Label smoothing gives label_smoothing / C to every class and the rest to the target, in the loss and in the gradient."""
        for smoothing in (0.2, 1.0):
            check_loss(twin, rng, case.name, case.drawn(rng)[1], label_smoothing=smoothing)

    @weight(1)
    def test_all_options_at_once(self, twin, rng, case):
        """Weights, label smoothing, ignored targets and positions (N, C, d1) work together."""
        options, (scores, target) = case.drawn(rng, (3, 4, 3))
        target[1] = -7
        check_loss(twin, rng, case.name, (scores, target), **options, ignore_index=-7)

    @weight(1)
    def test_large_scores(self, twin, student):
        """CrossEntropyLoss and its gradient are right, without a warning, for scores of magnitude 1e4, far apart or close (float32)."""
        scores = np.array([[1e4, -1e4, 0.0], [0.0, 1e4, 9e3], [-1e4, -1e4, -9e3], [800.0, 0.0, 0.0]])
        with warnings_as_errors(student):
            loss = make(twin, "CrossEntropyLoss", reduction="none")
            loss.forward(scores, np.array([1, 1, 0, 0])).compare()
            loss.backward(np.array([1.0, 0.5, 2.0, -1.0])).compare()
        scores = np.array([[10000, 10000, 10000], [10001, 10000, 9999], [-9999, -10001, -10000], [10001, 10000, -10000]], np.float32)
        loss = make(twin, "CrossEntropyLoss", reduction="none")
        loss.forward(scores, np.array([0, 2, 0, 1])).compare()
        loss.backward(np.array([1.0, 0.5, 2.0, -1.0], np.float32)).compare()

    @weight(1)
    def test_cost(self, twin, rng):
        """CrossEntropyLoss.backward takes a time of the order of forward, not one forward for every score."""
        loss = make(twin, "CrossEntropyLoss")
        loss.forward(*classes(rng, (2048, 32), {}))
        loss.backward().compare(tolerance=VALUES)


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
class TestEveryLoss:
    """A loss that its own checks find wrong is left out of the first three, so that they say what they are about."""

    @weight(1)
    def test_float32(self, twin, rng, family):
        """For a float32 input a mean is a Python float, and arrays are float32, whatever the dtype of targets, weights and dy."""
        for name, options, (x, target) in sound(twin, rng, family):
            x = x.astype(np.float32)
            loss = make(twin, name, **options)
            loss.forward(x, target).compare(tolerance=ANY_VALUE)
            loss.backward(0.7).compare(tolerance=ANY_VALUE)
            loss = make(twin, name, **options, reduction="none")
            y = loss.forward(x, target).compare()
            loss.backward(rng.normal(size=y.expected.shape)).compare()

    @weight(1)
    def test_any_layout_and_nothing_changes(self, twin, rng, family):
        """Input, target, weight and dy are left as they were, and may have any memory layout, be read-only or big-endian."""
        for (name, options, inputs), layout in product(sound(twin, rng, family), LAYOUTS):
            arrays = {"input": inputs[0], "target": inputs[1], **options}
            arrays = {key: value for key, value in arrays.items() if isinstance(value, np.ndarray)}
            held = {key: twin.array(value, layout) for key, value in arrays.items()}
            loss = make(twin, name, **{key: held.get(key, value) for key, value in options.items()}, reduction="none")
            y = loss.forward(held["input"], held["target"]).compare(tolerance=VALUES)
            held["dy"] = twin.array(rng.normal(size=y.expected.shape), layout)
            read = [Call("get", array) for array in held.values()]
            dx, *after = twin.run([Call("call", loss, "backward", (held["dy"],)), *read])
            dx.compare(tolerance=VALUES)
            for key, array in zip(held, after, strict=True):
                array.name = f"{name}'s {key} ({layout}) after forward and backward"
                array.compare()

    @weight(1)
    def test_backward_again(self, twin, rng, family):
        """backward may be called again, though what was returned before is overwritten, and belongs to the last forward."""
        for name, options, inputs in sound(twin, rng, family):
            loss = make(twin, name, **options, reduction="none")
            loss.forward(*(np.concatenate([a, a]) for a in inputs))
            y = loss.hold("forward", *inputs)
            y.fill(0.0)
            for dy in (np.ones(y.expected.shape), rng.normal(size=y.expected.shape)):
                loss.hold("backward", dy).fill(0.0)
                loss.backward(dy).compare(tolerance=VALUES)

    @weight(1)
    def test_what_does_not_fit(self, student, family):
        """A target, dy, class weight or option that cannot be is a ValueError, nothing is broadcast; a class that is not there an IndexError."""
        for case in family:
            for options in IMPOSSIBLE.get(case.name, ()):
                with raises(ValueError, doing=f"{case.name} with {options}"):
                    getattr(student.nn, case.name)(**options)
            check = check_bad_classes if case in CLASSES else check_bad_shapes
            check(student, case.name)

    @weight(1)
    def test_nothing_to_average(self, twin, student, family):
        """The mean of an empty batch, or of targets that are all ignored, is NaN, without a warning; the gradient is empty, or zeros."""
        with warnings_as_errors(student):
            for case in family:
                if case.name == "MultiMarginLoss":
                    continue  # nothing is promised of it here
                given = NOTHING_OF_CLASSES if case in CLASSES else NOTHING_OF_NUMBERS
                for inputs, reduction in product(given, case.reductions):
                    loss = make(twin, case.name, reduction=reduction)
                    y = loss.forward(*inputs).compare()
                    loss.backward(np.ones(np.shape(y.expected)) if reduction == "none" else 1.0).compare()

    @weight(1)
    def test_backward_that_cannot_be(self, student, rng, family):
        """backward is a RuntimeError before forward, and without dy where the reduction is "none"."""
        for case in family:
            with raises(RuntimeError, doing=f"{case.name}().backward() before forward"):
                getattr(student.nn, case.name)().backward()
            loss = getattr(student.nn, case.name)(reduction="none")
            loss.forward(*case.drawn(rng, options={})[1])
            with raises(RuntimeError, doing=f'{case.name}(reduction="none").backward() without dy'):
                loss.backward()


def sound(twin, rng, family):
    """The losses of a family that are right with plain inputs, and how they were fed; the first problem, if most are not right."""
    right, problems = [], []
    for case in family:
        options, inputs = case.drawn(rng)
        try:
            loss = make(twin, case.name, **options, reduction="none")
            y = loss.forward(*inputs).compare(tolerance=VALUES)
            loss.backward(rng.normal(size=y.expected.shape)).compare(tolerance=VALUES)
            twin.finish()
            right.append((case.name, options, inputs))
        except Exception as problem:
            problems.append(problem)
    if len(problems) > len(right):
        raise problems[0]
    return right


IMPOSSIBLE = {
    "SmoothL1Loss": ({"beta": -0.5},), "HuberLoss": ({"delta": 0.0}, {"delta": -1.0}), "MultiMarginLoss": ({"p": 0}, {"p": 3}),
    "CrossEntropyLoss": ({"label_smoothing": -0.1}, {"label_smoothing": 1.5}),
}


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
    x, good = np.zeros((4, 3)), np.array([0, 1, 2, 0])
    bad = [good[:, None], good[:3], good[:1], np.eye(3, dtype=int)[good], np.eye(3)[good], good.astype(float), good > 0]
    bad = [(ValueError, target) for target in bad]
    bad += [(IndexError, np.array([0, 1, number, 2])) for number in (3, -1)]
    for error, target in bad:
        with raises(error, doing=f"{name} given scores of shape (4, 3) and the target {target.tolist()}"):
            getattr(student.nn, name)().forward(x, target)
    for count in (1, 2):
        with raises(ValueError, doing=f"{name} given 3 classes and the weights of {count}"):
            getattr(student.nn, name)(weight=np.ones(count)).forward(x, good)
    loss = getattr(student.nn, name)(reduction="none")
    loss.forward(x, good)
    with raises(ValueError, doing=f"{name}.backward given dy (4, 1) for (4,)", naming=((4, 1), (4,))):
        loss.backward(np.ones((4, 1)))
