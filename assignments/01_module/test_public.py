"""Public checks of assignment 01: run them on your own machine with `pytest`."""

import numpy as np

from grader.checks import check_own_gradients, compare, weight


class TestLinear:
    @weight(1)
    def test_forward_is_an_affine_map(self, student):
        """Linear computes y = x W^T + b."""
        linear = student.nn.Linear(2, 3)
        linear.weight.data = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
        linear.bias.data = np.array([0.5, 0.0, -0.5])
        y = linear.forward(np.array([[1.0, 1.0], [1.0, 0.0]]))
        compare(y, np.array([[3.5, 7.0, 10.5], [1.5, 3.0, 4.5]]), "Linear.forward(x)")

    @weight(1)
    def test_gradients_are_the_derivative_of_forward(self, student, rng):
        """Linear's gradients agree with small changes of its output."""
        linear = student.nn.Linear(5, 3)
        check_own_gradients(student, linear, rng.normal(size=(7, 5)), parameters=("weight", "bias"), rng=rng)
