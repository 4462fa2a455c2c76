"""Tests of ``mean_squared_error(prediction, target, reduction="mean")``, for whatever they are given."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

PREDICTION = np.array([[3.0, 0.0, 1.0], [1.0, -2.0, 5.0]])
TARGET = np.array([[1.0, 3.0, 1.0], [2.0, 2.0, 5.0]])
SQUARES = np.array([[4.0, 9.0, 0.0], [1.0, 16.0, 0.0]])


def test_by_hand(implementation: Callable) -> None:
    """Numbers that you have computed by hand, for every reduction."""
    assert abs(implementation(PREDICTION, TARGET) - 5.0) < 1e-9
    assert abs(implementation(PREDICTION, TARGET, reduction="sum") - 30.0) < 1e-9
    found = implementation(PREDICTION, TARGET, reduction="none")
    assert found.shape == SQUARES.shape
    assert np.allclose(found, SQUARES)


def test_property(implementation: Callable) -> None:
    """Something that holds for all inputs, asked of some: whatever their number and kind."""
    single = implementation(PREDICTION.astype(np.float32), TARGET.astype(np.float32), reduction="none")
    assert single.dtype == np.float32
    assert isinstance(implementation(PREDICTION[0], TARGET[0], reduction="sum"), float)
    assert implementation(PREDICTION[:1, :1], TARGET[:1, :1]) == 4.0


def test_edge(implementation: Callable) -> None:
    """What is promised at an edge: an error."""
    assert _refuses(implementation, PREDICTION, TARGET[:1])
    assert _refuses(implementation, PREDICTION, TARGET, reduction="max")


def _refuses(implementation: Callable, *args: np.ndarray, **options: str) -> bool:
    try:
        implementation(*args, **options)
    except ValueError:
        return True
    return False
