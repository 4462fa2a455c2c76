"""Hidden checks of assignment 07: pooling and upsampling."""

import numpy as np

from grader.checks import check_gradients, weight
from grader.checks.battery import Layer, ModuleLaws, upstream
from grader.checks.battery.drawing import compare_roughly
from grader.checks.battery.module import Refusal

SHAPES = ((2, 3, 7, 6), (1, 3, 5, 8), (3, 1, 3, 2), (4, 4, 6, 6), (0, 3, 7, 6))
# Other batches; then another width with as many windows, and another height.
SIZES = ((2, 3, 7, 6), (1, 3, 7, 6), (3, 3, 7, 6), (2, 3, 7, 7), (2, 3, 8, 7))
SHAPES_WITH_OPTIONS = ((2, 3, 7, 6), (1, 3, 6, 7), (0, 3, 7, 6))
OTHER_DIMENSIONS = tuple(Refusal(ValueError, shape, naming=(shape,)) for shape in ((3, 7), (2, 3, 7, 6, 1)))
TOO_SMALL = tuple(Refusal(ValueError, shape, naming=(shape,)) for shape in ((2, 3, 2, 6), (2, 3, 7, 1)))
WINDOWS = ((2, {}), (1, {}), ((1, 4), {}), (3, {"stride": 1, "padding": 1}), ((5, 2), {"padding": (2, 0), "stride": 4}))
IMPOSSIBLE_WINDOWS = tuple(
    (arguments, options)
    for arguments, options in (
        ((0,), {}),
        (((2, 0),), {}),
        ((3,), {"stride": 0}),
        ((3,), {"padding": -1}),
        ((3,), {"padding": 2}),
        (((4, 2),), {"padding": (1, 2)}),
    )
)


class Pooling(ModuleLaws):
    """For windows that lie in a grid."""

    def _several(self, twin, rng, windows):
        for size, options in windows:
            pool = twin(self.member.path, size, **options)
            pool.name = self.member.called((size,), options)
            for shape in ((2, 3, 8, 6), (1, 2, 7, 9)):
                x = self.member.draw(rng, shape)
                compare_roughly(pool.forward(x))
                check_gradients(pool, x, rng=rng)


MAX_POOL = Layer(
    "nn.MaxPool2d",
    arguments=((3, 2),),
    options=({"stride": 1}, {"stride": (2, 3)}, {"stride": 4}, {"padding": 1}, {"padding": (1, 0)}),
    together=({"stride": 1, "padding": 1}, {"stride": (1, 2), "padding": (0, 1)}, {"stride": (2, 1), "padding": 1}),
    shapes=SHAPES,
    sizes=SIZES,
    shapes_with_options=SHAPES_WITH_OPTIONS,
    impossible=IMPOSSIBLE_WINDOWS,
    refused=OTHER_DIMENSIONS + TOO_SMALL,
)


class TestMaxPool2d(Pooling, member=MAX_POOL, points=5.5):
    @weight(1)
    def test_windows(self, twin, rng):
        """MaxPool2d takes windows of any size, forward and backward."""
        self._several(twin, rng, WINDOWS)
        pool = twin("nn.MaxPool2d", (17, 16), stride=1)  # its places have numbers that no uint8 can hold
        pool.name = "MaxPool2d((17, 16), stride=1)"
        x = np.sort(rng.normal(size=18 * 17)).reshape(1, 1, 18, 17)  # the last place has the largest number
        compare_roughly(pool.forward(x))
        compare_roughly(pool.backward(upstream(rng, (1, 1, 2, 2))))

    @weight(1)
    def test_ties(self, twin, rng):
        """Of equal numbers, MaxPool2d gives the whole gradient of a window to the first, row by row."""
        for size, options in (((3, 2), {}), (2, {"stride": 1}), ((2, 3), {"stride": (2, 1), "padding": 1})):
            pool = twin("nn.MaxPool2d", size, **options)
            pool.name = MAX_POOL.called((size,), options)
            for x in (rng.integers(0, 2, (2, 3, 7, 6)).astype(float), np.zeros((1, 2, 6, 6)), -np.ones((2, 1, 4, 5))):
                dy = upstream(rng, pool.forward(x).expected.shape)
                compare_roughly(pool.backward(dy))

    @weight(1)
    def test_negative_numbers(self, twin, rng):
        """Where all numbers are negative, MaxPool2d never takes a number of the padding."""
        for size, options in ((2, {"padding": 1}), (3, {"stride": 1, "padding": 1}), ((4, 3), {"padding": (2, 1)})):
            pool = twin("nn.MaxPool2d", size, **options)
            pool.name = MAX_POOL.called((size,), options)
            for x in (rng.uniform(0.5, 5000.0, (2, 3, 7, 6)), 1e300 * rng.uniform(1.0, 9.0, (2, 3, 7, 6))):
                y = pool.forward(-x)
                compare_roughly(y)
                compare_roughly(pool.backward(upstream(rng, y.expected.shape)))

    @weight(0.5)
    def test_nearly_equal(self, twin, rng):
        """Numbers that differ in the last digits alone are not equal for MaxPool2d."""
        x = 1 + rng.permutation(84).reshape(2, 1, 7, 6) * 1e-12
        pool = twin("nn.MaxPool2d", (3, 2), stride=1)
        y = pool.forward(x)
        y.compare()
        compare_roughly(pool.backward(upstream(rng, y.expected.shape)))


