"""Hidden checks of assignment 03.

Every loss gets the laws of losses; what is promised of it alone follows in its class. Inputs keep away from kinks: no
error is near 0, beta
or delta, and no margin is nearly met.
"""

import numpy as np

from grader.checks import check_gradients, weight
from grader.checks.battery import Criterion, LossLaws, law
from grader.checks.battery.drawing import compare_roughly
from grader.checks.strict import warnings_as_errors


def numbers(rng, shape, options):
    """Predictions with errors on both sides of the border between two pieces."""
    border = options.get("delta", options.get("beta", 1.0)) or 1.0
    sizes = np.where(rng.random(shape) < 0.5, rng.uniform(0.1, 0.9, shape), rng.uniform(1.1, 3.0, shape))
    target = np.asarray(rng.normal(size=shape))
    return np.asarray(target + border * sizes * rng.choice([-1.0, 1.0], shape)), target


def probabilities(rng, shape, options):
    """Probabilities, and targets that are 0, 1 or between."""
    return np.asarray(rng.uniform(0.05, 0.95, shape)), np.asarray(rng.choice([0.0, 1.0, 0.3, 0.8], shape))


def logits(rng, shape, options):
    return np.asarray(rng.normal(0, 2, shape)), probabilities(rng, shape, options)[1]


def distributions(rng, shape, options):
    """Log-probabilities, and a distribution in which some are 0, or its logarithm."""
    if not shape:  # a single term of a divergence
        log_p, q = (np.asarray(number) for number in (-rng.uniform(0.1, 2.0), rng.uniform(0.1, 0.9)))
        return log_p, np.log(q, out=q) if options.get("log_target") else q
    log_p, log_q = normalised(rng.normal(size=shape)), normalised(rng.normal(size=shape))
    if options.get("log_target"):
        return log_p, log_q
    axis = min(1, log_q.ndim - 1)
    q = (
        np.where(log_q > log_q.min(axis=axis, keepdims=True), np.exp(log_q), 0.0)
        if log_q.size > len(log_q)
        else np.exp(log_q)
    )
    return log_p, q / np.maximum(q.sum(axis=axis, keepdims=True), 1e-300)


def normalised(scores):
    """Log-probabilities, along the second dimension if there is one."""
    return scores - np.log(np.exp(scores).sum(axis=min(1, scores.ndim - 1), keepdims=True))


def classes(rng, shape, options):
    """Scores with C in second place, or (C,), and classes, each of them about as often; some of them `ignore_index`, if
    that is an option."""
    places = shape[:1] + shape[2:] if len(shape) > 1 else ()
    wanted = rng.permutation((np.arange(np.prod(places, dtype=int)) + rng.integers(10)) % shape[:2][-1])
    if "ignore_index" in options and wanted.size > 1:
        wanted[: wanted.size // 3 + 1] = options["ignore_index"]
    return rng.normal(size=shape), rng.permutation(wanted).reshape(places)


def log_classes(rng, shape, options):
    scores, target = classes(rng, shape, options)
    return normalised(scores), target


def margins(rng, shape, options):
    """Scores in steps of 0.3: with a margin of 1 or `MARGIN`, no score is within 0.09 of the border."""
    return 0.3 * rng.integers(-8, 9, shape), classes(rng, shape, {})[1]


def per_column(rng, shape):
    return np.asarray(rng.uniform(0.3, 3.0, shape[-1:]))


def per_class(rng, shape):
    return rng.uniform(0.3, 3.0, shape[:2][-1])


def small_per_class(rng, shape):
    """Weights of which those of a whole batch add up to less than 1."""
    return rng.uniform(0.01, 0.1, shape[:2][-1])


def large_numbers(rng, options):
    x = np.array([1e4, -1e4, 1e4, -1e4, 9e3, 20.0])
    return x, np.array([-1e4, 1e4, 0.0, 0.0, 1e4, -20.0])


def large_log_probabilities(rng, options):
    log_p = np.array([[0.0, -1e4, -1e4], [-1e4, -50.0, 0.0], [-20.0, 0.0, -30.0]])
    if options.get("log_target"):
        return log_p, np.array([[-1e4, -1e4, 0.0], [0.0, -40.0, -1e4], [-20.0, 0.0, -1e4]])
    return log_p, np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.25, 0.75, 0.0]])


