"""Comparisons: what is right passes, and nothing else can be made to."""

import enum
from collections import OrderedDict, defaultdict, namedtuple
from fractions import Fraction

import numpy as np
import pytest

from grader.compare import Mismatch, Opaque, compare

ONE_TWO = np.array([1.0, 2.0])


def kind(actual, expected):
    with pytest.raises(Mismatch) as caught:
        compare(actual, expected)
    return caught.value.kind


class Agreeable:
    """Says yes to everything, if it is asked."""

    shape = (2,)
    dtype = np.dtype(np.float64)

    def __repr__(self):  # it names a test, and the names have to be the same in every process
        return "Agreeable()"

    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    def __hash__(self):
        return hash("weight")

    def __sub__(self, other):
        return 0.0

    __rsub__ = __sub__

    def __float__(self):
        return 1.0

    def __array__(self, dtype=None, copy=None):
        return ONE_TWO.copy()


class AgreeableArray(np.ndarray):
    def __eq__(self, other):
        return np.ones(self.shape, bool)

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return np.zeros(2)


class AgreeableFloat(float):
    __eq__ = Agreeable.__eq__
    __sub__ = Agreeable.__sub__
    __hash__ = float.__hash__


class AgreeableText(str):
    __eq__ = Agreeable.__eq__
    __ne__ = Agreeable.__ne__
    __hash__ = str.__hash__


class AgreeableDict(dict):
    def __getitem__(self, key):
        return 1.0


class AgreeableList(list):
    def __iter__(self):
        return iter([1.0])

    def __len__(self):
        return 1


class One(enum.IntEnum):
    ONE = 1


Pair = namedtuple("Pair", "first second")


