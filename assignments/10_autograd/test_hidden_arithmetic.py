"""Hidden checks of assignment 10: arithmetic on two operands."""

import numpy as np

from grader.checks import fine, weight
from grader.checks.battery import Case, Operation, OperationLaws, signs, upstream
from grader.checks.strict import warnings_as_errors

from .operations import (
    BROADCAST,
    TWO,
    UNFIT,
    apart,
    compare_both,
    compare_data,
    positive,
    unfit,
)


class TestAdd(OperationLaws, member=Operation("autograd.add", TWO, BROADCAST, refused=UNFIT), points=1): ...


class TestSub(OperationLaws, member=Operation("autograd.sub", TWO, BROADCAST, refused=UNFIT), points=1): ...


class TestMul(OperationLaws, member=Operation("autograd.mul", TWO, BROADCAST, refused=UNFIT), points=1): ...


class TestDiv(OperationLaws, member=Operation("autograd.div", TWO, BROADCAST, draw=apart, refused=UNFIT), points=1): ...


class TestPow(OperationLaws, member=Operation("autograd.pow", TWO, BROADCAST, draw=positive, refused=UNFIT), points=1):
    @weight(0.25)
    def test_exponents(self, twin, rng):
        """The exponent may be any number, the base any number beside a whole exponent, and either a constant."""
        for exponent in (2, 3, -1, 0.5, 1, 0, -2.5):
            x = twin(
                "autograd.Tensor", positive(rng, (2, 3)) * (signs(rng, (2, 3)) if exponent == int(exponent) else 1)
            )
            x.set("requires_grad", True)
            compare_both(x**exponent, x, rng, f"x ** {exponent}")
        x = twin("autograd.Tensor", rng.normal(size=(2, 3)), requires_grad=True)
        for base in (2, 0.5, 1):
            x.set("grad", None)
            compare_both(base**x, x, rng, f"{base} ** x")

    @fine
    @weight(0.25)
    def test_at_zero(self, twin, rng):
        """Where the exponent is 0, the gradient of the base is 0; where the base is 0, that of the exponent is."""
        base = np.array([0.0, 0.0, 0.0, 2.0, 3.0])
        exponent = np.array([0.0, 1.0, 2.0, 0.0, 2.0])
        with warnings_as_errors(twin.student):
            x, y = (twin("autograd.Tensor", array, requires_grad=True) for array in (base, exponent))
            z = x**y
            z.backward(upstream(rng, (5,)))
            compare_data(z, "x ** y with zeros")
            for name, tensor in (("x", x), ("y", y)):
                tensor.name = f"{name} in x ** y with zeros"
                tensor.compare("grad")


class Extremes(OperationLaws):
    """Of two operands, the larger or smaller of each pair."""

    def _ties(self, twin, rng):
        one = rng.integers(0, 3, (4, 5)).astype(float)
        other = rng.integers(0, 3, (4, 5)).astype(float)
        for pair in ((one, other), (one, one.copy()), (one, other[0]), (np.zeros(3), -np.zeros(3))):
            x, y = self._leaves(twin, pair)
            z = twin(self.member.path, x, y)
            z.backward(upstream(rng, z.expected.data.shape))
            for name, tensor in (("x", x), ("y", y)):
                tensor.name = f"{name} in {self.member.name}(x, y) with equal numbers"
                tensor.compare("grad")


class TestMaximum(Extremes, member=Operation("autograd.maximum", TWO, BROADCAST, refused=UNFIT), points=1):
    @weight(0.25)
    def test_ties(self, twin, rng):
        """Where both operands of maximum are equal, each has half of the gradient."""
        self._ties(twin, rng)


class TestMinimum(Extremes, member=Operation("autograd.minimum", TWO, BROADCAST, refused=UNFIT), points=1):
    @weight(0.25)
    def test_ties(self, twin, rng):
        """Where both operands of minimum are equal, each has half of the gradient."""
        self._ties(twin, rng)


PRODUCTS = (
    *(((3, 4), (4, 2)), ((3, 3), (3, 3)), ((1, 4), (4, 1)), ((4,), (4,)), ((4,), (4, 2)), ((3, 4), (4,))),
    *(((2, 3, 4), (2, 4, 5)), ((2, 2, 3, 4), (2, 2, 4, 1)), ((0, 4), (4, 2)), ((3, 0), (0, 2)), ((2, 3, 4), (4,))),
)
BATCHES = (
    *(((2, 3, 4), (4, 5)), ((3, 4), (2, 4, 5)), ((2, 1, 3, 4), (5, 4, 2)), ((5, 3, 4), (2, 1, 4, 2))),
    *(((1, 3, 4), (2, 4, 5)), ((4,), (2, 4, 5)), ((2, 5, 3, 4), (4,)), ((2, 3, 4), (1, 4, 5))),
)
MATMUL = Operation(
    "autograd.matmul",
    tuple(map(Case, PRODUCTS)),
    tuple(map(Case, BATCHES)),
    refused=(unfit((3, 4), (3, 4)), unfit((4,), (3,)), unfit((3, 4), ()), unfit((2, 3, 4), (5, 4, 2))),
)


class TestMatmul(OperationLaws, member=MATMUL, points=2): ...