def large_log_classes(rng, options):
    return large_log_probabilities(rng, {})[0], np.array([1, 0, 2])


def large_margins(rng, options):
    """Scores that are large and close together; float32 holds them, and what they and the margins add up to, exactly in
    any order."""
    return 9990.0 * rng.choice([-1.0, 1.0], (4, 1)) + 0.25 * rng.integers(-8, 9, (4, 3)) + 0.0625 * np.arange(
        3
    ), np.array([0, 1, 2, 0])


# Of these a mean is NaN.
NOTHING_OF_NUMBERS = ((np.zeros((0, 3)), np.zeros((0, 3))),)
NOTHING_OF_CLASSES = ((np.zeros((0, 3)), np.zeros(0, int)), (np.ones((2, 3)), np.full(2, -100)))
HALVES = np.full((4, 3), 0.5)
OTHER_SHAPES = tuple((ValueError, HALVES, np.full(shape, 0.5), {}, ((4, 3), shape)) for shape in ((3,), (4, 1), (12,)))


def of_numbers(name, draw=numbers, options=(), together=(), refused=(), **more):
    """A loss whose target has the shape of the input."""
    more = {"nothing": NOTHING_OF_NUMBERS, "beside": "nn.KLDivLoss", **more}
    return Criterion(f"nn.{name}", draw, options, together, refused=OTHER_SHAPES + refused, **more)


GOOD = np.array([0, 1, 2, 0])
NO_CLASSES = (
    GOOD[:, None],
    GOOD[:3],
    GOOD[:1],
    np.eye(3, dtype=int)[GOOD],
    np.eye(3)[GOOD],
    GOOD.astype(float),
    GOOD > 0,
)
ANY_CLASSES = ((3,), (5, 4), (1, 3), (2, 3, 4), (3, 4, 3), (2, 3, 4, 5))


def refused_classes():
    """What a loss on classes refuses: targets that are no classes, or other ones; weights for another number of
    classes."""
    scores = np.zeros((4, 3))
    refused = [(ValueError, scores, target, {}, ()) for target in NO_CLASSES]
    refused += [(IndexError, scores, np.array([0, 1, number, 2]), {}, ()) for number in (3, -4, -1)]
    return (*refused, *((ValueError, scores, GOOD, {"weight": np.ones(count)}, ()) for count in (4, 2, 1)))


def of_classes(name, draw, options, together, shapes=ANY_CLASSES, **more):
    more = {"nothing": NOTHING_OF_CLASSES, "beside": "nn.KLDivLoss", **more}
    return Criterion(f"nn.{name}", draw, options, together, shapes, refused=refused_classes(), **more)


def check_loss(twin, rng, criterion, inputs, **options):
    """Compare value and gradient, for every reduction."""
    for reduction in criterion.reductions:
        loss = criterion.make(twin, options | {"reduction": reduction})
        compare_roughly(loss.forward(*inputs))
        check_gradients(loss, *inputs, rng=rng)


class TestMSELoss(LossLaws, member=of_numbers("MSELoss", large=large_numbers), points=3): ...


class TestL1Loss(LossLaws, member=of_numbers("L1Loss", large=large_numbers), points=2.75): ...


class TestSmoothL1Loss(
    LossLaws,
    member=of_numbers(
        "SmoothL1Loss", options=({"beta": 0.3}, {"beta": 0.0}), impossible=({"beta": -0.5},), large=large_numbers
    ),
    points=3.75,
): ...


class TestHuberLoss(
    LossLaws,
    member=of_numbers(
        "HuberLoss", options=({"delta": 2.5},), impossible=({"delta": 0.0}, {"delta": -1.0}), large=large_numbers
    ),
    points=3.75,
): ...


