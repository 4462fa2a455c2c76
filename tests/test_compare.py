"""Comparisons: what is right passes, nothing else can be made to, and the message says what is wrong."""

import enum
from collections import OrderedDict, namedtuple
from fractions import Fraction

import numpy as np
import pytest

from grader.compare import EXACT, FLOAT32, FLOAT64, Mismatch, Opaque, Tolerance, compare, describe, tolerance_for

ONE_TWO = np.array([1.0, 2.0])


def message(actual, expected, name="f(x)", tolerance=None):
    with pytest.raises(Mismatch) as caught:
        compare(actual, expected, name, tolerance)
    return str(caught.value)


def kind(actual, expected):
    with pytest.raises(Mismatch) as caught:
        compare(actual, expected)
    return caught.value.kind


class Agreeable:
    """Says yes to everything, if it is asked."""

    shape = (2,)
    dtype = np.dtype(np.float64)

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
        (OrderedDict(a=1.0), {"a": 1.0}),
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


@pytest.mark.parametrize(
    ("actual", "expected", "rung"),
    [
        ([5.0], np.zeros((2, 2)), "The type is not the expected one."),
        (np.full(3, np.nan, np.float32), np.zeros((2, 2)), "The dtype is not the expected one."),
        (np.full(3, np.nan), np.zeros((2, 2)), "The shape is not the expected one."),
        (np.array([5.0, np.nan]), np.zeros(2), "Some values are not finite numbers."),
        (np.array([5.0, 0.0]), np.zeros(2), "The values are not the expected ones."),
        ({"b": 5.0}, {"a": 1.0}, "The keys are not the expected ones."),
        ([5.0, 5.0], [1.0], "The number of items is not the expected one."),
        (3, 4, "The value is not the expected one."),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_first_rung_that_does_not_hold_is_named(actual, expected, rung):
    assert kind(actual, expected) == rung


ROWS = np.arange(6.0).reshape(2, 3)


@pytest.mark.parametrize(
    ("actual", "expected", "said"),
    [
        (None, ROWS, "f(x) is None (is a `return` missing?), but should be a numpy.ndarray"),
        ([1.0], ROWS, "f(x) is a list of 1 item, but should be a numpy.ndarray"),
        (Opaque("numpy.matrix"), ROWS, "f(x) is an object of type numpy.matrix, but should be a numpy.ndarray"),
        (np.array([[1.0]]).view(np.matrix), ROWS, "f(x) is an object of type matrix, but should be a numpy.ndarray"),
        (iter([]), ROWS, "f(x) is an object of type list_iterator, but should be a numpy.ndarray"),
        (ROWS.astype("f4"), ROWS, "f(x) has dtype float32, but should have dtype float64"),
        (ROWS.astype(">f4"), ROWS, "f(x) has dtype float32, but should have dtype float64"),
        (ROWS.T, ROWS, "f(x) has shape (3, 2), but should have shape (2, 3) (it is transposed)"),
        (ROWS.ravel(), ROWS, "f(x) has shape (6,), but should have shape (2, 3) (the number of elements is right)"),
        (ROWS[:1], ROWS, "f(x) has shape (1, 3), but should have shape (2, 3)"),
        (ROWS + 1.5, ROWS, "f(x)[0, 0] is 1.5, but should be 0 (6 of 6 differ)"),
        (ROWS * [[1], [-1]], ROWS, "f(x)[1, 0] is -3, but should be 3 (3 of 6 differ)"),
        (ROWS * np.nan, ROWS, "f(x)[0, 0] is nan, but should be 0 (6 of 6 are NaN)"),
        (np.array([1.0, -np.inf]), ONE_TWO, "f(x)[1] is -inf, but should be 2 (1 of 2 are infinity)"),
        (ONE_TWO, np.array([1.0, np.inf]), "f(x)[1] is 2, but should be inf (1 of 2 differ)"),
        (np.array(3.0), np.array(4.0), "f(x) is 3, but should be 4 (1 of 1 differ)"),
        (np.array([1, 2]), np.array([1, 3]), "f(x)[1] is 2, but should be 3 (1 of 2 differ)"),
        (np.array([True]), np.array([False]), "f(x)[0] is True, but should be False (1 of 1 differ)"),
        (0.25, 0.5, "f(x) is 0.25, but should be 0.5 (1 of 1 differ)"),
        (np.array(0.5), 0.5, "f(x) is a numpy.ndarray of shape () and dtype float64, but should be a float"),
        (np.float32(0.5), 0.5, "f(x) is a numpy.float32, but should be a float"),
        (1, 0.5, "f(x) is the int 1, but should be a float"),
        (3, 4, "f(x) is 3, but should be 4"),
        (3.0, 3, "f(x) is the float 3.0, but should be 3"),
        ("sum", "mean", "f(x) is 'sum', but should be 'mean'"),
        (None, {}, "f(x) is None (is a `return` missing?), but should be a dict"),
        ([1, 2], (1, 2), "f(x) is a list of 2 items, but should be a tuple"),
        ([1], [1, 2], "f(x) has 1 item, but should have 2"),
        ([1, 5], [1, 2], "f(x)[1] is 5, but should be 2"),
        ({"a": {"b": ROWS}}, {"a": {"b": -ROWS}}, "f(x)['a']['b'][0, 1] is 1, but should be -1 (5 of 6 differ)"),
        ({"a": 1}, {"a": 1, "b": 2}, "f(x) has the keys ['a'], but should have ['a', 'b'] (missing: 'b')"),
        ({"a": 1, "c": 2}, {"a": 1}, "f(x) has the keys ['a', 'c'], but should have ['a'] (not expected: 'c')"),
        ({"b": 1, "a": 1}, {"a": 1, "b": 1}, "f(x) has the keys ['b', 'a'], but should have ['a', 'b'] (in this order)"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_message_says_what_was_called_what_came_and_what_should_have_come(actual, expected, said):
    assert message(actual, expected) == said


def test_two_numbers_that_differ_late_are_not_printed_alike():
    assert message(np.array([1 + 1e-11]), np.array([1.0])) == (
        "f(x)[0] is 1.00000000001, but should be 1.0 (1 of 1 differ)"
    )


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    ("tolerance", "expected", "allowed"),
    [
        (Tolerance(0.5, 0.0), [2.0, 8.0], [1.0, 4.0]),
        (Tolerance(0.0, 0.5), [2.0, 8.0], [4.0, 4.0]),
        (Tolerance(0.0, 0.0, 0.25), [2.0, 8.0], [0.25, 0.25]),
        (Tolerance(0.5, 0.5, 0.25), [2.0, 8.0], [5.25, 8.25]),
        (Tolerance(0.5, 0.5), [0.0, 0.0], [0.0, 0.0]),
        (Tolerance(0.5, 0.5), [2.0, np.inf], [2.0, 0.0]),
    ],
)
def test_a_tolerance_holds_up_to_its_edge_and_not_beyond(tolerance, expected, allowed, sign):
    expected = np.array(expected)
    finite = np.isfinite(expected)
    edge = expected + sign * np.array(allowed)
    compare(edge, expected, tolerance=tolerance)

    for index in np.flatnonzero(finite):
        beyond = edge.copy()
        beyond[index] += sign * 1e-9
        assert f"f(x)[{index}] is" in message(beyond, expected, tolerance=tolerance)


@pytest.mark.parametrize(
    ("dtype", "tolerance"),
    [("f8", FLOAT64), (">f8", FLOAT64), ("f4", FLOAT32), (">f4", FLOAT32), ("c8", FLOAT32), ("c16", FLOAT64)]
    + [(name, EXACT) for name in ("i8", "u1", "?")],
)
def test_the_usual_tolerance_is_the_dtypes(dtype, tolerance):
    assert tolerance_for(np.dtype(dtype)) is tolerance


@pytest.mark.parametrize(("dtype", "step"), [(np.float64, 4e-12), (np.float32, 2e-5)])
def test_the_usual_tolerance_forgives_rounding_and_nothing_more(dtype, step):
    expected = np.array([1.0, 3.0], dtype)
    compare(expected + dtype(step / 4), expected)

    assert "2 of 2 differ" in message(expected + dtype(3 * step), expected)


def test_no_tolerance_forgives_an_integer():
    assert "[0] is 1000001" in message(np.array([1000001]), np.array([1000000]), tolerance=Tolerance(1.0, 1.0, 1.0))


def test_an_infinity_among_the_expected_values_forgives_nothing_elsewhere():
    assert "[1] is 2" in message(np.array([np.inf, 2.0]), np.array([np.inf, 1.0]))


def test_neither_argument_is_changed():
    actual, expected = np.array([1.0, 2.0]), np.array([1.0, 2.0])
    actual.flags.writeable = expected.flags.writeable = False
    compare(actual, expected)

    assert actual.tolist() == expected.tolist() == [1.0, 2.0]


@pytest.mark.parametrize("expected", [object(), np.float32(1.0), {1}, b"x", 1j, np.zeros], ids=lambda e: type(e).__name__)
def test_a_check_that_expects_what_cannot_be_compared_is_at_fault_itself(expected):
    with pytest.raises(TypeError, match="compare cannot look into"):
        compare(expected, expected)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "None"),
        (ROWS, "a numpy.ndarray of shape (2, 3) and dtype float64"),
        (np.float64(1.0), "a numpy.float64"),
        (True, "the bool True"),
        ("x" * 100, "the str '" + "x" * 59),
        ((), "a tuple of 0 items"),
        ({"a": 1}, "a dict of 1 item"),
        (Pair(1, 2), "an object of type Pair"),
        (Agreeable(), "an object of type Agreeable"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_value_of_the_wrong_type_is_described_shortly(value, said):
    assert describe(value) == said
