"""Tests of ``linear_gradients(x, weight, dy)``, see ``drafts.linear_gradients``, for whatever they are given."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

_WEIGHT = np.array([[2.0, 0.0, 1.0], [-1.0, 3.0, 4.0]])


def test_by_hand(implementation: Callable) -> None:
    """Numbers that you have computed by hand."""
    x = np.array([[1.0, 2.0, 3.0], [0.0, 1.0, -1.0]])
    dy = np.array([[1.0, 2.0], [3.0, -1.0]])
    dx, dw, db = implementation(x, _WEIGHT, dy)
    assert _same(dx, np.array([[0.0, 6.0, 9.0], [7.0, -3.0, -1.0]]))
    assert _same(dw, np.array([[1.0, 5.0, 0.0], [2.0, 3.0, 7.0]]))
    assert _same(db, np.array([4.0, 1.0]))


def test_property(implementation: Callable) -> None:
    """Something that holds for all inputs, asked of some."""
    rng = np.random.default_rng(0)
    for leading in ((), (2, 4)):
        x, dy = rng.normal(size=(*leading, 3)), rng.normal(size=(*leading, 2))
        dx, dw, db = implementation(x, _WEIGHT, dy)
        rows_dx, rows_dw, rows_db = implementation(x.reshape(-1, 3), _WEIGHT, dy.reshape(-1, 2))
        assert _same(dx, rows_dx.reshape(x.shape))
        assert _same(dw, rows_dw)
        assert _same(db, rows_db)


def test_edge(implementation: Callable) -> None:
    """What is promised at an edge."""
    for x, dy in ((np.ones((4, 3)), np.ones((1, 2))), (np.ones((4, 2)), np.ones((4, 2)))):
        try:
            implementation(x, _WEIGHT, dy)
        except ValueError:
            continue
        raise AssertionError(f"x of shape {x.shape} and dy of shape {dy.shape} do not fit")


def _same(found: np.ndarray, expected: np.ndarray) -> bool:
    return found.shape == expected.shape and np.allclose(found, expected, rtol=1e-9, atol=1e-12)
