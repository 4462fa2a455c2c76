"""Tests of ``mean_squared_error(prediction, target, reduction="mean")``, for whatever they are given."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

_PREDICTION = np.array([[3.0, 0.0, 1.0], [1.0, -2.0, 5.0]])
_TARGET = np.array([[1.0, 3.0, 1.0], [2.0, 2.0, 5.0]])
_SQUARES = np.array([[4.0, 9.0, 0.0], [1.0, 16.0, 0.0]])


def test_by_hand(implementation: Callable) -> None:
    """Numbers that you have computed by hand."""
    assert abs(implementation(_PREDICTION, _TARGET) - 5.0) < 1e-9
    assert abs(implementation(_PREDICTION, _TARGET, reduction="sum") - 30.0) < 1e-9
    found = implementation(_PREDICTION, _TARGET, reduction="none")
    assert found.shape == _SQUARES.shape
    assert np.allclose(found, _SQUARES)


def test_property(implementation: Callable) -> None:
    """Something that holds for all inputs, asked of some."""
    single = implementation(_PREDICTION.astype(np.float32), _TARGET.astype(np.float32), reduction="none")
    assert single.dtype == np.float32
    assert isinstance(implementation(_PREDICTION[0], _TARGET[0], reduction="sum"), float)
    assert implementation(_PREDICTION[:1, :1], _TARGET[:1, :1]) == 4.0


def test_edge(implementation: Callable) -> None:
    """What is promised at an edge."""
    assert _refuses(implementation, _PREDICTION, _TARGET[:1])
    assert _refuses(implementation, _PREDICTION, _TARGET, reduction="max")


def _refuses(implementation: Callable, *args: np.ndarray, **options: str) -> bool:
    try:
        implementation(*args, **options)
    except ValueError:
        return True
    return False
