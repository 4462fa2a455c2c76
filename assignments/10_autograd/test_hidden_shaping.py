"""Hidden checks of assignment 10: the same numbers in another shape."""

import numpy as np

from grader.checks import fine, weight
from grader.checks.battery import Case, Operation, OperationLaws, Refused

from .operations import (
    SHAPES,
    apart,
    compare_both,
    unfit,
)

RESHAPED = (
    *(((3, 4), (2, 6)), ((3, 4), (12,)), ((3, 4), (-1,)), ((2, 3, 4), (4, -1, 3)), ((1, 1), ()), ((), (1, 1))),
    *(((0, 3), (3, 0, 2)), ((2, 3, 4), (6, 4)), ((3, 4), (4, 3))),
)
RESHAPE = Operation(
    "autograd.reshape",
    (
        *(Case((before,), (after,)) for before, after in RESHAPED),
        *(Case((before,), after) for before, after in RESHAPED if after),
    ),
    owns=False,
    refused=(
        Refused(ValueError, Case(((3, 4),), ((5, 2),)), naming=((3, 4), (5, 2))),
        Refused(ValueError, Case(((3, 4),), (-1, 5)), naming=((3, 4), (-1, 5))),
    ),
)


class TestReshape(OperationLaws, member=RESHAPE, points=0.75): ...


PERMUTED = (((2, 3, 4), (1, 2, 0)), ((2, 3, 4), (2, 0, 1)), ((2, 3, 4), (0, -1, 1)), ((3, 4), (1, 0)), ((3,), (0,)))
TRANSPOSE = Operation(
    "autograd.transpose",
    (
        *(Case((shape,), axes) for shape, axes in PERMUTED),
        *(Case((shape,), (axes,)) for shape, axes in PERMUTED),
        *(Case((shape,)) for shape in (*SHAPES, (3, 3), (2, 3, 4, 5))),
        Case(((3, 3, 3),), (1, 2, 0)),
    ),
    owns=False,
    refused=tuple(Refused(ValueError, Case(((3, 4),), axes)) for axes in ((0, 0), (0, 2), (1,))),
)


class TestTranspose(OperationLaws, member=TRANSPOSE, points=0.75): ...


REPEATED = (
    *(((4,), (3, 4)), ((3, 1), (3, 4)), ((), (2, 3)), ((1, 4), (2, 3, 4)), ((2, 1, 4), (2, 3, 4)), ((3, 4), (3, 4))),
    *(((1,), (0,)), ((1, 1), (3, 3))),
)
BROADCAST_TO = Operation(
    "autograd.broadcast_to",
    tuple(Case((before,), (after,)) for before, after in REPEATED),
    owns=False,
    refused=(
        Refused(ValueError, Case(((3,),), ((3, 4),)), naming=((3,), (3, 4))),
        Refused(ValueError, Case(((3, 4),), ((4,),)), naming=((3, 4), (4,))),
    ),
)


class TestBroadcastTo(OperationLaws, member=BROADCAST_TO, points=0.75): ...


JOINED = (
    Case(((2, 3), (4, 3))),
    Case(((2, 3), (2, 3))),
    Case(((3,), (3,), (3,))),
    *(Case(((2, 3), (2, 1), (2, 4)), (axis,)) for axis in (1, -1)),
    *(Case(((2, 3), (2, 0), (2, 2)), options={"axis": axis}) for axis in (1, -1)),
    Case(((2, 3, 4), (2, 1, 4)), options={"axis": -2}),
    Case(((2, 3),)),
)
CONCATENATE = Operation(
    "autograd.concatenate",
    JOINED,
    listed=True,
    refused=(
        unfit((2, 3), (2, 4)),
        unfit((2, 3), (3,)),
        Refused(ValueError, Case(())),
        Refused(IndexError, Case(((2, 3), (2, 3)), options={"axis": 2})),
    ),
)


class TestConcatenate(OperationLaws, member=CONCATENATE, points=1): ...


STACK = Operation(
    "autograd.stack",
    (
        Case(((2, 3), (2, 3), (2, 3))),
        *(Case(((2, 3), (2, 3)), (axis,)) for axis in (1, 2, -1, -2)),
        Case(((), (), ())),
        Case(((2, 3),), options={"axis": -3}),
        Case(((0, 3), (0, 3)), options={"axis": 1}),
        Case(((3, 3), (3, 3), (3, 3)), options={"axis": 2}),
    ),
    listed=True,
    refused=(
        unfit((2, 3), (2, 4)),
        unfit((3,), (1,)),
        Refused(ValueError, Case(())),
        Refused(IndexError, Case(((2, 3), (2, 3)), options={"axis": 3})),
    ),
)


class TestStack(OperationLaws, member=STACK, points=1): ...


SLICES = (
    *(1, -1, slice(1, None), slice(None, None, 2), slice(None, None, -1), (slice(None), 2), (1, 2), (..., 0)),
    *((None, ..., slice(1, 3)), (), ..., (slice(0, 0),), (0, slice(None), None)),
)
GATHERED = (
    *(np.array([0, 2, 1]), [0, 0, 2], np.array([[0, 1], [1, 1]]), (np.array([0, 0, 2]), np.array([1, 1, 3]))),
    *((slice(None), [3, 3, 0]), (np.array([[0], [2]]), [1, 1, 0]), np.array([-1, 2, -1]), ([], slice(None))),
    np.array([[True, False, True, False], [False] * 4, [True] * 4]),
    (slice(None), np.array([True, False, True, True])),
)
GETITEM = Operation(
    "autograd.getitem",
    (
        Case(((3, 4),), (slice(0, 2),)),
        *(Case(((3, 4),), (key,)) for key in (*SLICES, *GATHERED)),
        *(Case(((3, 4, 2),), (key,)) for key in (0, (..., [1, 1]), (slice(1, 3), [0, 0, 1], 1))),
        Case(((5,),), (3,)),
    ),
    owns=False,
    refused=tuple(Refused(IndexError, Case(((3, 4),), (key,))) for key in (3, (0, 4), [0, 3], (0, 0, 0))),
)


class TestGetitem(OperationLaws, member=GETITEM, points=1.75):
    @weight(0.25)
    def test_repeated(self, twin, rng):
        """An entry that an array of indices takes several times gets the sum of all its gradients."""
        x = twin("autograd.Tensor", rng.normal(size=(4, 3)), requires_grad=True)
        for key in (np.zeros(5, int), rng.integers(0, 4, 12), rng.integers(-4, 4, (2, 3, 2))):
            x.set("grad", None)
            compare_both(x[key], x, rng, f"x[indices of shape {key.shape}]")
        x.set("grad", None)
        rows, columns = rng.integers(0, 2, (2, 20))
        compare_both(x[rows, columns], x, rng, "x[rows, columns]")

    @fine
    @weight(0.15)
    def test_keys_that_are_tensors(self, twin, rng):
        """A tensor of bool may be a key, by itself or in a tuple."""
        x = twin("autograd.Tensor", apart(rng, (4, 3)), requires_grad=True)
        compare_both(x[x > 0], x, rng, "x[x > 0]")
        row = twin("autograd.Tensor", np.array([True, False, True]))
        compare_both(x[:, row], x, rng, "x[:, tensor of bool]")
