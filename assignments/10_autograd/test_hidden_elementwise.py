"""Hidden checks of assignment 10: functions of every entry."""

import numpy as np

from grader.checks import fine, raises, weight
from grader.checks.battery import Case, Operation, OperationLaws, Refused, upstream

from .operations import (
    BROADCAST,
    ONE,
    SHAPES,
    TWO,
    apart,
    compare_at,
    compare_both,
    compare_data,
    compare_far,
    flags,
    positive,
)


class TestNeg(OperationLaws, member=Operation("autograd.neg", ONE), points=0.5): ...


class TestAbs(OperationLaws, member=Operation("autograd.abs", ONE), points=0.5):
    @fine
    @weight(0.15)
    def test_at_zero(self, twin, rng):
        """The derivative of abs at 0 is 0."""
        compare_at(twin, rng, "abs", np.array([0.0, -0.0, 2.0, -3.0]))


class TestExp(OperationLaws, member=Operation("autograd.exp", ONE), points=0.5): ...


class TestLog(OperationLaws, member=Operation("autograd.log", ONE, draw=positive), points=0.5): ...


class TestSqrt(OperationLaws, member=Operation("autograd.sqrt", ONE, draw=positive), points=0.5): ...


class TestTanh(OperationLaws, member=Operation("autograd.tanh", ONE), points=0.5): ...


class TestSigmoid(OperationLaws, member=Operation("autograd.sigmoid", ONE), points=0.5):
    @fine
    @weight(0.25)
    def test_range(self, twin, rng):
        """sigmoid is exact to rounding for inputs up to 1e4 in size, and warns of nothing."""
        compare_far(twin, rng, "sigmoid", np.array([-1e4, -750.0, -40.0, -1.0, 0.0, 3.0, 40.0, 750.0, 1e4]))


class TestRelu(OperationLaws, member=Operation("autograd.relu", ONE), points=0.5):
    @fine
    @weight(0.15)
    def test_at_zero(self, twin, rng):
        """The derivative of relu at 0 is 0."""
        compare_at(twin, rng, "relu", np.array([0.0, -0.0, 2.0, -3.0]))


BOUNDS = (
    *({"min": -0.5, "max": 0.5}, {"min": -0.2}, {"max": 0.3}, {"min": 0.1, "max": 0.2}, {"min": -9.0, "max": 9.0}),
    *({"min": 0.0}, {"max": 0}, {"min": 0.0, "max": 0.5}, {"min": -0.5, "max": 0.0}),  # a bound of 0 is a bound
)
CLIP = Operation(
    "autograd.clip",
    tuple(Case((shape,), options=options) for options in BOUNDS for shape in SHAPES),
    refused=(Refused(ValueError, Case(((3, 4),))),),
)


class TestClip(OperationLaws, member=CLIP, points=0.75):
    @fine
    @weight(0.15)
    def test_at_the_bounds(self, twin, rng):
        """The derivative of clip is 1 where x equals a bound; a bound takes the dtype of x."""
        compare_at(twin, rng, "clip", np.array([-1.0, 1.0, 2.0, -3.0, 0.5]), min=-1.0, max=1.0)
        # In float32 0.1 is a little more than 0.1, and 0.3 a little more than 0.3.
        compare_at(twin, rng, "clip", np.array([-0.1, 0.3, 0.2, -3.0, 2.0], "float32"), min=-0.1, max=0.3)


WHERE = Operation("autograd.where", TWO, BROADCAST, first=flags)


class TestWhere(OperationLaws, member=WHERE, points=1):
    @weight(0.25)
    def test_conditions(self, twin, rng):
        """The condition may be a tensor of bool, such as x > 0, and of a shape that broadcasts itself."""
        x, y = (twin("autograd.Tensor", apart(rng, (3, 4)), requires_grad=True) for _ in range(2))
        for condition in (x > 0, np.array([True, False, True, False]), np.array([[True], [False], [True]]), np.True_):
            z = twin("autograd.where", condition, x, y)
            z.backward(upstream(rng, (3, 4)))
            compare_data(z, "where(condition, x, y)")
        for name, tensor in (("x", x), ("y", y)):
            tensor.name = f"{name} in where(condition, x, y)"
            tensor.compare("grad")
        lone = twin("autograd.Tensor", np.array(2.0), requires_grad=True)
        compare_both(twin("autograd.where", x > 0, lone, 0.0), lone, rng, "where(condition, x, 0.0) for x of shape ()")

    @fine
    @weight(0.25)
    def test_what_is_not_chosen(self, twin, rng):
        """What where does not choose gets a gradient of 0, and may be NaN or infinity."""
        x = twin("autograd.Tensor", np.array([1.0, np.nan, 3.0, np.inf]), requires_grad=True)
        z = twin("autograd.where", np.array([True, False, True, False]), x, np.zeros(4)) * 2.0
        z.name = "where(condition, x, 0) * 2"
        z.compare("data")
        z.backward(upstream(rng, (4,)))
        x.name = "x in where(condition, x, 0) * 2"
        x.compare("grad")

    @fine
    @weight(0.15)
    def test_refuses_conditions(self, student, twin, rng):
        """where refuses shapes that do not broadcast, and names them."""
        for shapes in (((3,), (3, 4), (4,)), ((3, 4), (4,), (3,))):
            condition, x, y = (rng.normal(size=shape) for shape in shapes)
            with raises(ValueError, doing=f"where with shapes {shapes}", naming=shapes):
                student.make("autograd.where", condition > 0, student.autograd.Tensor(x), y)
        condition = rng.normal(size=(3, 4)) > 0
        compare_data(twin("autograd.where", condition, rng.normal(size=4), rng.normal(size=(3, 1))), "where")
