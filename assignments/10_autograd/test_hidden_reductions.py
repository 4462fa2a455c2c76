"""Hidden checks of assignment 10: functions of several entries."""

import numpy as np

from grader.checks import Tolerance, fine, weight
from grader.checks.battery import Case, Operation, OperationLaws, Refused, upstream

from .operations import (
    SHAPES,
    apart,
    compare_both,
    compare_far,
)

REDUCED = (
    *(Case((shape,)) for shape in SHAPES),
    *(Case(((3, 4),), options={"axis": axis}) for axis in (0, 1, -1, -2, (0, 1), (1,))),
    *(Case(((2, 3, 4),), options={"axis": axis, "keepdims": True}) for axis in (0, 1, -1, (0, 2), (-1, 0), None)),
    *(Case(((2, 3, 4),), options={"axis": axis}) for axis in (1, -3, (0, 2), (2, 1), (-3, -1))),
    *(Case(((3, 3, 3),), options={"axis": axis}) for axis in (0, 1, (0, 1), (1, 2))),
    Case(((0, 3),), options={"axis": 1}),
    Case(((1, 3),), options={"axis": 0}),
)
# dy exp(x - y) is right as well. Its exponent has a size of 1e4 before it is subtracted, and two roundings of that.
THROUGH_THE_RESULT = {"float32": Tolerance(2e-3, 0.0, absolute=2e-3), "float64": Tolerance(4e-12, 0.0, absolute=4e-12)}
FILLED = tuple(case for case in REDUCED if case != Case(((0, 3),)))
NO_AXIS = tuple(Refused(IndexError, Case(((3, 4),), options={"axis": axis})) for axis in (2, -3))


def dividing(case):
    """Whether every mean of it has two numbers at least."""
    [shape], axis = case.shapes, case.options.get("axis")
    chosen = shape if axis is None else [shape[one] for one in np.atleast_1d(axis)]
    return np.prod(chosen) > 1


class TestSum(OperationLaws, member=Operation("autograd.sum", REDUCED, refused=NO_AXIS), points=1):
    @fine
    @weight(0.25)
    def test_no_axis(self, twin, rng):
        """sum, mean, max, min and logsumexp reduce nothing if the axis is an empty tuple."""
        for name in ("sum", "mean", "max", "min", "logsumexp"):
            x = twin("autograd.Tensor", apart(rng, (3, 4)), requires_grad=True)
            compare_both(twin(f"autograd.{name}", x, axis=()), x, rng, f"{name}(x, axis=())")


class TestMean(OperationLaws, member=Operation("autograd.mean", FILLED, refused=NO_AXIS), points=1): ...


VARIANCES = tuple(filter(dividing, FILLED))
CORRECTED = tuple(
    Case(case.shapes, options={**case.options, "correction": correction})
    for case in VARIANCES
    for correction in (0, 2 if case.shapes[0] == (3, 3, 3) else 0)
)


class TestVar(
    OperationLaws, member=Operation("autograd.var", (*VARIANCES, *CORRECTED), refused=NO_AXIS), points=1.25
): ...


NOTHING = (Refused(ValueError, Case(((0, 3),))), Refused(ValueError, Case(((0, 3),), options={"axis": 0})))


class Largest(OperationLaws):
    """The largest or smallest of several entries."""

    def _ties(self, twin, rng):
        for layout in ("C", "F"):
            values = rng.integers(0, 2, (3, 4, 5)).astype(float)
            # Column by column, another entry comes first than row by row.
            values[0, 0, 0], values[0, 0, 1], values[1, 0, 0] = 0.5, *[getattr(values, self.member.name)()] * 2
            x = twin("autograd.Tensor", twin.array(values, layout), requires_grad=True)
            for axis in (None, 0, 1, 2, (0, 1), (2, 0)):
                x.set("grad", None)
                y = twin(self.member.path, x, axis=axis)
                y.backward(upstream(rng, y.expected.data.shape))
                x.name = f"x in {self.member.name}(x, axis={axis}) with equal entries, in an array that is {layout},"
                x.compare("grad")


class TestMax(Largest, member=Operation("autograd.max", FILLED, draw=apart, refused=(*NO_AXIS, *NOTHING)), points=1.25):
    @weight(0.25)
    def test_ties(self, twin, rng):
        """Of equal entries, max gives the whole gradient to the first, row by row."""
        self._ties(twin, rng)


class TestMin(Largest, member=Operation("autograd.min", FILLED, draw=apart, refused=(*NO_AXIS, *NOTHING)), points=1.25):
    @weight(0.25)
    def test_ties(self, twin, rng):
        """Of equal entries, min gives the whole gradient to the first, row by row."""
        self._ties(twin, rng)


class TestLogsumexp(
    OperationLaws,
    member=Operation("autograd.logsumexp", (*FILLED, Case(((3, 4),), options={"axis": None})), refused=NO_AXIS),
    points=1,
):
    @fine
    @weight(0.25)
    def test_range(self, twin, rng):
        """logsumexp is exact to rounding for inputs up to 1e4 in size, and warns of nothing."""
        compare_far(twin, rng, "logsumexp", large(rng), THROUGH_THE_RESULT)


ALONG = (
    *(Case((shape,)) for shape in SHAPES if shape),
    *(Case(((3, 4),), options={"axis": axis}) for axis in (0, 1, -2)),
    *(Case(((2, 3, 4),), options={"axis": axis}) for axis in (0, 1, -2)),
    *(Case(((3, 3),), options={"axis": axis}) for axis in (0, 1)),
)


def large(rng):
    """Rows of large numbers: of both signs, alike but for 1, alone."""
    return np.array([[1e4, -1e4, 0.0], [1e4, 1e4 - 1, 1e4 - 2], [-1e4, -1e4, -1e4], [0.5, 800.0, -800.0]])


class TestSoftmax(OperationLaws, member=Operation("autograd.softmax", ALONG, refused=NO_AXIS), points=1):
    @fine
    @weight(0.25)
    def test_range(self, twin, rng):
        """softmax is exact to rounding for inputs up to 1e4 in size, and warns of nothing."""
        compare_far(twin, rng, "softmax", large(rng))


class TestLogSoftmax(OperationLaws, member=Operation("autograd.log_softmax", ALONG, refused=NO_AXIS), points=1):
    @fine
    @weight(0.25)
    def test_range(self, twin, rng):
        """log_softmax is exact to rounding for inputs up to 1e4 in size, and warns of nothing."""
        compare_far(twin, rng, "log_softmax", large(rng))
