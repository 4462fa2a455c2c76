"""Hidden checks of assignment 02.

Every activation gets the laws of modules; what is promised of it alone follows in its class.
"""

import math

import numpy as np

from grader.calls import LAYOUTS
from grader.checks import EXACT, Tolerance, fine, raises, weight
from grader.checks.battery import Layer, ModuleLaws, law, signs, upstream, wide
from grader.checks.battery.drawing import FAR_OFF, ROUGHLY, TO_ROUNDING, compare_roughly
from grader.checks.battery.module import SHAPES, Refusal
from grader.checks.strict import warnings_as_errors

EXTREMES = [20.0, 50.0, 88.0, 89.0, 104.0, 710.0, 745.0, 1000.0, 1e4]  # about where exp gives up, and the promised end

# For gradients where the curve is flat, where a difference of f, of whatever order, loses digits that a formula keeps:
# 450
# roundings of the value and 36 of 1. Formulas in their usual forms stay within 14 of 1.
FLAT = Tolerance(relative=1e-13, scaled=0.0, absolute=8e-15)

# Shapes and a dim of each, negative ones too: from one dimension to four, a batch of one and a single class.
DIMS = [
    ((5,), 0),
    ((4, 3), 0),
    ((4, 3), 1),
    ((4, 3), -2),
    ((1, 6), -1),
    ((6, 1), 1),
    ((2, 3, 4), 1),
    ((2, 3, 4, 5), -3),
]


def large_and_small(rng):
    return np.concatenate([wide(rng, 1000), EXTREMES, np.negative(EXTREMES)])


def elementwise(name, *options, **more):
    """An activation that acts on each number alone."""
    return Layer(f"nn.{name}", options=options, extremes=large_and_small, shapes_with_options=SHAPES, **more)


class Elementwise(ModuleLaws):
    @law(
        "{name} is exact to rounding, forward and backward, without a warning: up to 10000, "
        "and where its curve is flat."
    )
    def test_range(self, twin, rng):
        self._range(twin, rng)
        for options in self.member.lines(rng):
            module, x = self.member.make(twin, options), signs(rng, 500) * rng.uniform(5, 20, 500)
            module.forward(x)
            module.backward(upstream(rng, x.shape)).compare(tolerance=FLAT)


def compare_corner(module):
    """The gradient at exactly 0, beside one that is not 0 in any case."""
    module.forward(np.array([-0.0, 0.0, 2.0]))
    module.backward(np.array([3.0, 5.0, 7.0])).compare()


SLOPES = ({"negative_slope": 0.3}, {"negative_slope": 0.0}, {"negative_slope": 1.7}, {"negative_slope": -0.5})


class TestReLU(Elementwise, member=elementwise("ReLU"), points=3.5): ...


class TestLeakyReLU(Elementwise, member=elementwise("LeakyReLU", *SLOPES), points=3.5):
    @fine
    @weight(0.5)
    def test_derivative_at_zero(self, twin):
        """LeakyReLU's derivative at exactly 0 is negative_slope."""
        compare_corner(twin("nn.LeakyReLU", negative_slope=0.3))


class TestELU(Elementwise, member=elementwise("ELU", {"alpha": 2.0}, {"alpha": 0.3}), points=4):
    @fine
    @weight(0.5)
    def test_derivative_at_zero(self, twin):
        """ELU's derivative at exactly 0 is alpha."""
        compare_corner(twin("nn.ELU", alpha=2.0))


class TestSigmoid(Elementwise, member=elementwise("Sigmoid"), points=3.5): ...


class TestTanh(Elementwise, member=elementwise("Tanh"), points=3.75): ...


class TestSoftplus(
    Elementwise,
    member=elementwise("Softplus", {"beta": 3.0}, {"beta": 0.5}, impossible=(((), {"beta": 0}),)),
    points=4.25,
):
    @weight(0.5)
    def test_any_beta(self, twin):
        """Softplus is log(1 + exp(beta x)) / beta for any beta and every x, also where beta x is above 20."""
        x = np.linspace(-8, 8, 321)  # beta x passes 20 in small steps
        for beta in (1.0, 0.5, 3.0, 10.0):
            twin("nn.Softplus", beta=beta).forward(x).compare(tolerance=TO_ROUNDING["float64"])


class TestSiLU(Elementwise, member=elementwise("SiLU"), points=3.75): ...


class TestGELU(
    Elementwise,
    member=elementwise(
        "GELU",
        {"approximate": "tanh"},
        impossible=tuple(((), {"approximate": form}) for form in ("tan", "Tanh", "", None)),
    ),
    points=4.5,
): ...


def moderate(rng, shape):
    return rng.normal(0, 2, shape)


def extreme_scores(rng):
    """Rows of scores, moderate ones and ones far apart. Those far apart are whole numbers, which float32 subtracts
    exactly."""
    apart = [[1e4, -1e4, 0.0, 50.0, -1e4], [-5e3, -1e4, -9e3, -1e4, -7e3], [-1e4, 100.0, 0.0, -100.0, -1e4]]
    return np.concatenate([rng.normal(0, 2, (20, 5)), apart])


def close_scores(rng):
    """Rows of scores that are large and close together: what matters is in their last digits."""
    return 9990 * signs(rng, (20, 1)) + rng.uniform(-5, 5, (20, 5))


def large_scores(rng):
    return np.concatenate([extreme_scores(rng), close_scores(rng)])


def rowwise(name, scores):
    """An activation that acts together on the numbers along one dimension."""
    return Layer(
        f"nn.{name}", options=({"dim": 0}, {"dim": -2}), draw=moderate, extremes=scores,
        refused=tuple(Refusal(IndexError, (3,), {"dim": dim}, fits=(4, 3, 5)) for dim in (1, -2)),
    )  # fmt: skip


