"""Many small tests, with numbers drawn at random and an answer computed by the standard library."""

import math

import numpy as np


def shares(row):
    powers = [math.exp(number - max(row)) for number in row]
    return [power / math.fsum(powers) for power in powers]


def near(found, expected):
    return np.shape(found) == np.shape(expected) and np.allclose(found, expected, rtol=1e-7, atol=1e-9)


def test_by_hand(implementation):
    assert near(implementation(np.array([0.0, math.log(3)])), [0.25, 0.75])


def test_property(implementation):
    x = np.random.default_rng(1).normal(0, 2, (3, 4, 2))
    for dim in range(-3, 3):
        expected = np.apply_along_axis(lambda row: np.array(shares(row.tolist())), dim, x)
        assert near(implementation(x, dim=dim), expected)
        assert np.max(np.abs(np.sum(implementation(x, dim), axis=dim) - 1)) < 1e-9


def test_edge(implementation):
    for dim in (1, 3, -2):
        try:
            implementation(np.zeros(2), dim)
        except IndexError:
            pass
        else:
            raise AssertionError(dim)


def test_the_last_dimension_by_default(implementation):
    x = np.random.default_rng(2).normal(size=(4, 3))
    assert near(implementation(x), [shares(row) for row in x.tolist()])


def test_large_numbers(implementation):
    x = np.array([[9999.0, 10000.0], [-10000.0, -9999.0], [0.0, 60.0], [0.0, 1.0]])
    assert near(implementation(x), [shares(row) for row in x.tolist()])


def test_dtype(implementation):
    for dtype in (np.float32, np.float64):
        assert implementation(np.zeros((2, 2), dtype)).dtype == dtype


def test_nothing_is_lost(implementation):
    assert abs(implementation(np.full(5, 3.0)).sum() - 1) < 1e-8
