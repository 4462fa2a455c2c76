"""Tests of ``softmax(x, dim=-1)``, see ``drafts.softmax``, for whatever implementation they are given."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

_SHARES = np.array([[1.0, 2.0, 5.0], [3.0, 3.0, 2.0]])  # of 8 in each row


def test_by_hand(implementation: Callable) -> None:
    """Numbers that you have computed by hand."""
    assert _same(implementation(np.log(_SHARES)), _SHARES / 8)
    columns = _SHARES / np.array([4.0, 5.0, 7.0])
    assert _same(implementation(np.log(_SHARES), 0), columns)
    assert _same(implementation(np.log(_SHARES), -2), columns)


def test_property(implementation: Callable) -> None:
    """Something that holds for all inputs, asked of some."""
    apart = np.array([[1e4], [-1e4]])
    assert _same(implementation(np.log(_SHARES) + apart, dim=1), _SHARES / 8)


def test_edge(implementation: Callable) -> None:
    """What is promised at an edge."""
    assert implementation(np.ones(3, np.float32)).dtype == np.float32
    try:
        implementation(_SHARES, 2)
    except IndexError:
        return
    raise AssertionError("an array of two dimensions has no dimension 2")


def _same(found: np.ndarray, expected: np.ndarray) -> bool:
    return found.shape == expected.shape and np.allclose(found, expected, rtol=1e-9, atol=0.0)