class Rowwise(ModuleLaws):
    @law("{name} normalises along dim alone, wherever it is in one to four dimensions, and so does its gradient.")
    def test_any_dim(self, twin, rng):
        for shape, dim in DIMS:
            self._forward(twin, rng, {"dim": dim}, shape)
            self._gradients(twin, rng, {"dim": dim}, shape)

    @law("In {name} a score of -inf is impossible: it takes no part in the others' values and gradients.")
    def test_impossible_scores(self, twin, rng):
        x = rng.normal(0, 2, (4, 5))
        x[0, 1] = x[1, :4] = x[3, -1] = -np.inf
        module = twin(self.member.path)
        compare_roughly(module.forward(x))
        compare_roughly(module.backward(upstream(rng, x.shape)))

    @law("{name}.backward takes a time of the order of forward, not one forward for every number.")
    def test_cost(self, twin, rng):
        large, x = twin(self.member.path), rng.normal(0, 2, (1024, 32))
        large.forward(x)
        large.backward(x).compare()


class TestSoftmax(Rowwise, member=rowwise("Softmax", large_scores), points=4): ...


class TestLogSoftmax(Rowwise, member=rowwise("LogSoftmax", extreme_scores), points=4.5):
    @weight(0.5)
    def test_large_scores_keep_what_tells_them_apart(self, twin, rng):
        """LogSoftmax of scores near 10000 is exact to rounding of the result, in float32 and float64."""
        log_softmax, x = twin("nn.LogSoftmax"), close_scores(rng)
        for dtype, tolerance in TO_ROUNDING.items():
            compare_roughly(log_softmax.forward(x.astype(dtype)), tolerance)


class TestLogsumexp:
    @weight(0.75)
    def test_any_dim(self, twin, rng):
        """logsumexp sums along dim, wherever it is in one to four dimensions, and along the last by default."""
        compare_logsumexp(twin, rng.normal(0, 2, (2, 3, 4)))
        for shape, dim in DIMS:
            compare_logsumexp(twin, rng.normal(0, 2, shape), dim=dim)

    @weight(0.5)
    def test_keepdim(self, twin, rng):
        """logsumexp keeps dim, with length 1 and in its place, if keepdim is True."""
        compare_logsumexp(twin, rng.normal(0, 2, (2, 3, 4)), keepdim=True)
        for shape, dim in DIMS:
            compare_logsumexp(twin, rng.normal(0, 2, shape), dim=dim, keepdim=True)

    @weight(0.5)
    def test_one_and_none(self, twin, rng):
        """logsumexp of a batch of one, of a single class and of an empty batch has x's shape without dim, or with
        length 1 there."""
        for shape, dim in (
            ((1, 6), -1),
            ((6, 1), 1),
            ((1, 1), 0),
            ((2, 1, 3), 2),
            ((1,), 0),
            ((0, 3), 1),
            ((2, 0, 3), -1),
        ):
            compare_logsumexp(twin, rng.normal(0, 2, shape), dim=dim)
            compare_logsumexp(twin, rng.normal(0, 2, shape), dim=dim, keepdim=True)

    @weight(0.75)
    def test_large_numbers(self, twin, rng):
        """logsumexp is exact to rounding, without a warning, for numbers up to 10000 and down to -10000, in float32 and
        float64."""
        with warnings_as_errors(twin.student):
            for dtype, tolerance in TO_ROUNDING.items():
                for dim, keepdim in ((1, False), (-1, True)):
                    compare_logsumexp(
                        twin, large_scores(rng).astype(dtype), tolerance=tolerance, dim=dim, keepdim=keepdim
                    )

    @weight(0.5)
    def test_zeros_add_up_to_zero(self, twin):
        """logsumexp of numbers that are all -inf is -inf, and a single -inf among others adds nothing."""
        inf = math.inf
        x = np.array([[-inf, -inf, -inf], [0.5, -inf, 0.5], [-inf, -inf, 7.0]])
        compare_logsumexp(twin, x)
        compare_logsumexp(twin, x[:2], dim=0)

    @fine
    @weight(0.25)
    def test_dtypes(self, twin, rng):
        """What logsumexp returns has the dtype of x, float32 or float64."""
        for dtype in ("float32", "float64"):
            for keepdim in (False, True):
                twin("nn.logsumexp", rng.normal(0, 2, (4, 3)).astype(dtype), keepdim=keepdim).compare(tolerance=FAR_OFF)

    @fine
    @weight(0.5)
    def test_memory(self, twin, rng):
        """logsumexp takes x in any memory layout, read-only too, and leaves it as it is."""
        for shape, dim in (((4, 3), 0), ((2, 3, 4), 1), ((4, 1), 1)):
            for layout in LAYOUTS:
                x = twin.array(rng.normal(0, 2, shape), layout)
                compare_roughly(twin("nn.logsumexp", x, dim=dim))
                x.compare(tolerance=EXACT)

    @fine
    @weight(0.25)
    def test_missing_dimension(self, student):
        """logsumexp raises IndexError for a dim that x does not have."""
        for dim in (2, -3):
            with raises(IndexError, doing=f"logsumexp(x, dim={dim}) with x of shape (2, 3)"):
                student.nn.logsumexp(np.ones((2, 3)), dim=dim)


def compare_logsumexp(twin, x, tolerance=ROUGHLY, **arguments):
    sums = twin("nn.logsumexp", x, **arguments)
    given = "".join(f", {key}={value}" for key, value in arguments.items())
    sums.name = f"logsumexp({x.dtype} array of shape {x.shape}{given})"
    compare_roughly(sums, tolerance)