AVG_POOL = Layer(
    "nn.AvgPool2d",
    arguments=((3, 2),),
    options=(
        {"stride": 1},
        {"stride": (2, 3)},
        {"stride": 4},
        {"padding": 1},
        {"padding": (1, 0)},
        {"count_include_pad": False},
    ),
    together=(
        {"stride": 1, "padding": 1},
        {"stride": (2, 1), "padding": (0, 1)},
        {"stride": (1, 2), "padding": 1, "count_include_pad": False},
        {"stride": (3, 1), "padding": (1, 0), "count_include_pad": False},
        {"padding": 1, "count_include_pad": False},
    ),
    shapes=SHAPES,
    sizes=SIZES,
    shapes_with_options=SHAPES_WITH_OPTIONS,
    impossible=IMPOSSIBLE_WINDOWS,
    refused=OTHER_DIMENSIONS + TOO_SMALL,
)


class TestAvgPool2d(Pooling, member=AVG_POOL, points=6):
    @weight(1)
    def test_windows(self, twin, rng):
        """AvgPool2d takes windows of any size, with and without count_include_pad, forward and backward."""
        self._several(twin, rng, (*WINDOWS, ((5, 4), {"padding": 2, "stride": (1, 3), "count_include_pad": False})))


ADAPTIVE = Layer(
    "nn.AdaptiveAvgPool2d",
    arguments=((3, 2),),
    shapes=(*SHAPES, (1, 2, 1, 1), (2, 3, 3, 2)),
    sizes=SIZES,
    impossible=(((0,), {}), (((2, 0),), {}), ((-1,), {})),
    refused=OTHER_DIMENSIONS,
)


class TestAdaptiveAvgPool2d(ModuleLaws, member=ADAPTIVE, points=4.5):
    @weight(1.5)
    def test_output_sizes(self, twin, rng):
        """AdaptiveAvgPool2d gives images of any size, also larger ones than its input, forward and backward."""
        for size in (1, 2, 5, (7, 6), (4, 1), (9, 4), (3, 8)):
            pool = twin("nn.AdaptiveAvgPool2d", size)
            pool.name = f"AdaptiveAvgPool2d({size})"
            for shape in ((2, 3, 7, 6), (1, 2, 8, 5), (2, 1, 2, 3)):
                self._both_ways(rng, pool, shape)
        # in floating point, 11 * (30 / 22) is a little less than 15, and 25 * (14 / 50) a little more than 7
        pool = twin("nn.AdaptiveAvgPool2d", (22, 50))
        pool.name = "AdaptiveAvgPool2d((22, 50))"
        self._both_ways(rng, pool, (1, 1, 30, 14))

    def _both_ways(self, rng, pool, shape):
        x = ADAPTIVE.draw(rng, shape)
        compare_roughly(pool.forward(x))
        check_gradients(pool, x, rng=rng)


UPSAMPLE = Layer(
    "nn.Upsample",
    arguments=((2, 3),),
    options=({"mode": "bilinear"},),
    shapes=((2, 3, 4, 3), (1, 3, 2, 5), (3, 1, 1, 1), (4, 4, 4, 4), (0, 3, 4, 3)),
    sizes=((2, 3, 4, 3), (1, 3, 4, 3), (3, 3, 4, 3), (2, 3, 4, 5), (2, 3, 6, 5)),
    shapes_with_options=((2, 3, 4, 3), (1, 2, 1, 4), (2, 1, 5, 1), (0, 3, 4, 3)),
    impossible=(((0,), {}), (((2, 0),), {}), ((2,), {"mode": "cubic"})),
    refused=OTHER_DIMENSIONS,
)


class TestUpsample(ModuleLaws, member=UPSAMPLE, points=5):
    @weight(1.5)
    def test_factors(self, twin, rng):
        """Upsample takes any whole factors in both modes, forward and backward."""
        for mode in ("nearest", "bilinear"):
            for factor in (1, 2, 3, (1, 4), (5, 2)):
                module = twin("nn.Upsample", scale_factor=factor, mode=mode)
                module.name = f"Upsample({factor}, mode={mode!r})"
                for shape in ((2, 3, 4, 3), (1, 2, 1, 5)):
                    x = UPSAMPLE.draw(rng, shape)
                    compare_roughly(module.forward(x))
                    check_gradients(module, x, rng=rng)
