"""Hidden checks of assignment 07: convolutions."""

import math

import numpy as np

from grader.checks import Tolerance, check_gradients, compare, weight
from grader.checks.battery import Layer, ModuleLaws, law, refuse_usual_seeds
from grader.checks.battery.drawing import compare_roughly
from grader.checks.battery.module import Refusal

# Some thousand weights are uniform in [-b, b). The largest is below 0.99 b once in 1e34; the other two tolerances are
# six standard errors of their mean and spread. Of 200 biases, the largest is below 0.8 b once in 1e19.
LARGEST, MEAN, SPREAD, LARGEST_BIAS = 0.01, 0.04, 0.03, 0.2


class Convolving(ModuleLaws):
    """For convolutions: their initial values, and kernels and channels of every kind."""

    @law("{name} draws first the weight, then the bias, from rng.uniform(-b, b) with b = 1/sqrt(fan).")
    def test_draws_from_the_given_generator(self, student, rng):
        path = self.member.path
        for options in ({}, {"bias": False}, {"groups": 2}, *self.member.together[:1]):
            seed, called = int(rng.integers(1 << 30)), self.member.called((4, 8, 3), {**options, "rng": "rng"})
            module = student.make(path, 4, 8, 3, **options, rng=student.generator(seed))
            [shape] = [p.shape for name, p in module.named_parameters() if name == "weight"]
            groups, dimensions = options.get("groups", 1), len(self.member.sizes[0]) - 2
            first, second = (4, 8) if "Transpose" in path else (8, 4)
            compare(tuple(shape), (first, second // groups, *(3,) * dimensions), f"{called}.weight.shape")
            draw, bound = np.random.default_rng(seed).uniform, 1 / math.sqrt(math.prod(shape[1:]))
            compare(module.weight.data, draw(-bound, bound, shape), f"{called}.weight.data")
            if options.get("bias", True):
                compare(module.bias.data, draw(-bound, bound, 8), f"{called}.bias.data")
            else:
                compare(module.bias, None, f"{called}.bias")

    @law("Without rng, initial values of {name} are uniform, new each time, and leave NumPy's global state alone.")
    def test_initial_values_without_a_generator(self, student):
        path, called = self.member.path, self.member.called((20, 200, 2), {})
        state, weights = student.nn.parameter.np.random, []
        refuse_usual_seeds(student, lambda **rng: student.make(path, 4, 8, 3, **rng).weight.data, called)
        for _ in range(2):
            state.seed(7)
            before = state.get_state()
            module = student.make(path, 20, 200, 2)
            compare(state.get_state(), before, f"the state of numpy.random after {called}")
            weights.append(module.weight.data.copy())
        compare(weights[0].size % 8000, 0, f"the size of {called}.weight modulo 8000")
        bound, bias = 1 / math.sqrt(math.prod(weights[0].shape[1:])), module.bias.data
        most = float(np.abs(weights[0]).max()) / bound, float(np.abs(bias).max()) / bound
        compare(most[0], 1.0, "the largest absolute weight, in bounds", Tolerance(LARGEST, 0.0))
        compare(most[1], 1.0, "the largest absolute bias, in bounds", Tolerance(LARGEST_BIAS, 0.0))
        mean, spread = float(weights[0].mean()) / bound, float(weights[0].std()) / bound
        compare(mean, 0.0, "the mean weight, in bounds", Tolerance(0.0, 0.0, absolute=MEAN))
        compare(spread, 3**-0.5, "the spread of the weights, in bounds", Tolerance(SPREAD, 0.0))
        compare(bool(np.array_equal(*weights)), False, "`two new layers have equal weights`")

    @law("{name} takes any kernel size and any numbers of channels, forward and backward.", 1.5)
    def test_kernels_and_channels(self, twin, rng):
        for arguments, options in self.KERNELS:
            module = twin(self.member.path, *arguments, **options)
            module.name = self.member.called(arguments, options)
            x = self.member.draw(rng, (2, arguments[0], *self.member.sizes[0][2:]))
            compare_roughly(module.forward(x))
            check_gradients(module, x, rng=rng)


TOO_SMALL = {"kernel_size": 0}, {"stride": 0}, {"dilation": 0}, {"groups": 0}, {"padding": -1}


def impossible(*more):
    """What all convolutions refuse, and what one of them does."""
    ones = tuple(((4, 8), {"kernel_size": 3, **options}) for options in TOO_SMALL)
    # 3 divides neither number of channels, 8 only one of them
    groups = tuple(((*channels, 3), {"groups": g}) for channels, g in (((4, 8), 3), ((4, 8), 8), ((8, 4), 8)))
    return (*ones, *groups, ((0, 8, 3), {}), ((4, 0, 3), {}), *(((4, 8, 3), options) for options in more))


CONV_1D = Layer(
    "nn.Conv1d",
    arguments=(4, 8, 3),
    options=(
        {"stride": 2},
        {"stride": 4},
        {"padding": 2},
        {"padding": "same"},
        {"padding": "valid"},
        {"dilation": 2},
        {"groups": 2},
        {"groups": 4},
        {"bias": False},
    ),
    together=(
        {"stride": 2, "padding": 1, "dilation": 2, "groups": 2, "bias": False},
        {"stride": 3, "padding": 2},
        {"padding": "same", "dilation": 2},
    ),
    shapes=((2, 4, 9), (1, 4, 8), (3, 4, 3), (4, 4, 4), (0, 4, 9)),
    sizes=((2, 4, 9), (1, 4, 9), (3, 4, 9), (2, 4, 10)),
    shapes_with_options=((2, 4, 9), (1, 4, 10), (0, 4, 9)),
    impossible=impossible({"padding": "full"}, {"padding": "same", "stride": 2}),
    refused=(
        Refusal(ValueError, (2, 3, 9), naming=((2, 3, 9), 4)),
        Refusal(ValueError, (2, 1, 9), naming=((2, 1, 9), 4)),
        Refusal(ValueError, (2, 4, 2), naming=((2, 4, 2),)),
        Refusal(ValueError, (2, 4, 9, 1), naming=((2, 4, 9, 1),)),
    ),
)


class TestConv1d(Convolving, member=CONV_1D, points=7.25):
    KERNELS = (
        ((3, 2, 1), {}),
        ((1, 1, 2), {}),
        ((2, 5, 4), {"padding": "same"}),
        ((2, 3, 6), {"padding": 5, "stride": 3}),
        ((3, 3, 2), {"groups": 3, "dilation": 3}),
        ((2, 2, 9), {}),
    )


CONV_2D = Layer(
    "nn.Conv2d",
    arguments=(4, 8, (3, 2)),
    options=(
        {"stride": 2},
        {"stride": (1, 3)},
        {"padding": 1},
        {"padding": (2, 1)},
        {"padding": "same"},
        {"padding": "valid"},
        {"dilation": 2},
        {"dilation": (1, 3)},
        {"groups": 2},
        {"groups": 4},
        {"bias": False},
    ),
    together=(
        {"stride": (2, 1), "padding": (1, 2), "dilation": (1, 2), "groups": 2, "bias": False},
        {"stride": (3, 2), "padding": (2, 0), "dilation": (2, 1)},
        {"stride": 2, "padding": 1},
        {"padding": "same", "dilation": (2, 3)},
    ),
    shapes=((2, 4, 7, 6), (1, 4, 5, 8), (3, 4, 3, 2), (4, 4, 6, 6), (0, 4, 7, 6)),
    sizes=((2, 4, 7, 6), (1, 4, 7, 6), (3, 4, 7, 6), (2, 4, 7, 7), (2, 4, 8, 7)),
    shapes_with_options=((2, 4, 7, 6), (1, 4, 6, 7), (0, 4, 7, 6)),
    impossible=impossible(
        {"padding": "full"}, {"padding": "same", "stride": 2}, {"padding": "same", "stride": (1, 2)}, {"stride": (1, 0)}
    ),
    refused=(
        Refusal(ValueError, (2, 3, 7, 6), naming=((2, 3, 7, 6), 4)),
        Refusal(ValueError, (2, 1, 7, 6), naming=((2, 1, 7, 6), 4)),
        Refusal(ValueError, (2, 4, 2, 6), naming=((2, 4, 2, 6),)),
        Refusal(ValueError, (2, 4, 7, 1), naming=((2, 4, 7, 1),)),
        Refusal(ValueError, (2, 4), naming=((2, 4),)),
        Refusal(ValueError, (2, 4, 7, 6, 1), naming=((2, 4, 7, 6, 1),)),
    ),
)


class TestConv2d(Convolving, member=CONV_2D, points=13):
    KERNELS = (
        ((3, 2, 1), {}),
        ((1, 1, 2), {}),
        ((2, 3, (1, 4)), {"padding": "same"}),
        ((2, 3, (4, 2)), {"padding": "same"}),
        ((2, 3, (5, 1)), {"padding": (4, 3), "stride": 3}),
        ((3, 3, 2), {"groups": 3, "dilation": (3, 2)}),
        ((2, 4, (7, 6)), {}),
    )


CONV_TRANSPOSE_2D = Layer(
    "nn.ConvTranspose2d",
    arguments=(4, 8, (3, 2)),
    options=(
        {"stride": 2},
        {"stride": (1, 3)},
        {"padding": 1},
        {"padding": (2, 0)},
        {"dilation": 2},
        {"dilation": (1, 3)},
        {"groups": 2},
        {"groups": 4},
        {"bias": False},
    ),
    together=(
        {
            "stride": (3, 2),
            "padding": (1, 0),
            "output_padding": (2, 1),
            "dilation": (1, 2),
            "groups": 2,
            "bias": False,
        },
        {"stride": 2, "output_padding": 1},
        {"dilation": (3, 2), "output_padding": (2, 0)},
        {"stride": (2, 3), "padding": 1, "output_padding": (0, 2)},
    ),
    shapes=((2, 4, 4, 3), (1, 4, 2, 5), (3, 4, 1, 1), (4, 4, 4, 4), (0, 4, 4, 3)),
    sizes=((2, 4, 4, 3), (1, 4, 4, 3), (3, 4, 4, 3), (2, 4, 4, 5), (2, 4, 6, 5)),
    shapes_with_options=((2, 4, 4, 3), (1, 4, 3, 4), (0, 4, 4, 3)),
    impossible=impossible(
        {"output_padding": 1},
        {"output_padding": 2, "stride": 2},
        {"output_padding": (0, 1), "stride": (2, 1)},
        {"output_padding": (1, 0), "dilation": (1, 2)},
        {"output_padding": -1},
        {"stride": (1, 0)},
    ),
    refused=(
        Refusal(ValueError, (2, 8, 4, 3), naming=((2, 8, 4, 3), 4)),
        Refusal(ValueError, (2, 1, 4, 3), naming=((2, 1, 4, 3), 4)),
        Refusal(ValueError, (2, 4), naming=((2, 4),)),
        Refusal(ValueError, (2, 4, 1, 3), {"padding": 2}, naming=((2, 4, 1, 3),), fits=(2, 4, 4, 4)),
    ),
)


class TestConvTranspose2d(Convolving, member=CONV_TRANSPOSE_2D, points=10):
    KERNELS = (
        ((3, 2, 1), {}),
        ((3, 2, 1), {"stride": 2}),
        ((1, 1, 2), {}),
        ((2, 3, (1, 4)), {"stride": 3}),
        ((2, 3, (5, 1)), {"padding": (4, 0), "stride": 3, "output_padding": 2}),
        ((3, 3, 2), {"groups": 3, "dilation": (3, 2)}),
    )

    @weight(1)
    def test_undoes_the_shape(self, twin, rng):
        """ConvTranspose2d turns the output shape of a Conv2d back into any input shape, by output_padding."""
        for height, width in ((7, 6), (8, 7), (9, 8)):
            options = {"stride": 3, "padding": 1}
            more = (height + 2 - 3) % 3, (width + 2 - 2) % 3
            conv = twin("nn.ConvTranspose2d", 2, 3, (3, 2), output_padding=more, **options)
            conv.name = f"ConvTranspose2d(2, 3, (3, 2), stride=3, padding=1, output_padding={more})"
            y = conv.forward(rng.normal(size=(2, 2, (height - 1) // 3 + 1, width // 3 + 1)))
            compare(y.actual.shape, (2, 3, height, width), f"the shape of {y.name}")
            compare_roughly(y)
