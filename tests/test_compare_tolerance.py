"""Tolerances: how far off a right answer may be, to the edge."""

import numpy as np
import pytest

from grader.compare import EXACT, FLOAT32, FLOAT64, Mismatch, Tolerance, compare, tolerance_for


def message(actual, expected, name="f(x)", tolerance=None):
    with pytest.raises(Mismatch) as caught:
        compare(actual, expected, name, tolerance)
    return str(caught.value)


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
