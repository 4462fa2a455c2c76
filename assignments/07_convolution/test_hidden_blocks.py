"""Hidden checks of assignment 07: batch normalisation of images, and residual blocks."""

import numpy as np

from grader.checks import Tolerance, check_gradients, compare, fine, raises, weight
from grader.checks.battery import Layer, ModuleLaws, upstream
from grader.checks.battery.drawing import compare_roughly
from grader.checks.battery.module import Refusal
from grader.checks.strict import warnings_as_errors

# Numbers around 1e9 whose spread is 1000: their mean is known to 1e-10 of the spread. With E[x^2] - E[x]^2, the
# variance is off by 1e-4; the two are told apart by the geometric mean.
NINE_DIGITS = Tolerance(1e-7, 1e-7)


def near_one(rng, shape):
    """Numbers whose mean is not 0, and whose variance is small enough for eps to show."""
    return rng.normal(1.0, 0.1, shape)


BATCH_NORM = Layer(
    "nn.BatchNorm2d",
    arguments=(3,),
    options=({"eps": 0.3}, {"momentum": 0.6}, {"affine": False}, {"track_running_stats": False}),
    together=(
        {"eps": 0.03, "momentum": 0.3, "affine": False},
        {"eps": 0.03, "momentum": 0.3, "affine": False, "track_running_stats": False},
    ),
    shapes=((2, 3, 4, 5), (1, 3, 2, 2), (3, 3, 3, 3), (5, 3, 1, 1), (2, 3, 1, 4), (0, 3, 4, 5)),
    sizes=((2, 3, 4, 5), (1, 3, 4, 5), (3, 3, 4, 5), (2, 3, 4, 7), (2, 3, 6, 7)),
    shapes_with_options=((2, 3, 4, 5), (4, 3, 1, 2), (0, 3, 4, 5)),
    draw=near_one,
    stateful=True,
    impossible=(((0,), {}), ((3,), {"eps": -1e-5}), ((3,), {"momentum": -0.1})),
    refused=(
        Refusal(ValueError, (2, 4, 3, 3), naming=((2, 4, 3, 3), 3)),
        Refusal(ValueError, (2, 1, 3, 3), naming=((2, 1, 3, 3), 3)),
        Refusal(ValueError, (4, 3), naming=((4, 3),)),
        Refusal(ValueError, (2, 3, 4, 5, 1), naming=((2, 3, 4, 5, 1),)),
    ),
)


class TestBatchNorm2d(ModuleLaws, member=BATCH_NORM, points=5.5):
    @weight(0.5)
    def test_far_from_zero(self, twin, rng):
        """BatchNorm2d is right to nine digits for numbers whose mean is a million times their spread."""
        for options in ({}, {"affine": False}):
            module, x = BATCH_NORM.make(twin, options), rng.normal(1e9, 1e3, (2, 3, 4, 5))
            compare_roughly(module.forward(x), NINE_DIGITS)
            compare_roughly(module.backward(upstream(rng, x.shape)), NINE_DIGITS)

    @weight(1)
    def test_several_batches(self, twin, rng):
        """The running averages of BatchNorm2d follow several batches of several sizes, and evaluation uses them as they
        are now, also after others were loaded.
        """
        for options in ({}, {"momentum": 0.6}, {"affine": False}):
            module = BATCH_NORM.make(twin, options)
            for shape in ((4, 3, 2, 3), (2, 3, 5, 1), (1, 3, 3, 3)):
                module.forward(rng.normal(2.0, 3.0, shape))
                module.compare("running_mean", "running_var")
            module.eval()
            module.forward(rng.normal(2.0, 3.0, (2, 3, 4, 3))).compare()
            module.compare("running_mean", "running_var")
            module.load_state_dict(BATCH_NORM.make(twin, options).state_dict())
            module.forward(rng.normal(2.0, 3.0, (2, 3, 4, 3))).compare()

    @weight(0.5)
    def test_mode_of_the_forward(self, twin, rng):
        """BatchNorm2d's backward belongs to the mode of the last forward, whatever the mode is by then."""
        x = near_one(rng, (2, 3, 4, 5))
        for training in (True, False):
            module = twin("nn.BatchNorm2d", 3)
            module.set("training", training)
            module.forward(x)
            module.set("training", not training)
            module.name = f"BatchNorm2d(3), after a forward with training={training},"
            module.backward(upstream(rng, x.shape)).compare()

    @weight(0.5)
    def test_at_first(self, student, rng):
        """A new BatchNorm2d has one weight, bias, running_mean and running_var for each channel, and uses them."""
        state = student.nn.BatchNorm2d(3).state_dict()
        wanted = {
            "weight": np.ones(3),
            "bias": np.zeros(3),
            "running_mean": np.zeros(3),
            "running_var": np.ones(3),
        }
        compare(", ".join(state), ", ".join(wanted), "the list of keys of BatchNorm2d(3).state_dict()")
        compare(dict(state), wanted, "BatchNorm2d(3).state_dict()")
        parameters = ", ".join(name for name, _ in student.nn.BatchNorm2d(3).named_parameters())
        compare(parameters, "weight, bias", "the parameters of BatchNorm2d(3)")
        module, x = student.nn.BatchNorm2d(3), rng.normal(size=(2, 3, 4, 5))
        module.eval()
        compare(module.forward(x), x / np.sqrt(1 + 1e-5), "BatchNorm2d(3).forward(x) in evaluation")

    @fine
    @weight(0.5)
    def test_a_single_number(self, student):
        """BatchNorm2d raises ValueError for a channel with a single number where its mean would be that of the
        batch.
        """
        with raises(ValueError, doing="BatchNorm2d(3).forward(x) with x of shape (1, 3, 1, 1) and training=True"):
            student.nn.BatchNorm2d(3).forward(np.ones((1, 3, 1, 1)))
        found = student.nn.BatchNorm2d(3).forward(np.ones((1, 3, 1, 2)))
        compare(found, np.zeros((1, 3, 1, 2)), "BatchNorm2d(3).forward(ones of shape (1, 3, 1, 2))")


