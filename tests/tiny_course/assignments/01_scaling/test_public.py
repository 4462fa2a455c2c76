"""Public checks of assignment 01."""

import numpy as np

from grader.checks import compare, weight


class TestScale:
    @weight(2)
    def test_forward(self, student):
        """Scale.forward multiplies by the factor."""
        compare(student.nn.Scale(3.0).forward(np.array([1.0, -2.0])), np.array([3.0, -6.0]), "Scale(3).forward")


class TestShift:
    @weight(2)
    def test_forward(self, student):
        """Shift.forward adds the amount."""
        compare(student.nn.Shift(3.0).forward(np.array([1.0, -2.0])), np.array([4.0, 1.0]), "Shift(3).forward")