NO_WEIGHTS = tuple(np.full(shape, 0.5) for shape in ((4,), (3, 1), (2, 4, 3)))


def refused_weights(name):
    """Weights of a binary loss that do not broadcast to the input's shape, or are of a larger one."""
    return tuple((ValueError, HALVES, HALVES, {name: weight}, ()) for weight in NO_WEIGHTS)


NO_PROBABILITIES = tuple(
    (ValueError, np.array([0.5, x]), np.array([0.0, target]), {}, ())
    for x, target in ((1.25, 1.0), (-0.25, 0.0), (0.5, 1.25), (0.5, -0.25))
)


class TestBCELoss(
    LossLaws,
    member=of_numbers(
        "BCELoss", probabilities, ({"weight": per_column},), refused=NO_PROBABILITIES + refused_weights("weight")
    ),
    points=4,
):
    @weight(1)
    def test_logarithm_stops_at_minus_100(self, twin, student):
        """In BCELoss a logarithm below -100 counts as -100, also for p = 0 and p = 1, without a warning, and p (1 - p)
        as at least 1e-12; in float32 too."""
        for dtype in (np.float64, np.float32):
            p = np.array([0, 0, 1, 1, 1e-30, 1e-44, 0, 1, 3e-8], dtype)
            target = np.array([0, 1, 0, 1, 1, 1, 0.25, 0.25, 1], dtype)
            loss = twin("nn.BCELoss", reduction="none")
            with warnings_as_errors(student):
                loss.forward(p, target).compare()
            p, target = np.array([1e-30, 1e-44, 1e-14, 1e-13], dtype), np.array([1, 1, 0, 0.25], dtype)
            loss.forward(p, target)  # at exactly 0 and 1 nothing is promised of the gradient
            loss.backward(np.linspace(0.5, 1.5, 4).astype(dtype)).compare()

    @weight(1)
    def test_nearly_certain(self, twin, rng):
        """BCELoss and its gradient are exact where the probability is as small as 1e-10."""
        inputs = np.array([1e-10, 1e-8, 1e-10, 1 - 2.0**-30]), np.array([1.0, 1.0, 0.0, 0.0])
        check_loss(twin, rng, self.member, inputs)


WEIGHTED_LOGITS = ({"weight": per_column}, {"pos_weight": per_column})


class TestBCEWithLogitsLoss(
    LossLaws,
    member=of_numbers(
        "BCEWithLogitsLoss", logits, WEIGHTED_LOGITS, ({"weight": per_column, "pos_weight": per_column},),
        refused_weights("weight") + refused_weights("pos_weight"),
    ),
    points=4,
):  # fmt: skip
    @weight(1)
    def test_weights_broadcast(self, twin, rng):
        """In BCEWithLogitsLoss, weight and pos_weight may have any shape that broadcasts to the input's."""
        options = {"weight": rng.uniform(0.5, 2.0, (5, 1)), "pos_weight": rng.uniform(2.0, 4.0, 3)}
        check_loss(twin, rng, self.member, logits(rng, (5, 3), options), **options)

    @weight(1)
    def test_large_logits(self, twin, student):
        """BCEWithLogitsLoss and its gradient are exact, without a warning, for logits of magnitude 1e4, also in
        float32."""
        z = np.array([1e4, 1e4, -1e4, -1e4, 40.0, 40.0, -800.0, -800.0, 0.0])
        target = np.array([0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.25, 1.0, 1.0])
        with warnings_as_errors(student):
            for dtype in (np.float64, np.float32):
                loss = twin("nn.BCEWithLogitsLoss", reduction="none")
                loss.forward(z.astype(dtype), target.astype(dtype)).compare()
                loss.backward(np.linspace(0.5, 1.5, 9).astype(dtype)).compare()


# A distribution over one class alone leaves nothing but rounding.
SHAPES_OF_DIVERGENCES = ((), (5,), (4, 3), (1, 5), (3, 3), (2, 3, 4), (2, 3, 1, 2))


