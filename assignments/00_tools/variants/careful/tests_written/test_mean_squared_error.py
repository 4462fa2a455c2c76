"""Against sums of the standard library, for random numbers in several shapes."""

import math

import numpy as np

RNG = np.random.default_rng(3)
PAIRS = [RNG.normal(size=(2, *shape)) for shape in ((7,), (3, 4), (2, 3, 2), (1,))]


def squares(p, t):
    return [(a - b) ** 2 for a, b in zip(p.ravel().tolist(), t.ravel().tolist(), strict=True)]


def test_by_hand(implementation):
    assert math.isclose(implementation(np.array([1.0, 4.0]), np.array([2.0, 1.0])), 5.0)


def test_property(implementation):
    for p, t in PAIRS:
        expected = squares(p, t)
        assert math.isclose(implementation(p, t), math.fsum(expected) / len(expected), rel_tol=1e-8)
        assert math.isclose(implementation(p, t, "sum"), math.fsum(expected), rel_tol=1e-8)
        errors = implementation(p, t, "none")
        assert errors.shape == p.shape
        assert np.allclose(errors.ravel(), expected)


def test_edge(implementation):
    for args in ((np.ones(3), np.ones((1, 3))), (np.ones(3), np.ones(1)), (np.ones(3), np.ones(3), "average")):
        try:
            implementation(*args)
        except ValueError:
            continue
        raise AssertionError(args)


def test_kinds(implementation):
    single = np.float32([[1.5, 2.0]])
    assert isinstance(implementation(single, single), float)
    assert isinstance(implementation(single, single, "sum"), float)
    assert implementation(single, single + np.float32(1), "none").dtype == np.float32
