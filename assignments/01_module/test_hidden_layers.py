"""Hidden checks of assignment 01: the layers, and gradients that add up."""

import numpy as np
import pytest

from grader.checks import Tolerance, compare, fine, raises, weight
from grader.checks.battery import Layer, ModuleLaws, refuse_usual_seeds
from grader.checks.battery.module import Refusal
from grader.compare import FLOAT32

from .trees import normal

LINEAR = Layer(
    "nn.Linear",
    arguments=(5, 3),
    options=({"bias": False},),
    shapes=((7, 5), (5,), (1, 5), (2, 3, 5), (2, 3, 4, 5), (0, 5), (2, 0, 5)),
    sizes=((4, 5), (2, 5), (5, 5)),
    draw=normal,
    impossible=(((0, 3), {}), ((3, 0), {})),
    refused=(Refusal(ValueError, (7, 4), naming=((7, 4), 5)), Refusal(ValueError, (7, 1), naming=((7, 1), 5))),
)


class TestLinear(ModuleLaws, member=LINEAR, points=7):
    @weight(1)
    def test_cost(self, twin, rng):
        """Linear.backward takes a time of the order of forward, not one forward for every weight."""
        linear, x = twin("nn.Linear", 256, 256), rng.normal(size=(8, 256))
        linear.forward(x)
        linear.backward(x).compare()

    @weight(1)
    def test_draws_from_the_given_generator(self, student, rng):
        """Linear draws first the weight, then the bias, from rng.uniform(-a, a) with a = 1/sqrt(in_features)."""
        for i, o, bias in ((5, 3, True), (1, 1, True), (5, 3, False)):
            seed, bound, name = int(rng.integers(1 << 30)), i**-0.5, f"Linear({i}, {o}, bias={bias}, rng=rng)"
            # A generator cannot cross: it is made there, with the NumPy of a file that is given.
            linear = student.nn.Linear(i, o, bias=bias, rng=student.nn.parameter.np.random.default_rng(seed))
            draw = np.random.default_rng(seed).uniform
            compare(linear.weight.data, draw(-bound, bound, (o, i)), f"{name}.weight.data")
            if bias:
                compare(linear.bias.data, draw(-bound, bound, o), f"{name}.bias.data")
            else:
                compare(linear.bias, None, f"{name}.bias")

    @weight(1)
    def test_initial_values_without_a_generator(self, student):
        """Without rng, initial values are uniform in [-a, a) and new each time; NumPy's global state plays no part."""
        state, weights = student.nn.parameter.np.random, []
        refuse_usual_seeds(student, lambda **rng: student.nn.Linear(5, 3, **rng).weight.data, "Linear(5, 3)")
        for _ in range(2):
            state.seed(7)
            before = state.get_state()
            linear = student.nn.Linear(25, 4000)
            compare(state.get_state(), before, "the state of numpy.random after Linear(25, 4000)")
            weights.append(linear.weight.data)
        for name, values in (("weight", weights[0]), ("bias", linear.bias.data)):
            # The largest of 4000 draws is below 0.99 a once in 1e17; the other two tolerances are 6 standard errors.
            compare(float(np.abs(values).max()), 0.2, f"the largest absolute initial {name}", Tolerance(0.01, 0.0))
            compare(float(values.mean()), 0.0, f"the mean initial {name}", Tolerance(0.0, 0.0, absolute=0.012))
            compare(float(values.std()), 0.2 / 3**0.5, f"the spread of the initial {name}", Tolerance(0.05, 0.0))
        compare(bool(np.array_equal(*weights)), False, "`two new layers have equal weights`")


IDENTITY = Layer("nn.Identity", shapes=((), (5,), (0, 3), (4, 3), (2, 3, 4)), draw=normal, owns=False)


class TestIdentity(ModuleLaws, member=IDENTITY, points=1): ...