@pytest.mark.parametrize(
    "impostor",
    [
        np.array([1.0, 2.1]).view(AgreeableArray),
        np.ma.masked_array([1.0, 7.0], mask=[False, True]),
        np.array([1.0, 2.0]).view(np.ma.MaskedArray),
        np.array([[1.0, 2.0]]).view(np.matrix),
        np.rec.array([1.0, 2.0]),
        Agreeable(),
        np.array([Agreeable(), Agreeable()]),
        np.array([1.0, 2.0], dtype=object),
        [1.0, 2.0],
        (1.0, 2.0),
        memoryview(ONE_TWO),
        ONE_TWO.tobytes(),
        ONE_TWO.astype(np.float32),
        ONE_TWO.astype(np.float16),
        ONE_TWO.astype(np.int64),
        ONE_TWO.astype(np.complex128),
        ONE_TWO.astype(np.longdouble),
        ONE_TWO.astype(str),
        np.array([1.0, 2.0]).view([("x", float)]),
        ONE_TWO.reshape(1, 2),
        ONE_TWO.reshape(2, 1),
        ONE_TWO[:1],
        np.array([1.0, 2.0, 3.0]),
        np.array(1.0),
        np.float64(1.0),
        1.0,
        None,
        Opaque("numpy.matrix"),
        np.array([1.0, np.nan]),
        np.array([1.0, np.inf]),
        np.array([2.0, 1.0]),
        np.array([1.0, 2.0 + 1e-9]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_only_the_right_array_is_equal_to_an_array(impostor):
    with pytest.raises(Mismatch):
        compare(impostor, ONE_TWO)


@pytest.mark.parametrize(
    ("impostor", "expected"),
    [
        (np.array(1.0), 1.0),
        (np.array([1.0]), 1.0),
        (np.float32(1.0), 1.0),
        (np.float16(1.0), 1.0),
        (np.longdouble(1.0), 1.0),
        (1, 1.0),
        (True, 1.0),
        (np.int64(1), 1.0),
        (1 + 0j, 1.0),
        (Fraction(1), 1.0),
        ("1.0", 1.0),
        (None, 1.0),
        (AgreeableFloat(2.0), 1.0),
        (AgreeableFloat(1.0), 1.0),
        (Agreeable(), 1.0),
        (float("nan"), 1.0),
        (float("inf"), 1.0),
        (1.0, float("nan")),
        (1.0, float("inf")),
        (float("-inf"), float("inf")),
        (True, 1),
        (np.bool_(True), 1),
        (1.0, 1),
        (np.float64(1.0), 1),
        (np.array(1), 1),
        (One.ONE, 1),
        ("1", 1),
        (2, 1),
        (1, True),
        (np.int64(1), True),
        (1.0, True),
        (False, True),
        (0, None),
        (False, None),
        (Agreeable(), None),
        (Agreeable(), "text"),
        (AgreeableText("other"), "text"),
        (AgreeableText("text"), "text"),
        (b"text", "text"),
        (np.str_("text"), "text"),
        ((1.0,), [1.0]),
        ([1.0], (1.0,)),
        (Pair(1.0, 2.0), (1.0, 2.0)),
        (AgreeableList([5.0, 6.0]), [1.0]),
        (np.array([1.0]), [1.0]),
        ({0: 1.0}, [1.0]),
        ([1.0, 1.0], [1.0]),
        ([], [1.0]),
        ("ab", ["a", "b"]),
        (AgreeableDict(a=2.0), {"a": 1.0}),
        (OrderedDict(a=2.0), {"a": 1.0}),
        (OrderedDict(b=1.0, a=1.0), {"a": 1.0, "b": 1.0}),
        (defaultdict(float, a=1.0), {"a": 1.0}),
        ([("a", 1.0)], {"a": 1.0}),
        ({"a": 1.0, "b": 1.0}, {"a": 1.0}),
        ({}, {"a": 1.0}),
        ({"b": 1.0, "a": 1.0}, {"a": 1.0, "b": 1.0}),
        ({Agreeable(): 1.0}, {"weight": 1.0}),
        ({True: 1.0}, {1: 1.0}),
        ({1.0: 1.0}, {1: 1.0}),
        ({"a": [1.0, {"b": (2.0, 3.5)}]}, {"a": [1.0, {"b": (2.0, 3.0)}]}),
    ],
    ids=repr,
)
def test_only_the_right_plain_value_is_equal_to_a_plain_value(impostor, expected):
    with pytest.raises(Mismatch):
        compare(impostor, expected)


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (ONE_TWO.copy(), ONE_TWO),
        (ONE_TWO.astype(">f8"), ONE_TWO),
        (ONE_TWO, ONE_TWO.astype(">f8")),
        (np.array([[1.0, 2.0], [3.0, 4.0]], order="F"), np.array([[1.0, 2.0], [3.0, 4.0]])),
        (np.array([1.0, 9.0, 2.0])[::2], ONE_TWO),
        (np.zeros((0, 3)), np.zeros((0, 3))),
        (np.array(1.0), np.array(1.0)),
        (np.array([np.nan, np.inf, -np.inf, 1.0]), np.array([np.nan, np.inf, -np.inf, 1.0])),
        (np.array([1, 2]), np.array([1, 2])),
        (np.array([True, False]), np.array([True, False])),
        (np.array([1e300, -1e300]), np.array([1e300, -1e300])),
        (np.array([-0.0]), np.array([0.0])),
        (OrderedDict(a=ONE_TWO.copy(), b=1.0), {"a": ONE_TWO, "b": 1.0}),
        (1.0, 1.0),
        (np.float64(1.0), 1.0),
        (1.0, np.float64(1.0)),
        (float("nan"), float("nan")),
        (float("inf"), float("inf")),
        (np.int32(3), 3),
        (3, np.int64(3)),
        (np.bool_(True), True),
        (None, None),
        ("text", "text"),
        ([1.0, (ONE_TWO, None)], [1.0, (ONE_TWO, None)]),
        ({"a": 1.0, "b": {"c": 2}}, {"a": 1.0, "b": {"c": 2}}),
    ],
    ids=repr,
)
def test_what_is_right_passes(actual, expected):
    compare(actual, expected)


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (np.zeros((1, 4)), np.zeros(4)),
        (np.zeros(4), np.zeros((1, 4))),
        (np.zeros(()), np.zeros(1)),
        (np.zeros((0, 3)), np.zeros((3, 0))),
        (np.zeros(0), np.zeros(1)),
        (np.zeros((0, 4)), np.zeros((1, 4))),
    ],
    ids=lambda a: str(a.shape),
)
def test_shapes_that_broadcast_are_not_equal(actual, expected):
    assert kind(actual, expected) == "The shape is not the expected one."


def test_neither_argument_is_changed():
    actual, expected = np.array([1.0, 2.0]), np.array([1.0, 2.0])
    actual.flags.writeable = expected.flags.writeable = False
    compare(actual, expected)

    assert actual.tolist() == expected.tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    "expected", [object(), np.float32(1.0), {1}, bytearray(b"x"), 1j, np.zeros], ids=lambda e: type(e).__name__
)
def test_a_check_that_expects_what_cannot_be_compared_is_at_fault_itself(expected):
    with pytest.raises(TypeError, match="compare cannot look into"):
        compare(expected, expected)
