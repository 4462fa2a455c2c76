"""Tests of ``linear_gradients(x, weight, dy)``, see ``drafts.linear_gradients``, for whatever they are given."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def test_by_hand(implementation: Callable) -> None:
    """Numbers that you have computed by hand."""
    raise NotImplementedError("tests_written.test_linear_gradients.test_by_hand")


def test_property(implementation: Callable) -> None:
    """Something that holds for all inputs, asked of some."""
    raise NotImplementedError("tests_written.test_linear_gradients.test_property")


def test_edge(implementation: Callable) -> None:
    """What is promised at an edge."""
    raise NotImplementedError("tests_written.test_linear_gradients.test_edge")