# By default all dimensions but the first are merged; the sizes have three dimensions, so that others can be.
FLATTEN = Layer(
    "nn.Flatten",
    options=({"start_dim": 0}, {"end_dim": 1}),
    together=({"start_dim": 0, "end_dim": 1}, {"start_dim": -3, "end_dim": -2}, {"start_dim": 1, "end_dim": 1}),
    shapes=((4, 3), (2, 3, 4), (1, 3, 2), (2, 3, 4, 5), (0, 3, 4), (3, 0, 4)),
    sizes=((4, 3, 2), (2, 3, 2), (5, 3, 2)),
    draw=normal,
    refused=(
        Refusal(IndexError, (4,)),
        Refusal(IndexError, (2, 3, 4), {"end_dim": 3}),
        Refusal(IndexError, (2, 3, 4), {"start_dim": -4}),
        Refusal(ValueError, (2, 3, 4), {"start_dim": 2, "end_dim": 1}),
        Refusal(ValueError, (2, 3, 4), {"start_dim": -1, "end_dim": -2}),
    ),
    owns=False,
)


class TestFlatten(ModuleLaws, member=FLATTEN, points=3):
    @weight(1)
    def test_row_major_order(self, twin, rng):
        """Flatten merges exactly the dimensions from start_dim to end_dim, in row-major order; an x without dimensions
        becomes one of shape (1,)."""
        for start, end, shape in (
            (1, 2, (2, 3, 4, 5)),
            (0, 1, (2, 3, 4)),
            (-3, -2, (2, 3, 4)),
            (0, -1, (3, 2)),
            (0, -1, (7,)),
            (0, -1, ()),
        ):
            flatten = twin("nn.Flatten", start, end)
            flatten.name = f"Flatten({start}, {end})"
            y = flatten.forward(normal(rng, shape)).compare()
            flatten.backward(normal(rng, y.expected.shape)).compare()


class TestAccumulateGrad:
    @weight(1.5)
    def test_every_shape(self, twin, rng):
        """accumulate_grad adds up gradients of every shape, also of none, in an array of the parameter's shape."""
        for shape in ((), (3,), (3, 2), (2, 1, 3), (0, 2)):
            parameter = twin("nn.Parameter", np.ones(shape))
            parameter.name = f"a parameter of shape {shape}"
            for _ in range(3):
                twin("nn.module.accumulate_grad", parameter, normal(rng, shape))
                parameter.compare("grad")

    @fine
    @weight(0.5)
    def test_dtype(self, twin, rng):
        """accumulate_grad gives parameter.grad the parameter's dtype, whatever that of the gradient."""
        for of_parameter, of_gradient in (("float32", "float64"), ("float64", "float32")):
            parameter = twin("nn.Parameter", np.ones((3, 2), of_parameter))
            parameter.name = f"a {of_parameter} parameter"
            for _ in range(2):
                twin("nn.module.accumulate_grad", parameter, rng.normal(size=(3, 2)).astype(of_gradient))
                parameter.compare("grad", tolerance=FLOAT32)

    @fine
    @weight(0.25)
    @pytest.mark.parametrize("dtype", ["float64", "float32"])
    def test_memory(self, twin, rng, dtype):
        """parameter.grad shares memory with no gradient and no array of the parameter: what is written into one changes
        no other."""
        parameter, gradients = twin("nn.Parameter", np.ones((3, 2), dtype)), []
        for _ in range(2):
            gradients.append(twin.array(rng.normal(size=(3, 2)).astype(dtype)))
            twin("nn.module.accumulate_grad", parameter, gradients[-1])
        parameter.compare("grad", tolerance=FLOAT32)
        for number, gradient in enumerate(gradients, 1):
            gradient.name = f"gradient {number} of two, after both were accumulated,"
            gradient.compare()
        other = twin("nn.Parameter", np.ones((3, 2), dtype))
        twin("nn.module.accumulate_grad", other, gradients[0])
        gradients[0].fill(5.0)
        other.name = "a parameter, the gradient given for it being filled with 5 afterwards,"
        other.compare("grad")
        parameter.hold("grad").fill(7.0)
        parameter.compare("grad", "data")
        gradients[1].compare()

    @fine
    @weight(0.5)
    def test_wrong_shape(self, student):
        """accumulate_grad raises ValueError naming both shapes, also for a gradient that NumPy would broadcast."""
        parameter = student.nn.Parameter(np.ones((3, 2)))
        for shape in ((2,), (1, 2), (2, 3)):
            with raises(ValueError, doing=f"accumulate_grad of shape {shape} for (3, 2)", naming=(shape, (3, 2))):
                student.nn.module.accumulate_grad(parameter, np.ones(shape))
