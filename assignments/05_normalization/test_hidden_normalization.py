"""Hidden checks of assignment 05: normalisation."""

import math
from itertools import product

import numpy as np

from grader.checks import Tolerance, check_gradients, compare, fine, raises, weight
from grader.checks.battery import Layer, ModuleLaws, law, upstream
from grader.checks.battery.answers import filled
from grader.checks.battery.drawing import compare_roughly
from grader.checks.battery.module import Refusal
from grader.checks.strict import warnings_as_errors

# Numbers around 1e9 whose spread is 1000, which hides the usual eps: their mean is known to 1e-10 of the spread. With
# E[x^2] - E[x]^2, the variance is off by 1e-4; the two are told apart by the geometric mean.
NINE_DIGITS = Tolerance(1e-7, 1e-7)
# What is left of equal numbers is a rounding of them, divided by the root of eps: 4e-14, where there should be 0.
NEARLY_ZERO = Tolerance(1e-6, 1e-6, absolute=1e-10)


def apart(rng, shape):
    """Numbers whose mean is not 0, and any two of which are so far apart that the usual eps does not show."""
    count = math.prod(shape)
    return 2e4 * (rng.permutation(count) - count // 3).reshape(shape) + rng.uniform(0, 1e4, shape)


def near_one(rng, shape):
    """Numbers whose mean is not 0, and whose variance is small enough for eps to show."""
    return rng.normal(1.0, 0.1, shape)


def small(rng, shape):
    """Numbers whose mean is not 0, and whose squares are small enough for eps to show."""
    return rng.normal(0.02, 0.02, shape)


class WithEps(ModuleLaws):
    """For layers that divide by a root to which eps is added. `narrow` draws numbers for which eps shows."""

    narrow = staticmethod(near_one)

    @law("{name} adds eps under the root: it is right for numbers that hardly differ, forward and backward.", 1.5)
    def test_eps(self, twin, rng):
        lines = self.member.lines(rng)
        none = [{"eps": 0.0}] * any("eps" in options for options in lines)  # it may be 0 where numbers differ at all
        for options in (*lines, *none):
            for shape in filled(self.member.shapes_with_options) or self.member.sizes[:2]:
                module, x = self.member.make(twin, options), self.narrow(rng, shape)
                compare_roughly(module.forward(x))
                check_gradients(module, x, rng=rng)

    @law("A new {name} has a weight of ones and a bias of zeros, if it has them, and no other parameters.", 0.5)
    def test_at_first(self, student, reference):
        for options in ({}, *self.member.others):
            called = self.member.called(self.member.arguments, options)
            module = student.make(self.member.path, *self.member.arguments, **options)
            expected = getattr(reference.nn, self.member.name)(*self.member.arguments, **options)
            found = dict(module.state_dict())
            compare(", ".join(found), ", ".join(expected.state_dict()), f"the list of keys of {called}.state_dict()")
            compare(found, expected.state_dict(), f"{called}.state_dict()")
            names = ", ".join(name for name, _ in module.named_parameters())
            compare(names, ", ".join(name for name, _ in expected.named_parameters()), f"the parameters of {called}")
            for name in ("weight", "bias"):
                if getattr(expected, name, 0) is None:
                    compare(getattr(module, name), None, f"{called}.{name}")


class Normalising(WithEps):
    """For layers that subtract a mean and divide by a spread."""

    @law("{name} is right to nine digits for numbers whose mean is a million times their spread.", 0.5)
    def test_far_from_zero(self, twin, rng):
        for options in self.member.lines(rng):
            x = rng.normal(1e9, 1e3, self.member.sizes[0])
            module = self.member.make(twin, options)
            compare_roughly(module.forward(x), NINE_DIGITS)
            compare_roughly(module.backward(upstream(rng, x.shape)), NINE_DIGITS)

    @law("{name} turns numbers that are all equal into the bias, and its gradients are finite there.", 0.5)
    def test_constant(self, twin, rng):
        for options, number in product(self.member.lines(rng), (0.75, 0.0)):
            x = np.full(self.member.sizes[0], number)
            module = self.member.make(twin, options)
            with warnings_as_errors(twin.student):
                compare_roughly(module.forward(x), NEARLY_ZERO)
                compare_roughly(module.backward(upstream(rng, x.shape)), NEARLY_ZERO)
            module.forward(self.member.draw(rng, self.member.sizes[0])).compare()  # and others into something else


BATCH_NORM = Layer(
    "nn.BatchNorm1d",
    arguments=(3,),
    options=({"eps": 0.3}, {"momentum": 0.6}, {"affine": False}, {"track_running_stats": False}),
    together=(
        {"eps": 0.03, "momentum": 0.3, "affine": False},
        {"affine": False, "track_running_stats": False},
        {"eps": 0.03, "momentum": 0.3, "affine": False, "track_running_stats": False},
    ),
    shapes=((4, 3), (2, 3), (2, 3, 5), (3, 3, 3), (1, 3, 4), (4, 3, 1), (0, 3), (0, 3, 4)),
    sizes=((4, 3), (2, 3), (5, 3)),
    shapes_with_options=((4, 3), (2, 3, 5), (0, 3)),
    draw=apart,
    stateful=True,
    impossible=(((0,), {}), ((3,), {"eps": -1e-5}), ((3,), {"momentum": -0.1}), ((3,), {"momentum": 1.1})),
    refused=(
        Refusal(ValueError, (4, 5), naming=((4, 5), 3)),
        Refusal(ValueError, (4, 1), naming=((4, 1), 3)),
        Refusal(ValueError, (4, 3), naming=((4, 3), 1), fits=(4, 1), arguments=(1,)),
        Refusal(ValueError, (2, 5, 3), naming=((2, 5, 3),)),
        Refusal(ValueError, (3,), naming=((3,),)),
        Refusal(ValueError, (2, 3, 4, 5), naming=((2, 3, 4, 5),)),
    ),
)


class TestBatchNorm1d(Normalising, member=BATCH_NORM, points=9):
    @weight(1)
    def test_several_batches(self, twin, rng):
        """The running averages of BatchNorm1d follow several batches of several sizes, and evaluation uses them."""
        for options in ({}, {"momentum": 0.6}, {"momentum": 1.0}, {"momentum": 0.0}, {"affine": False}):
            module = BATCH_NORM.make(twin, options)
            for shape in ((4, 3), (2, 3, 5), (7, 3), (3, 3, 1)):
                module.forward(rng.normal(2.0, 3.0, shape))
                module.compare("running_mean", "running_var")
            module.eval()
            module.forward(rng.normal(2.0, 3.0, (4, 3))).compare()
            module.compare("running_mean", "running_var")

    @weight(1)
    def test_mode_of_the_forward(self, twin, rng):
        """BatchNorm1d's backward belongs to the mode of the last forward, whatever the mode is by then."""
        x = apart(rng, (4, 3))
        for first in (True, False):
            module = twin("nn.BatchNorm1d", 3)
            for training in (first, not first):
                module.set("training", training)
                module.forward(x)
                module.set("training", not training)
                module.name = f"BatchNorm1d(3), after a forward with training={training},"
                module.backward(upstream(rng, x.shape)).compare()

    @weight(0.5)
    def test_a_batch_of_one_in_evaluation(self, twin, rng):
        """In evaluation BatchNorm1d takes one example, and gives it what it gives it in company."""
        module = twin("nn.BatchNorm1d", 3)
        module.eval()
        for shape in ((1, 3), (1, 3, 1)):
            x = rng.normal(size=shape)
            compare_roughly(module.forward(x))
            check_gradients(module, x, rng=rng)

    @weight(0.5)
    def test_of_an_empty_batch(self, twin, rng):
        """An empty batch gives an empty array and gradients of zero,
        and moves no running average, without a warning.
        """
        for shape in ((0, 3), (0, 3, 4)):
            module = twin("nn.BatchNorm1d", 3)
            with warnings_as_errors(twin.student):
                module.forward(np.zeros(shape)).compare()
                module.backward(np.zeros(shape)).compare()
            module.compare("running_mean", "running_var", "weight.grad", "bias.grad")
            module.forward(apart(rng, (4, 3))).compare()

    @weight(0.5)
    def test_resumes(self, twin, rng):
        """Running averages are part of the state_dict: a new BatchNorm1d that loads it evaluates as the old one."""
        chain, other = (twin("nn.Sequential", twin("nn.BatchNorm1d", 3), twin("nn.Linear", 3, 2)) for _ in range(2))
        for _ in range(2):
            chain.forward(rng.normal(2.0, 3.0, (6, 3)))
        other.load_state_dict(chain.state_dict())
        other.eval()
        other.name = "Sequential(BatchNorm1d(3), Linear(3, 2)), with a state that was loaded,"
        other.forward(rng.normal(2.0, 3.0, (4, 3))).compare()
        other.train()
        other.forward(rng.normal(2.0, 3.0, (4, 3))).compare()
        other.state_dict().compare()

    @fine
    @weight(0.5)
    def test_running_averages_keep_their_dtype(self, twin, rng):
        """BatchNorm1d's running averages stay float64 after a batch of float32."""
        module = twin("nn.BatchNorm1d", 3)
        module.forward(apart(rng, (4, 3)).astype("float32"))
        module.name = "BatchNorm1d(3), after a forward of a float32 array,"
        # single precision: whether the batch's mean is taken in float32 or in float64 is the student's choice
        module.compare("running_mean", "running_var", tolerance=Tolerance(1e-5, 1e-5))

    @fine
    @weight(0.5)
    def test_a_single_number(self, student):
        """BatchNorm1d raises ValueError for a channel with a single number
        where its mean would be that of the batch.
        """
        for shape, options, training in (
            ((1, 3), {}, True),
            ((1, 3, 1), {}, True),
            ((1, 3), {"track_running_stats": False}, True),
            ((1, 3), {"track_running_stats": False}, False),
        ):
            module = student.nn.BatchNorm1d(3, **options)
            module.train(training)
            called = BATCH_NORM.called((3,), options)
            with raises(ValueError, doing=f"{called}.forward(x) with x of shape {shape} and training={training}"):
                module.forward(np.ones(shape))
        module = student.nn.BatchNorm1d(3)
        compare(module.forward(np.ones((2, 3))), np.zeros((2, 3)), "BatchNorm1d(3).forward(ones of shape (2, 3))")


LAYER_NORM = Layer(
    "nn.LayerNorm",
    arguments=(5,),
    options=({"eps": 0.3}, {"elementwise_affine": False}),
    together=({"eps": 0.03, "elementwise_affine": False},),
    shapes=((4, 5), (5,), (1, 5), (2, 3, 5), (2, 3, 2, 5), (5, 5), (0, 5), (2, 0, 5)),
    sizes=((4, 5), (2, 5), (5, 5)),
    shapes_with_options=((4, 5), (2, 3, 5), (5,)),
    draw=apart,
    impossible=(((0,), {}), (((),), {}), (((3, 0),), {}), ((5,), {"eps": -1e-5})),
    refused=(
        Refusal(ValueError, (5, 4), naming=((5, 4), 5)),
        Refusal(ValueError, (5, 1), naming=((5, 1), 5)),
        Refusal(ValueError, (5, 4), naming=((5, 4), 1), fits=(5, 1), arguments=(1,)),
        Refusal(ValueError, (4,), naming=((4,), 5)),
    ),
)
# What is normalised together has two dimensions, or three; the sizes in front of them are those of the batch.
DIMENSIONS = (((3, 5), (4, 3, 5)), ([3, 5], (3, 5)), ((4, 3), (2, 3, 4, 3)), ((2, 3, 5), (2, 2, 3, 5)), ((5,), (4, 5)))


def check_dimensions(twin, rng, name, draw, lines):
    """Values and gradients of a layer that normalises several dimensions together."""
    for options in lines:
        for normalized, shape in DIMENSIONS:
            module = twin(f"nn.{name}", normalized, **options)
            module.name = Layer(f"nn.{name}").called((normalized,), options)
            x = draw(rng, shape)
            compare_roughly(module.forward(x))
            check_gradients(module, x, rng=rng)


def refuse_dimensions(student, name):
    for normalized, shape in (
        ((3, 5), (5, 3)),
        ((3, 5), (2, 5)),
        ((3, 5), (5,)),
        ((3, 5), (2, 3, 1)),
        ((3, 1), (3, 5)),
    ):
        doing = f"{name}({normalized}).forward(x) with x of shape {shape}"
        with raises(ValueError, doing=doing, naming=(shape, *normalized)):
            student.make(f"nn.{name}", normalized).forward(np.ones(shape))
    compare(student.make(f"nn.{name}", [3, 5]).normalized_shape, (3, 5), f"{name}([3, 5]).normalized_shape")
    found = student.make(f"nn.{name}", (3, 5)).forward(np.zeros((2, 3, 5)))
    compare(found, np.zeros((2, 3, 5)), f"{name}((3, 5)).forward(zeros of shape (2, 3, 5))")


class TestLayerNorm(Normalising, member=LAYER_NORM, points=5.5):
    @weight(1.5)
    def test_several_dimensions(self, twin, rng):
        """LayerNorm normalises several dimensions together, given as a tuple or a list, forward and backward."""
        check_dimensions(twin, rng, "LayerNorm", apart, ({}, {"eps": 0.3}, {"elementwise_affine": False}))

    @fine
    @weight(0.5)
    def test_refuses_other_dimensions(self, student):
        """LayerNorm raises ValueError, naming both shapes, for an x whose last dimensions are not normalized_shape,
        a tuple.
        """
        refuse_dimensions(student, "LayerNorm")


RMS_NORM = Layer(
    "nn.RMSNorm",
    arguments=(5,),
    options=({"eps": 0.3}, {"eps": 1e-4}),
    shapes=((4, 5), (5,), (1, 5), (2, 3, 5), (2, 3, 2, 5), (5, 5), (0, 5), (2, 0, 5)),
    sizes=((4, 5), (2, 5), (5, 5)),
    shapes_with_options=((4, 5), (2, 3, 5), (5,)),
    draw=apart,
    impossible=(((0,), {}), (((),), {}), (((3, 0),), {}), ((5,), {"eps": -1e-5})),
    refused=LAYER_NORM.refused,
)


class TestRMSNorm(WithEps, member=RMS_NORM, points=4.5):
    narrow = staticmethod(small)

    @weight(1.5)
    def test_several_dimensions(self, twin, rng):
        """RMSNorm normalises several dimensions together, given as a tuple or a list, forward and backward."""
        check_dimensions(twin, rng, "RMSNorm", apart, ({}, {"eps": 0.3}))

    @fine
    @weight(0.5)
    def test_refuses_other_dimensions(self, student):
        """RMSNorm raises ValueError, naming both shapes, for an x whose last dimensions are not normalized_shape,
        a tuple.
        """
        refuse_dimensions(student, "RMSNorm")

    @weight(0.5)
    def test_zeros(self, twin, rng):
        """RMSNorm turns zeros into zeros, with a finite gradient and without a warning."""
        module, x = twin("nn.RMSNorm", 5), np.zeros((4, 5))
        x[2:] = apart(rng, (2, 5))
        with warnings_as_errors(twin.student):
            compare_roughly(module.forward(x))
            compare_roughly(module.backward(upstream(rng, x.shape)))


GROUP_NORM = Layer(
    "nn.GroupNorm",
    arguments=(2, 6),
    shapes=((4, 6), (2, 6, 5), (2, 6, 3, 2), (1, 6, 4), (6, 6, 1), (0, 6), (0, 6, 3)),
    sizes=((4, 6), (2, 6), (5, 6)),
    draw=apart,
    impossible=(((0, 6), {}), ((2, 0), {}), ((4, 6), {}), ((6, 3), {}), ((-2, 6), {})),
    refused=(
        Refusal(ValueError, (4, 5), naming=((4, 5), 6)),
        Refusal(ValueError, (4, 1), naming=((4, 1), 6)),
        Refusal(ValueError, (4, 3), naming=((4, 3), 1), arguments=(1, 1)),
        Refusal(ValueError, (2, 4, 6), naming=((2, 4, 6), 6)),
        Refusal(ValueError, (6,), naming=((6,),)),
    ),
)


class TestGroupNorm(Normalising, member=GROUP_NORM, points=5):
    @weight(1.5)
    def test_any_number_of_groups(self, twin, rng):
        """GroupNorm takes any number of groups, from one of all channels to one for each, forward and backward."""
        for groups, channels in ((1, 6), (3, 6), (6, 6), (2, 4), (1, 1)):
            for shape in ((2, channels, 5), (3, channels, 2, 2)):
                module, x = twin("nn.GroupNorm", groups, channels), apart(rng, shape)
                module.name = f"GroupNorm({groups}, {channels})"
                compare_roughly(module.forward(x))
                check_gradients(module, x, rng=rng)

    @fine
    @weight(0.5)
    def test_a_single_number(self, student):
        """GroupNorm raises ValueError for one example in which a group has a single number."""
        for groups, shape in ((3, (1, 3)), (6, (1, 6, 1)), (1, (1, 1, 1))):
            with raises(ValueError, doing=f"GroupNorm({groups}, {shape[1]}).forward(x) with x of shape {shape}"):
                student.nn.GroupNorm(groups, shape[1]).forward(np.ones(shape))
        found = student.nn.GroupNorm(3, 3).forward(np.ones((1, 3, 2)))
        compare(found, np.zeros((1, 3, 2)), "GroupNorm(3, 3).forward(ones of shape (1, 3, 2))")