class TestKLDivLoss(
    LossLaws,
    member=of_numbers("KLDivLoss", distributions, ({"log_target": True},), shapes=SHAPES_OF_DIVERGENCES,
                      reductions=("none", "sum", "mean", "batchmean"), large=large_log_probabilities),
    points=4,
): ...  # fmt: skip


class OnClasses(LossLaws):
    @law(
        "{name} takes classes of any integer dtype, also where ignore_index is the largest number that it holds.",
        fine=True,
    )
    def test_integer_targets(self, twin, rng):
        for dtype in ("uint8", "int8", "int32", "uint64"):
            largest = int(np.iinfo(dtype).max) if dtype != "uint64" else 7
            for ignored in (largest, 1):
                x, target = self.member.draw(rng, (5, 4), {"ignore_index": 1})
                target = np.where(target == 1, ignored, target).astype(dtype)
                loss = self.member.make(twin, {"ignore_index": ignored})
                compare_roughly(loss.forward(x, target))
                compare_roughly(loss.backward(1.5))


IGNORING = ({"ignore_index": -100}, {"ignore_index": -1}, {"ignore_index": 9}, {"ignore_index": 2})


class TestNLLLoss(
    OnClasses,
    member=of_classes(
        "NLLLoss", log_classes, ({"weight": small_per_class}, *IGNORING),
        tuple({"weight": per_class, "ignore_index": ignored} for ignored in (9, 1, -1)), large=large_log_classes,
    ),
    points=5,
): ...  # fmt: skip


SMOOTHED = ({"label_smoothing": 0.2}, {"label_smoothing": 1.0})
ALL_OF_CROSS_ENTROPY = {"weight": per_class, "label_smoothing": 0.2, "ignore_index": -7}


class TestCrossEntropyLoss(
    OnClasses,
    member=of_classes(
        "CrossEntropyLoss", classes, ({"weight": small_per_class}, *IGNORING, *SMOOTHED), (ALL_OF_CROSS_ENTROPY,),
        impossible=({"label_smoothing": -0.1}, {"label_smoothing": 1.5}),
    ),
    points=6,
):  # fmt: skip
    @weight(1)
    def test_large_scores(self, twin, student):
        """CrossEntropyLoss and its gradient are right, without a warning, for scores of magnitude 1e4, far apart or
        close (float32)."""
        scores = np.array([[1e4, -1e4, 0.0], [0.0, 1e4, 9e3], [-1e4, -1e4, -9e3], [800.0, 0.0, 0.0]])
        with warnings_as_errors(student):
            loss = twin("nn.CrossEntropyLoss", reduction="none")
            loss.forward(scores, np.array([1, 1, 0, 0])).compare()
            loss.backward(np.array([1.0, 0.5, 2.0, -1.0])).compare()
        scores = np.array(
            [[10000, 10000, 10000], [10001, 10000, 9999], [-9999, -10001, -10000], [10001, 10000, -10000]], np.float32
        )
        loss = twin("nn.CrossEntropyLoss", reduction="none")
        loss.forward(scores, np.array([0, 2, 0, 1])).compare()
        loss.backward(np.array([1.0, 0.5, 2.0, -1.0], np.float32)).compare()

    @weight(1)
    def test_cost(self, twin, rng):
        """CrossEntropyLoss.backward takes a time of the order of forward, not one forward for every score."""
        loss = twin("nn.CrossEntropyLoss")
        loss.forward(*classes(rng, (2048, 32), {}))
        compare_roughly(loss.backward())


MARGIN = 13 / 32


class TestMultiMarginLoss(
    LossLaws,
    member=of_classes(
        "MultiMarginLoss", margins, ({"p": 2}, {"margin": MARGIN}, {"weight": per_class}),
        ({"p": 2, "margin": MARGIN, "weight": per_class},), ((3,), (5, 4), (1, 3)),
        nothing=(), impossible=({"p": 0}, {"p": 3}), large=large_margins,
    ),
    points=4,
): ...  # fmt: skip