RESIDUAL = Layer(
    "nn.ResidualBlock",
    arguments=(4, 4),
    options=({"stride": 2}, {"stride": 3}),
    shapes=((2, 4, 5, 4), (1, 4, 3, 6), (3, 4, 4, 4), (0, 4, 5, 4)),
    sizes=((2, 4, 5, 4), (1, 4, 5, 4), (3, 4, 5, 4), (2, 4, 5, 6), (2, 4, 7, 6)),
    shapes_with_options=((2, 4, 5, 4), (1, 4, 6, 7), (5, 4, 1, 1)),  # the last is as large as its output
    stateful=True,
    impossible=(((0, 4), {}), ((4, 0), {}), ((4, 4), {"stride": 0})),
    refused=(Refusal(ValueError, (2, 3, 5, 4), naming=((2, 3, 5, 4), 4)),),
)


class TestResidualBlock(ModuleLaws, member=RESIDUAL, points=5.5):
    @weight(1)
    def test_channels(self, twin, rng):
        """ResidualBlock changes the number of channels, with and without a stride, in both modes."""
        for channels, options in (((3, 5), {}), ((4, 2), {"stride": 2}), ((1, 1), {}), ((2, 3), {})):
            block = Layer("nn.ResidualBlock", channels, stateful=True).make(twin, options)
            x = near_one(rng, (2, channels[0], 4, 5))
            for training in (True, False):
                block.set("training", training)
                compare_roughly(block.forward(x))
                check_gradients(block, x, rng=rng)

    @weight(1)
    def test_at_first(self, student, reference):
        """A ResidualBlock has the parameters and buffers that the handout lists, drawn in its order."""
        for arguments, options in (((4, 4), {}), ((3, 5), {}), ((4, 4), {"stride": 2})):
            called = RESIDUAL.called(arguments, options)
            block = student.nn.ResidualBlock(*arguments, **options, rng=student.generator(3))
            expected = reference.nn.ResidualBlock(*arguments, **options, rng=np.random.default_rng(3)).state_dict()
            state = dict(block.state_dict())
            compare(", ".join(state), ", ".join(expected), f"the list of keys of {called}.state_dict()")
            compare(state, expected, f"{called}.state_dict()")

    @weight(0.5)
    def test_of_nothing(self, twin, rng):
        """An empty batch gives an empty array and gradients of zero, and moves no average, without a warning."""
        block = RESIDUAL.make(twin, {"stride": 2})
        with warnings_as_errors(twin.student):
            block.forward(np.zeros((0, 4, 5, 4))).compare()
            block.backward(np.zeros((0, 4, 3, 2))).compare()
        block.compare("conv1.weight.grad", "bn2.running_var", "downsample.0.weight.grad")
        compare_roughly(block.forward(near_one(rng, (2, 4, 5, 4))))
