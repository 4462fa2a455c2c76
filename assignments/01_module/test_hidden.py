"""Hidden checks of assignment 01."""

import numpy as np
import pytest

from grader.checks import check_gradients, raises, weight


class TestLinear:
    @weight(2)
    @pytest.mark.parametrize("shape", [(7, 5), (1, 5), (5,), (2, 3, 5)], ids=str)
    def test_forward(self, twin, rng, shape):
        """Linear computes y = x W^T + b for any number of leading dimensions."""
        twin("nn.Linear", 5, 3).forward(rng.normal(size=shape)).compare()

    @weight(2)
    def test_gradients(self, twin, rng):
        """The gradients of Linear's input, weight and bias are right for any upstream gradient."""
        check_gradients(twin("nn.Linear", 5, 3), rng.normal(size=(7, 5)), rng=rng)

    @weight(1)
    def test_backward_needs_forward(self, student):
        """Linear.backward before forward raises RuntimeError."""
        with raises(RuntimeError, doing="Linear.backward before forward"):
            student.nn.Linear(5, 3).backward(np.ones((7, 3)))
